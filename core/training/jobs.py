"""Every job of the account, as the Jobs tab, `outcrop jobs` and `outcrop watch` show it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from core.aws.customization import Job, get_job, list_jobs, stop_job
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.models import CustomModel, delete_custom_model, list_custom_models
from core.aws.session import Connection
from core.aws.shapes import Payload
from core.errors import OutcropError, RefusedError, UsageError
from core.store import advance, plan
from core.training import details
from core.tuning import ledger
from core.tuning.ledger import SubmittedJob
from core.workspace import Workspace

WHOLE_STAYS = timedelta(minutes=10)  # until all jobs are listed again: what has ended does not change by itself
_LATE = timedelta(minutes=5)  # how long a new job may be missing from the list
_NOT_FOUND = "ResourceNotFoundException"


class JobsSnapshot(msgspec.Struct, frozen=True):
    """All jobs at a moment, newest first.

    Attributes:
        location: Where they run.
        jobs: With details for those that were asked for.
        ours: What is known of those submitted from here, or adopted, by ARN.
        at: When the last answer came.
        owed: ARNs of jobs whose details are still to be asked for.
        gone: Those of ours that Bedrock does not know.
        models: Custom models, whoever made them; None where they were not asked for.
        whole_at: When all jobs were listed, and not only those that can have changed.
    """

    location: Location
    jobs: tuple[Job, ...]
    ours: dict[str, SubmittedJob]
    at: datetime
    owed: frozenset[str] = frozenset()
    gone: tuple[SubmittedJob, ...] = ()
    models: tuple[CustomModel, ...] | None = None
    whole_at: datetime | None = None

    @property
    def running(self) -> int:
        """How many may still change."""
        return sum(job.running for job in self.jobs)

    def model_deleted(self, job: Job) -> bool:
        """Whether a job's custom model is gone, as far as custom models were asked for."""
        if self.models is None or job.status != "Completed" or not job.model_arn:
            return False
        return job.model_arn not in {model.arn for model in self.models}

    def same_as(self, other: "JobsSnapshot | None") -> bool:
        """Whether nothing has happened since, so that nothing needs to be drawn."""
        return other is not None and all(
            getattr(self, name) == getattr(other, name) for name in ("jobs", "ours", "gone", "models", "location")
        )


def poll(
    workspace: Workspace,
    before: JobsSnapshot | None = None,
    *,
    unknown: int | None = None,
    only: Callable[[Job], bool] | None = None,
    models: bool = False,
) -> JobsSnapshot:
    """Asks once for the list, and once for each job that changed since.

    After the first look the list begins shortly before the oldest job that still runs, for nothing before it can have
    changed; all of it is asked for every ten minutes. Details of jobs that have ended are kept on disk. Where a
    detail is not answered, the list still counts, and the detail is asked for the next time.

    Args:
        workspace: The project.
        before: The last snapshot.
        unknown: At most so many jobs of which nothing is known are asked for; None for all of them.
        only: Says of which jobs details are wanted; None for all of them.
        models: List custom models, too, when all jobs are listed or one has completed.

    Raises:
        OutcropError: Nobody answers, or AWS refuses.
    """
    connection, now = workspace.connection, workspace.clock.now()
    since = _since(before, now)
    listed = list(list_jobs(connection, created_after=since))
    if before is not None and since is not None:
        listed += [job for job in before.jobs if job.created <= since]
    location = connection.location
    known = {job.arn: job for job in before.jobs} if before else details.load(workspace.hidden, location.key)
    asking = _Asking(connection, unknown, only)
    jobs = [
        asking.detailed(job, known.get(job.arn), owed=before is not None and job.arn in before.owed) for job in listed
    ]
    ours = ledger.entries(workspace.store, location.key)
    there = {job.arn for job in jobs}
    missing = [entry for arn, entry in ours.items() if arn not in there and (only is None or only(_unseen(entry)))]
    late, gone = asking.missing(missing, before)
    jobs = sorted([*late, *jobs], key=lambda job: job.created, reverse=True) if late else jobs
    if asking.answered:
        details.keep(workspace.hidden, location.key, jobs)
    custom = before.models if before else None
    if models and (since is None or _completed(jobs, known)):
        custom = tuple(list_custom_models(connection))
    whole_at = before.whole_at if before and since else now
    owed = frozenset(asking.owed)
    return JobsSnapshot(location, tuple(jobs), ours, now, owed, tuple(gone), custom, whole_at)


def newest_done(workspace: Workspace) -> str:
    """The ARN of the newest completed job of this project.

    Raises:
        UsageError: No job of this project is done yet.
    """
    snapshot = poll(workspace)
    done = [job for job in snapshot.jobs if job.status == "Completed" and job.arn in snapshot.ours]
    if not done:
        raise UsageError("No job of this project is done yet", todo="Submit one with `outcrop submit`")
    return done[0].arn


