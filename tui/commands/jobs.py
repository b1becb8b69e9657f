"""`outcrop jobs`: every customization job and custom model of the account, and one job in all its parts."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from core.errors import UsageError
from core.text import clip, count, duration, when
from core.training import explain
from tui.commands.context import Context, confirmed, found
from tui.commands.printing import emit, out, say, table
from tui.present import glyphs

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.training.expectation import Expectation
    from core.training.jobs import JobsSnapshot
    from core.workspace import Workspace

_NAME = 44  # characters of a name in the table; --json has all


@click.command("jobs")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.option("--adopt", is_flag=True, help="Take a job made elsewhere into the project, to evaluate it.")
@click.option("--delete-model", is_flag=True, help="Delete the custom model that the job made.")
@click.option("--clean-up", is_flag=True, help="Delete what the job has left in S3.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(
    context: Context, name: str | None, as_json: bool, adopt: bool, delete_model: bool, clean_up: bool, yes: bool
) -> None:
    """All jobs, newest first; with a name, id or ARN, one of them with phases, events and lineage."""
    from core.training.jobs import poll

    workspace = context.workspace()
    acts = [
        wish for wish, wanted in ((_adopt, adopt), (_delete_model, delete_model), (_clean_up, clean_up)) if wanted
    ]
    if acts and not name:
        raise UsageError("Which job?", todo="Give its name, id or ARN")
    snapshot = poll(workspace, models=name is None)
    jobs = list(snapshot.jobs)
    if name:
        jobs = [found(name, jobs, lambda job: (job.name, job.id, job.arn), "job")]
    if acts:
        for act in acts:
            act(workspace, jobs[0], snapshot, yes)
    elif as_json:
        emit([msgspec.to_builtins(job) | {"id": job.id, "ours": job.arn in snapshot.ours} for job in jobs])
    elif name:
        _one(workspace, jobs[0], snapshot)
    else:
        _all(workspace, snapshot)


def status_line(job: "Job") -> str:
    """A job's status with the phase it is in, or how long it took."""
    if job.running:
        phase = next((each.name for each in job.phases if each.status == job.status), "")
        return f"{job.status} {phase}".strip()
    if job.ended is not None:
        return f"{job.status} after {duration((job.ended - job.created).total_seconds())}"
    return job.status


def explained(failure: str) -> list[str]:
    """What a failure means and what to do, where that is known."""
    known = explain(failure)
    return [f"that means  {known.meaning}", f"do          {known.todo}"] if known else []


def _all(workspace: "Workspace", snapshot: "JobsSnapshot") -> None:
    now = workspace.clock.now()
    rows = []
    for job in snapshot.jobs:
        ours = snapshot.ours.get(job.arn)
        rows.append(
            [
                f"{glyphs.JOBS.get(job.status, glyphs.UNKNOWN)[0]} {clip(job.name, _NAME)}",
                job.base_model.rpartition("/")[2],
                count(ours.export.records("train")) if ours else "",
                status_line(job),
                f"{job.training_loss:.2f}" if job.training_loss is not None else "",
                f"{job.validation_loss:.2f}" if job.validation_loss is not None else "",
                when(job.created, now),
            ]
        )
    for entry in snapshot.gone:
        records = count(entry.export.records("train"))
        rows.append([f"? {clip(entry.name, _NAME)}", entry.model, records, "unknown to Bedrock", "", "", ""])
    table(["  job", "model", "n", "status", "loss", "validation", "created"], rows, right=(2, 4, 5))
    made = {job.model_arn for job in snapshot.jobs}
    others = [model for model in snapshot.models or () if model.arn not in made]
    if others:
        out()
        models = [
            [f"✓ {clip(model.name, _NAME)}", model.base_model.rpartition("/")[2], when(model.created, now)]
            for model in others
        ]
        table(["  custom model without a job here", "model", "created"], models)
    custom = count(len(snapshot.models or ()), "custom model")
    out(f"{count(len(snapshot.jobs), 'job')}, {custom} at {snapshot.location}")


