"""`outcrop submit`: starts a customization job, once."""

import sys
from typing import TYPE_CHECKING

import click

from core.errors import RefusedError
from core.text import money
from tui.commands.context import Context, confirmed
from tui.commands.printing import emit, out, say
from tui.present.submission import text

if TYPE_CHECKING:
    from core.tuning.submission import Submission
    from core.workspace import Workspace


@click.command("submit")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="A hyperparameter, kept in outcrop.yaml."
)
@click.option("--preset", default="", metavar="NAME", help="All hyperparameters: defaults, article, or one's own.")
@click.option("--again", is_flag=True, help="Train the same once more, under another name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--confirm-cost",
    default="",
    metavar="DOLLARS",
    help="With --yes, for a job above `confirm_above:`; `unknown` where no price is known.",
)
@click.option(
    "--show-command", is_flag=True, help="Print the AWS CLI's command instead; nothing is uploaded or sent."
)
@click.option("--json", "as_json", is_flag=True, help="One object: arn, name, already.")
@click.pass_obj
def command(
    context: Context,
    settings: tuple[str, ...],
    preset: str,
    again: bool,
    yes: bool,
    confirm_cost: str,
    show_command: bool,
    as_json: bool,
) -> None:
    """Exports, uploads and submits; a second submit of the same finds the first job instead of paying twice."""
    from core.data.training_set import place, prepare
    from core.tuning import submission

    workspace = context.workspace()
    chosen = _parsed(workspace, settings)
    with context.work() as (report, cancel), place(workspace.config, workspace.folder) as exports:
        export, folder = prepare(workspace, report, cancel, exports=exports)
        _keep(workspace, preset, chosen, export.records("train"))
        planned = submission.prepare(workspace, export, folder, again=again)
        if show_command:
            _show(planned)
            return
        if not yes:
            for line in text(workspace, planned):
                say(line)
            _look(workspace, planned)
        _confirm(workspace, planned, yes=yes, cost=confirm_cost)
        done = submission.submit(workspace, planned, report)
    if as_json:
        emit(done)
    elif done.already:
        out(f"{done.name} was submitted already: {done.arn}")
        say("To train the same once more: outcrop submit --again")
    else:
        out(f"{done.name} submitted: {done.arn}")
        say(f"Follow it with: outcrop watch {done.name}")


def _look(workspace: "Workspace", planned: "Submission") -> None:
    """Says what a preflight finds, for somebody who is about to decide."""
    from core.tuning import preflight

    found = preflight.run(workspace, planned.export, planned.folder)
    failed = [line for line in found.lines if line.state == "fail"]
    say(f"preflight  {len(found.lines) - len(failed) - found.unknown} passed, {len(failed)} failed")
    for line in failed:
        say(f"         ✗ {line.name}: {line.found}")
    if failed:
        say("           What helps: outcrop preflight")


def _show(planned: "Submission") -> None:
    """What the AWS CLI would be told, and what has to lie in S3 before."""
    from core.aws.customization import equivalent_command

    out(equivalent_command(planned.request, planned.location.region, planned.location.profile))
    say("Before it, upload the files: outcrop export --upload")


def _confirm(workspace: "Workspace", planned: "Submission", *, yes: bool, cost: str) -> None:
    """A yes; above the threshold the job's name, typed, or the cost on the command line."""
    from core.tuning import confirmation

    typed = confirmation.wants_typing(workspace.config, planned)
    if yes or cost or not typed or not sys.stdin.isatty():
        confirmed("Submit this job?", yes=yes)
        confirmation.refuse_unconfirmed(workspace.config, planned, cost)
        return
    price = money(planned.forecast.dollars)
    name = click.prompt(
        f"This costs {price}. Type the job's name to submit it", default="", show_default=False, err=True
    )
    if name != planned.request.name:
        raise RefusedError("That is not the job's name: nothing was submitted", todo=f"It is {planned.request.name}")


def _parsed(workspace: "Workspace", settings: tuple[str, ...]) -> dict[str, float]:
    """The hyperparameters that the command line names, held to their ranges."""
    from core.tuning import hyperparameters

    if not settings:
        return {}
    _, tuning = workspace.tuning()
    chosen = {}
    for setting in settings:
        name, _, text = setting.partition("=")
        chosen[name] = hyperparameters.parse(hyperparameters.named(tuning, name), text)
    return chosen


def _keep(workspace: "Workspace", preset: str, chosen: dict[str, float], records: int) -> None:
    """Keeps the preset's values, and over them those that are named, in outcrop.yaml, unless that is only read."""
    from core.tuning import presets

    if preset or chosen:
        under = presets.named(workspace, preset, records) if preset else workspace.config.hyperparameters
        if workspace.config.read_only:  # for the command that is only shown
            workspace.overrule(hyperparameters={**under, **chosen})
        else:
            presets.apply(workspace, {**under, **chosen})
