"""What happened to a job, newest first: as far as Bedrock tells, and what was done to it from here."""

from datetime import datetime

import msgspec

from core.aws.customization import Job
from core.clock import from_iso
from core.store import Store

_ENDED = ("Completed", "Failed", "Stopped")
_DONE_HERE = {
    ("CreateModelCustomizationJob", "acknowledged"): "submitted from here",
    ("CreateModelCustomizationJob", "failed"): "an earlier submit was refused",
    ("StopModelCustomizationJob", "acknowledged"): "asked to stop from here",
    ("StopModelCustomizationJob", "failed"): "a stop was refused",
    ("DeleteCustomModel", "acknowledged"): "its model was deleted from here",
    ("DeleteCustomModel", "failed"): "deleting its model was refused",
    ("DeleteJobFiles", "acknowledged"): "its files in S3 were deleted from here",
}


class Event(msgspec.Struct, frozen=True):
    """Something that happened at a moment."""

    at: datetime
    what: str


def events_of(job: Job, store: Store | None = None) -> list[Event]:
    """A job's events, newest first.

    Args:
        job: With its phases.
        store: Of the project, for what was done from here.
    """
    found = [Event(job.created, "created")]
    for phase in job.phases:
        if phase.started:
            found.append(Event(phase.started, f"{phase.name} started"))
        if phase.changed and phase.status in _ENDED:
            found.append(Event(phase.changed, f"{phase.name} {phase.status.lower()}"))
    if job.ended:
        found.append(Event(job.ended, job.status.lower()))
    found += _done_here(job, store) if store else []
    return sorted(found, key=lambda event: event.at, reverse=True)


def _done_here(job: Job, store: Store) -> list[Event]:
    names = [name for name in (job.arn, job.model_arn) if name]
    rows = store.rows(
        "SELECT kind, state, changed FROM operations WHERE result IN (?, ?) OR (state = 'failed' AND subject = ?)",
        (names[0], names[-1], job.name),
    )
    return [
        Event(from_iso(row["changed"]), _DONE_HERE[row["kind"], row["state"]])
        for row in rows
        if (row["kind"], row["state"]) in _DONE_HERE
    ]
