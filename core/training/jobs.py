"""Every job of the account, as the Jobs tab, `outcrop jobs` and `outcrop watch` show it."""

from datetime import datetime

import msgspec

from core.aws.customization import Job, get_job, list_jobs, stop_job
from core.aws.location import Location
from core.store import advance, plan
from core.tuning import ledger
from core.tuning.ledger import Entry
from core.workspace import Workspace


class JobsSnapshot(msgspec.Struct, frozen=True):
    """All jobs at a moment, newest first.

    Attributes:
        location: Where they run.
        jobs: With details for those that were asked for.
        ours: What is known of those submitted from here, by ARN.
        at: When the last answer came.
    """

    location: Location
    jobs: tuple[Job, ...]
    ours: dict[str, Entry]
    at: datetime

    @property
    def running(self) -> int:
        """How many may still change."""
        return sum(job.running for job in self.jobs)


def poll(workspace: Workspace, before: JobsSnapshot | None = None) -> JobsSnapshot:
    """Asks once for the list, and once for each job that changed since, or that nothing is known of.

    Raises:
        OutcropError: Nobody answers, or AWS refuses.
    """
    connection = workspace.connection
    known = {job.arn: job for job in before.jobs} if before else {}
    jobs = []
    for listed in list_jobs(connection):
        old = known.get(listed.arn)
        jobs.append(old if old is not None and _same(old, listed) else get_job(connection, listed.arn))
    location = connection.location
    ours = ledger.entries(workspace.store, location.key)
    return JobsSnapshot(location, tuple(jobs), ours, workspace.clock.now())


def _same(old: Job, listed: Job) -> bool:
    """Whether nothing has happened to a job; its phases count as far as the listing tells them."""
    moved = (old.status, old.changed) != (listed.status, listed.changed)
    return not moved and listed.phases in ((), old.phases)


def stop(workspace: Workspace, job: Job) -> None:
    """Stops a job; the intent is stored first.

    Raises:
        AwsError: It has ended already, or AWS refuses.
    """
    connection = workspace.connection
    store, now = workspace.store, workspace.clock.now
    intent = plan(
        store,
        kind="StopModelCustomizationJob",
        location=connection.location.key,
        subject=job.name,
        request=msgspec.json.encode({"jobIdentifier": job.arn}),
        now=now(),
    )
    advance(store, intent, "sent", now())
    try:
        stop_job(connection, job.arn)
    except Exception as error:
        advance(store, intent, "failed", now(), str(error))
        raise
    advance(store, intent, "acknowledged", now(), job.arn)