def _since(before: JobsSnapshot | None, now: datetime) -> datetime | None:
    """From when on jobs can have changed, or None for all of them."""
    if before is None or before.whole_at is None or now - before.whole_at > WHOLE_STAYS or not before.jobs:
        return None
    running = [job.created for job in before.jobs if job.running]
    return min([*running, before.jobs[0].created]) - _LATE


class _Asking:
    """The Get calls of one poll: after the first that is not answered no more are made."""

    def __init__(self, connection: Connection, unknown: int | None, only: Callable[[Job], bool] | None) -> None:
        self._connection = connection
        self._unknown = unknown
        self._only = only
        self._silent = False
        self.answered = 0
        self.owed: set[str] = set()

    def detailed(self, listed: Job, old: Job | None, *, owed: bool) -> Job:
        """A listed job with its details: those that are known where nothing has happened since."""
        if old is not None and old.detailed and not owed and _same(old, listed):
            return old
        if self._only is not None and not self._only(listed):
            return listed if old is None else _moved(old, listed)
        new = old is None or not old.detailed
        if new and self._unknown is not None and self._unknown <= 0:
            self.owed.add(listed.arn)
            return listed
        found = self._get(listed.arn)
        if new and self._unknown is not None:
            self._unknown -= 1
        if found is not None:
            return found
        self.owed.add(listed.arn)
        return listed if old is None else _moved(old, listed)

    def missing(
        self, entries: list[SubmittedJob], before: JobsSnapshot | None
    ) -> tuple[list[Job], list[SubmittedJob]]:
        """Of ours that the list lacks: those that are only late in it, and those that are gone."""
        known = {entry.arn for entry in before.gone} if before else set()
        late, gone = [], []
        for entry in entries:
            found = None if entry.arn in known else self._get(entry.arn)
            if found is not None:
                late.append(found)
            elif entry.arn not in self.owed:
                gone.append(entry)
        return late, gone

    def _get(self, arn: str) -> Job | None:
        if self._silent:
            self.owed.add(arn)
            return None
        try:
            found = get_job(self._connection, arn)
        except AwsError as error:
            if error.code == _NOT_FOUND:
                return None
            if not error.transient:
                raise
            self._silent = True
            self.owed.add(arn)
            return None
        self.answered += 1
        return found


def _unseen(entry: SubmittedJob) -> Job:
    """What is known of a job of ours that the list lacks."""
    return Job(entry.arn, entry.name, "Stopped", entry.model, entry.created)


def _same(old: Job, listed: Job) -> bool:
    """Whether nothing has happened to a job; its phases count as far as the listing tells them."""
    moved = (old.status, old.changed) != (listed.status, listed.changed)
    return not moved and listed.phases in ((), old.phases)


def _moved(old: Job, listed: Job) -> Job:
    """What is known of a job, as far along as the list says."""
    return msgspec.structs.replace(
        old, status=listed.status, changed=listed.changed, ended=listed.ended, phases=listed.phases or old.phases
    )


def _completed(jobs: list[Job], known: dict[str, Job]) -> bool:
    """Whether a job has completed since, and so made a model."""
    return any(
        job.status == "Completed" and job.arn in known and known[job.arn].status != "Completed" for job in jobs
    )


def stop(workspace: Workspace, job: Job) -> None:
    """Stops a job; the intent is stored first.

    Raises:
        AwsError: It has ended already, or AWS refuses.
    """
    request = {"jobIdentifier": job.arn}
    _carry_out(
        workspace, "StopModelCustomizationJob", job.name, request, lambda: stop_job(workspace.connection, job.arn)
    )


def delete_model(workspace: Workspace, name: str, arn: str) -> None:
    """Deletes a custom model for good; the intent is stored first.

    Args:
        workspace: The project.
        name: The model's name.
        arn: Its ARN.

    Raises:
        RefusedError: There is no model.
        AwsError: An endpoint serves it, or AWS refuses.
    """
    if not arn:
        raise RefusedError("There is no model to delete", why="this job has made none")
    request = {"modelIdentifier": arn}
    _carry_out(workspace, "DeleteCustomModel", name, request, lambda: delete_custom_model(workspace.connection, arn))


def _carry_out(workspace: Workspace, kind: str, subject: str, request: Payload, act: Callable[[], object]) -> None:
    """Does something that cannot be taken back, written down before and after."""
    store, now = workspace.store, workspace.clock.now
    intent = plan(
        store,
        kind=kind,
        location=workspace.connection.location.key,
        subject=subject,
        request=msgspec.json.encode(request),
        now=now(),
    )
    advance(store, intent, "sent", now())
    try:
        act()
    except OutcropError as error:
        advance(store, intent, "failed", now(), str(error))
        raise
    advance(store, intent, "acknowledged", now(), next(iter(request.values())))
