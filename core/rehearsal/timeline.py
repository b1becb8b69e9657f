"""What a job or an endpoint looks like at a moment: a function of when it began, its pace, and how it ended.

Nothing here is stored, so a restart changes nothing: a job goes on where the clock says it is.
"""

from datetime import UTC, datetime

from core.aws.shapes import Payload
from core.rehearsal.state import EndpointRow, JobRow

PHASES = ("validation", "dataProcessing", "training")
_STARTS = (0.0, 0.1, 0.3)  # as shares of the pace: 10 % validation, 20 % data processing, the rest training
_ENDS = (0.1, 0.3, 1.0)
_STOPPING = 0.1  # of the pace passes between Stopping and Stopped
_ENDPOINT = 0.3  # of the pace passes until an endpoint answers


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a time."""
    return datetime.fromtimestamp(seconds, UTC)


def due(job: JobRow) -> float:
    """When a job is to be done, in seconds since 1970, however early its training is ready."""
    return job.created + job.pace


def validated(job: JobRow) -> float:
    """When a job's dataset has been looked at."""
    return job.created + job.pace * _ENDS[0]


def stopped(job: JobRow) -> float | None:
    """When a job that was asked to stop has stopped."""
    return None if job.stopped is None else job.stopped + job.pace * _STOPPING


def status(job: JobRow, now: float) -> str:
    """The job's status, as Bedrock names it."""
    if job.outcome is not None:
        return job.outcome.status
    end = stopped(job)
    if end is None:
        return "InProgress"
    return "Stopped" if now >= end else "Stopping"


def ended(job: JobRow, now: float) -> float | None:
    """When the job ended, or None while it runs."""
    if job.outcome is not None:
        return job.outcome.at
    end = stopped(job)
    return end if end is not None and now >= end else None


def changed(job: JobRow, now: float) -> float:
    """When anything of it last changed."""
    begun = [job.created + job.pace * start for start in _STARTS if job.created + job.pace * start <= now]
    return ended(job, now) or max([job.stopped or 0.0, *begun])


def phases(job: JobRow, now: float) -> dict[str, Payload]:
    """The job's `statusDetails`."""
    whole = status(job, now)
    end = ended(job, now)
    found = {}
    for number, name in enumerate(PHASES):
        start = job.created + job.pace * _STARTS[number]
        finish = job.created + job.pace * _ENDS[number]
        if number == len(PHASES) - 1:
            finish = end if whole == "Completed" and end else float("inf")
        found[f"{name}Details"] = _phase(start, finish, whole, now, end)
    return _failed(job, found) if job.outcome is not None and job.outcome.status == "Failed" else found


def _failed(job: JobRow, found: dict[str, Payload]) -> dict[str, Payload]:
    """The phases of a failed job: those before the one that failed are done, those after it never began."""
    outcome = job.outcome
    assert outcome is not None
    number = PHASES.index(outcome.phase)
    start = job.created + job.pace * _STARTS[number]
    this = {"status": "Failed", "creationTime": moment(start), "lastModifiedTime": moment(outcome.at)}
    names = list(found)
    return found | {names[number]: this} | {name: {"status": "NotStarted"} for name in names[number + 1 :]}


def _phase(start: float, finish: float, whole: str, now: float, end: float | None) -> Payload:
    horizon = min(now, end) if end is not None else now
    if start > horizon or (end is not None and start >= end):
        return {"status": "NotStarted"}
    if finish <= horizon:
        return {"status": "Completed", "creationTime": moment(start), "lastModifiedTime": moment(finish)}
    running = whole if whole in ("Stopping", "Stopped") else "InProgress"
    return {"status": running, "creationTime": moment(start), "lastModifiedTime": moment(end or start)}


def endpoint_ready(endpoint: EndpointRow, now: float) -> bool:
    """Whether an endpoint answers yet."""
    return now >= endpoint_ready_at(endpoint)


def endpoint_ready_at(endpoint: EndpointRow) -> float:
    """When an endpoint begins to answer."""
    return endpoint.created + endpoint.pace * _ENDPOINT
