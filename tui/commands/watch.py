"""`outcrop watch`: follows jobs, a line a change, until they are done."""

import sys
from collections.abc import Iterator

import click

from core.errors import OutcropError
from core.text import visible
from tui.commands.context import Context, found
from tui.commands.jobs import GLYPHS, status_line
from tui.commands.printing import out, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.progress import Cancel
    from core.workspace import Workspace

_PERIOD = 15.0  # seconds between two looks; Bedrock's own phases take minutes
_PERIOD_REHEARSAL = 0.5
_LONGEST_PERIOD = 300.0  # between two tries while nobody answers


@click.command("watch")
@click.argument("names", nargs=-1)
@click.pass_obj
def command(context: Context, names: tuple[str, ...]) -> None:
    """Follows jobs by name, id or ARN, or all that run; exit 0 only if all of them completed."""
    workspace = context.workspace()
    with context.work() as (_, cancel):
        last = list(_changes(workspace, names, cancel))
    if any(job.status != "Completed" for job in last):
        sys.exit(1)


def _changes(workspace: "Workspace", names: tuple[str, ...], cancel: "Cancel") -> Iterator["Job"]:
    """Prints each change; yields every job as it ends. A lost line is waited for, however long it takes."""
    from core.training.jobs import JobsSnapshot, poll

    snapshot: JobsSnapshot | None = None
    seen: dict[str, str] = {}
    wanted: set[str] | None = None
    period = quick = _PERIOD_REHEARSAL if workspace.location.rehearsed else _PERIOD
    while True:
        try:
            snapshot = poll(workspace, snapshot)
            period = quick
        except OutcropError as error:
            if not getattr(error, "transient", False):
                raise
            period = min(period * 2, _LONGEST_PERIOD)
            say(f"{error.what}; trying again in {period:.0f} s")
        if snapshot is not None:
            if wanted is None:
                wanted = _wanted(snapshot.jobs, names)
            for job in snapshot.jobs:
                line = status_line(job)
                if job.arn in wanted and seen.get(job.arn) != line:
                    seen[job.arn] = line
                    time = (job.ended or job.changed or job.created).astimezone()
                    out(f"{time:%H:%M:%S}  {GLYPHS[job.status]} {job.name}  {line}")
                    if not job.running:
                        if job.failure:
                            out(f"          {visible(job.failure)}")
                        wanted.discard(job.arn)
                        yield job
            if not wanted:
                return
        workspace.clock.wait(period, cancel.event)
        cancel.check()


def _wanted(jobs: "tuple[Job, ...]", names: tuple[str, ...]) -> set[str]:
    if not names:
        return {job.arn for job in jobs if job.running}
    return {found(name, list(jobs), lambda job: (job.name, job.id, job.arn), "job").arn for name in names}
