"""`outcrop jobs`: every customization job of the account."""

import click
import msgspec

from core.text import count, duration, when
from tui.commands.context import Context
from tui.commands.printing import emit, out, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job

GLYPHS = {"InProgress": "◐", "Completed": "✓", "Failed": "✗", "Stopping": "■", "Stopped": "■"}


@click.command("jobs")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.pass_obj
def command(context: Context, name: str | None, as_json: bool) -> None:
    """All jobs, newest first; with a name, id or ARN, one of them with its phases."""
    from core.training.jobs import poll
    from tui.commands.context import found

    workspace = context.workspace()
    snapshot = poll(workspace)
    jobs = list(snapshot.jobs)
    if name:
        jobs = [found(name, jobs, lambda job: (job.name, job.id, job.arn), "job")]
    if as_json:
        emit([msgspec.to_builtins(job) | {"id": job.id} for job in jobs])
        return
    if name:
        _one(jobs[0])
        return
    now = workspace.clock.now()
    rows = []
    for job in jobs:
        ours = snapshot.ours.get(job.arn)
        records = count(ours.export.records("train")) if ours else ""
        loss = f"{job.training_loss:.2f}" if job.training_loss is not None else ""
        rows.append(
            [
                f"{GLYPHS[job.status]} {job.name}",
                job.base_model.rpartition("/")[2],
                records,
                status_line(job),
                loss,
                when(job.created, now),
            ]
        )
    table(["  job", "model", "n", "status", "loss", "created"], rows, right=(2, 4))
    out(f"{count(len(jobs), 'job')} at {snapshot.location}")


def status_line(job: "Job") -> str:
    """A job's status with the phase it is in, or how long it took."""
    if job.running:
        phase = next((each.name for each in job.phases if each.status == job.status), "")
        return f"{job.status} {phase}".strip()
    if job.ended is not None:
        return f"{job.status} after {duration((job.ended - job.created).total_seconds())}"
    return job.status


def _one(job: "Job") -> None:
    from core.training import explain

    out(f"{GLYPHS[job.status]} {job.name}  {status_line(job)}")
    out(f"  arn         {job.arn}")
    out(f"  model       {job.base_model}")
    for phase in job.phases:
        started = f"{phase.started:%H:%M:%S}" if phase.started else ""
        changed = f"{phase.changed:%H:%M:%S}" if phase.changed else ""
        out(f"  {phase.name:<16}{phase.status:<12}{started}  {changed}")
    for key, value in job.hyperparameters.items():
        out(f"  {key:<24}{value}")
    if job.failure:
        out(f"  failure     {job.failure}")
        found = explain(job.failure)
        if found:
            out(f"  that means  {found.meaning}")
            out(f"  do          {found.todo}")
