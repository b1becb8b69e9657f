"""`outcrop evaluate`: asks the base and the tuned model the test set, and compares them."""

import click

from tui.commands.comparison_text import lines_of
from tui.commands.context import Context, confirmed
from tui.commands.printing import emit, out, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.workspace import Workspace


@click.command("evaluate")
@click.argument("job", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The whole comparison.")
@click.pass_obj
def command(context: Context, job: str | None, yes: bool, as_json: bool) -> None:
    """Makes an endpoint if none is there, asks, deletes it, and scores; goes on where an earlier round stopped."""
    from core.aws.customization import get_job
    from core.experiments.evaluation_round import evaluate, facts

    workspace = context.workspace()
    chosen = job or newest_done(workspace)
    if not yes:
        for name, value in facts(workspace, get_job(workspace.connection, chosen)):
            say(f"{name:<11}{value}")
    confirmed("Evaluate?", yes=yes)
    with context.work() as (report, cancel):
        comparison = evaluate(workspace, chosen, report, cancel)
    if as_json:
        emit(comparison)
        return
    for line in lines_of(comparison, workspace.config):
        out(line)


def newest_done(workspace: "Workspace") -> str:
    """The newest completed job of this project."""
    from core.errors import UsageError
    from core.training.jobs import poll

    snapshot = poll(workspace)
    done = [job for job in snapshot.jobs if job.status == "Completed" and job.arn in snapshot.ours]
    if not done:
        raise UsageError("No job of this project is done yet", todo="Submit one with `outcrop submit`")
    return done[0].arn
