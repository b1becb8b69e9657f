"""`outcrop evaluate`: asks the base and the tuned model the test set, and compares them."""

import click

from core.text import count, money
from tui.commands.comparison_text import lines_of
from tui.commands.context import Context, confirmed
from tui.commands.printing import emit, out, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.workspace import Workspace


@click.command("evaluate")
@click.argument("job", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The whole comparison.")
@click.pass_obj
def command(context: Context, job: str | None, yes: bool, as_json: bool) -> None:
    """Makes an endpoint if none is there, asks, deletes it, and scores; goes on where an earlier round stopped."""
    from core.experiments.evaluation_round import evaluate

    workspace = context.workspace()
    chosen = job or newest_done(workspace)
    if not yes:
        for line in facts(workspace, chosen):
            say(line)
    confirmed("Evaluate?", yes=yes)
    with context.work() as (report, cancel):
        comparison = evaluate(workspace, chosen, report, cancel)
    if as_json:
        emit(comparison)
        return
    for line in lines_of(comparison, workspace.config):
        out(line)


def facts(workspace: "Workspace", name: str) -> list[str]:
    """What a person confirms: how many questions, through which endpoint, at which price."""
    from core.aws.customization import get_job
    from core.experiments.evaluation_round import trained_on

    job = get_job(workspace.connection, name)
    export, _ = trained_on(workspace, job)
    return [
        f"where      {workspace.location}",
        f"job        {job.name}",
        f"questions  {count(export.records('test'))}, asked of the base and of the tuned model",
        f"endpoint   {_endpoint(workspace, job)}",
    ]


def _endpoint(workspace: "Workspace", job: "Job") -> str:
    from core.deployment.endpoints import kind_for
    from core.deployment.meter import base_of

    if kind_for(workspace, job.model_arn) == "on-demand":
        return "an on-demand deployment, deleted afterwards; billed by the token"
    model = workspace.catalog.find(base_of(job.model_arn))
    price = model.prices.model_unit if model else None
    return (
        f"1 model unit of Provisioned Throughput at {money(price.dollars if price else None)}/h, deleted afterwards"
    )


def newest_done(workspace: "Workspace") -> str:
    """The newest completed job of this project."""
    from core.errors import UsageError
    from core.training.jobs import poll

    snapshot = poll(workspace)
    done = [job for job in snapshot.jobs if job.status == "Completed" and job.arn in snapshot.ours]
    if not done:
        raise UsageError("No job of this project is done yet", todo="Submit one with `outcrop submit`")
    return done[0].arn
