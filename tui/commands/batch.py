"""`outcrop batch`: the batch jobs of the account, listed and stopped."""

from typing import TYPE_CHECKING

import click

from core.text import clip, count, when
from tui.commands.context import Context, confirmed, found
from tui.commands.printing import emit, out, table

if TYPE_CHECKING:
    from core.inference.batch_jobs import Listed
    from core.workspace import Workspace

_NAME = 44  # characters of a name in the table; --json has all


@click.group("batch", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Batch inference jobs, newest first, with the run that each of them answers; without a subcommand, a list."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj.workspace(), as_json)


@command.command("stop", short_help="Stop a job, by name, id or ARN.")
@click.argument("job")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def stop(context: Context, job: str, yes: bool) -> None:
    """Stops a job, by name, id or ARN; what it has answered is billed, and kept by the next `outcrop evaluate`."""
    from core.inference import batch_jobs

    context.refuse_if_read_only()
    workspace = context.workspace()
    jobs = [each.job for each in _listing(workspace)]
    chosen = found(job, jobs, lambda each: (each.name, each.id, each.arn), "batch job")
    confirmed(f"Stop {chosen.name} at {workspace.location}?", yes=yes)
    batch_jobs.stop(workspace.connection, chosen)
    out(f"{chosen.name} is stopping")


def _listing(workspace: "Workspace") -> "tuple[Listed, ...]":
    from core.inference.batch_jobs import listing

    return listing(workspace.connection, workspace.store)


def _list(workspace: "Workspace", as_json: bool) -> None:
    jobs = _listing(workspace)
    if as_json:
        emit(jobs)
        return
    now = workspace.clock.now()
    rows = [
        [
            clip(each.job.name, _NAME),
            each.run or "not from here",
            each.job.status,
            each.job.progress,
            when(each.job.submitted, now),
        ]
        for each in jobs
    ]
    table(["batch job", "run", "status", "answered", "submitted"], rows, right=(3,))
    under_way = sum(not each.job.over for each in jobs)
    out(f"{count(len(rows), 'batch job')} at {workspace.location}, {count(under_way)} under way")
