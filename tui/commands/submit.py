"""`outcrop submit`: starts a customization job, once."""

import click

from core.text import count, money, number
from tui.commands.context import Context, confirmed
from tui.commands.printing import emit, out, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting import Part
    from core.tuning.submission import Submission


@click.command("submit")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="A hyperparameter, kept in outcrop.yaml."
)
@click.option("--again", is_flag=True, help="Train the same once more, under another name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One object: arn, name, already.")
@click.pass_obj
def command(context: Context, settings: tuple[str, ...], again: bool, yes: bool, as_json: bool) -> None:
    """Exports, uploads and submits; a second submit of the same finds the first job instead of paying twice."""
    from core.data.training_set import prepare
    from core.tuning import submission

    workspace = context.workspace()
    for setting in settings:
        _set(context, setting)
    with context.work() as (report, cancel):
        export, folder = prepare(workspace, report, cancel)
        planned = submission.prepare(workspace, export, folder, again=again)
        if not yes:
            for line in facts(planned):
                say(line)
        confirmed("Submit this job?", yes=yes)
        done = submission.submit(workspace, planned, report)
    if as_json:
        emit(done)
    elif done.already:
        out(f"{done.name} was submitted already: {done.arn}")
        say("To train the same once more: outcrop submit --again")
    else:
        out(f"{done.name} submitted: {done.arn}")
        say(f"Follow it with: outcrop watch {done.name}")


def facts(planned: "Submission") -> list[str]:
    """What a person confirms: model, data, steps, cost and place."""
    forecast = planned.forecast

    def records(part: "Part") -> str:
        return count(planned.export.records(part))

    steps = f"{count(forecast.steps)} steps" if forecast.steps is not None else "steps unknown"
    values = ", ".join(f"{name} {number(value)}" for name, value in planned.values.items()) or "Bedrock's defaults"
    return [
        f"where      {planned.location}",
        f"model      {planned.model.name} ({planned.request.base_model})",
        f"data       {records('train')} training, {records('validation')} validation records",
        f"values     {values}",
        f"work       {steps}, ≈ {count(forecast.billed_tokens)} tokens billed",
        f"cost       {money(forecast.dollars)}" + ("" if forecast.dollars is not None else " (no price is known)"),
        f"job        {planned.request.name}",
    ]


def _set(context: Context, setting: str) -> None:
    from core.errors import UsageError
    from core.tuning import hyperparameters

    name, _, text = setting.partition("=")
    workspace = context.workspace()
    _, tuning = workspace.catalog.tuning_of(workspace.config.model)
    knob = tuning.hyperparameter(name)
    if knob is None:
        known = ", ".join(each.name for each in tuning.hyperparameters or ())
        raise UsageError(f"This model has no hyperparameter named {name!r}", todo=f"It has: {known or 'none'}")
    value = hyperparameters.parse(knob, text)
    workspace.change_config(**{f"hyperparameters__{name}": int(value) if knob.type == "int" else value})