def _one(workspace: "Workspace", job: "Job", snapshot: "JobsSnapshot") -> None:
    from core.training.events import events_of
    from core.training.lineage import lineage_of

    now = workspace.clock.now()
    out(f"{glyphs.JOBS.get(job.status, glyphs.UNKNOWN)[0]} {job.name}  {status_line(job)}")
    out(f"  where       {snapshot.location}")
    for phase in job.phases:
        started = f"{phase.started.astimezone():%H:%M:%S}" if phase.started else ""
        changed = f"{phase.changed.astimezone():%H:%M:%S}" if phase.changed else ""
        out(f"  {phase.name:<16}{phase.status:<12}{started}  {changed}".rstrip())
    if job.running:
        out(f"  {progress_line(job, snapshot, now)}")
    for name, loss in (("training loss", job.training_loss), ("validation loss", job.validation_loss)):
        if loss is not None:
            out(f"  {name:<24}{loss:.4f}")
    for key, value in job.hyperparameters.items():
        out(f"  {key:<24}{value}")
    for name, value in lineage_of(job, snapshot.ours.get(job.arn)):
        out(f"  {name:<12}{value}")
    if job.failure:
        out(f"  failure     {job.failure}")
        for line in explained(job.failure):
            out(f"  {line}")
    for event in events_of(job, workspace.store):
        out(f"  {event.at.astimezone():%H:%M:%S}  {event.what}")


def progress_line(job: "Job", snapshot: "JobsSnapshot", now: datetime) -> str:
    """How long a job has run, and when like jobs would have it end."""
    from core.training.expectation import elapsed, expect

    ran = f"running for {duration(elapsed(job, now).total_seconds())}"
    expected = expect(job, snapshot.jobs, snapshot.ours)
    if expected is None:
        return f"{ran}; no like job has completed yet, so no end is expected"
    if now > expected.latest:
        return f"{ran}, longer than {count(expected.jobs, 'like job')} took"
    return f"{ran}; expected end {expected_end(expected, now)}"


def expected_end(expected: "Expectation", now: datetime) -> str:
    """An expected end with its uncertainty."""
    if expected.jobs == 1:
        return f"≈ {when(expected.end, now)}, as the one like job took"
    first, last = when(expected.earliest, now), when(expected.latest, now)
    return f"≈ {when(expected.end, now)} ({first} to {last}, as {count(expected.jobs, 'like job')} took)"


def _adopt(workspace: "Workspace", job: "Job", snapshot: "JobsSnapshot", _yes: bool) -> None:
    from core.training.adoption import adopt

    export = adopt(workspace, job, snapshot)
    out(f"{job.name} belongs to this project now")
    leak = export.leakage
    say(
        f"Its {count(export.records('train'), 'training record')} share with the test part: records"
        f" {leak.record:.1%}, questions {leak.question:.1%}, tables {leak.table:.1%}"
    )
    say(f"Evaluate it with: outcrop evaluate {job.name}")


def _delete_model(workspace: "Workspace", job: "Job", snapshot: "JobsSnapshot", yes: bool) -> None:
    from core.training.jobs import delete_model

    confirmed(f"Delete the model {job.model_name} at {snapshot.location} for good?", yes=yes)
    delete_model(workspace, job.model_name, job.model_arn)
    out(f"{job.model_name} is deleted")


def _clean_up(workspace: "Workspace", job: "Job", snapshot: "JobsSnapshot", yes: bool) -> None:
    from core.training import job_files

    there = job_files.find(workspace.connection, job, snapshot.jobs)
    for uri in there.deletable:
        say(str(uri))
    what = count(len(there.deletable), "object")
    if not there.deletable:
        out(f"{job.name} has left nothing in S3")
        return
    confirmed(f"Delete these {what} at {snapshot.location}? Loss curves go with them.", yes=yes)
    out(f"{count(job_files.clean_up(workspace, job, there), 'object')} of {job.name} deleted")
