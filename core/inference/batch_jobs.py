"""The batch jobs of the account: which run each of them answers, and stopping one."""

import msgspec

from core.aws import batch
from core.aws.batch import BatchJob, BatchRequest
from core.aws.session import Connection
from core.errors import RefusedError
from core.inference.batch import KIND
from core.store import Store, intents


class Listed(msgspec.Struct, frozen=True):
    """A batch job.

    Attributes:
        job: As Bedrock tells it.
        run: The id of the run that it answers; empty for a job that was not made from here.
    """

    job: BatchJob
    run: str


def listing(connection: Connection, store: Store) -> tuple[Listed, ...]:
    """All batch jobs of the account, newest first.

    Raises:
        OutcropError: Nobody answers, or AWS refuses.
    """
    ours = {
        msgspec.json.decode(each.request, type=BatchRequest).name: each.subject.rpartition("/")[0]
        for each in intents(store, kind=KIND, location=connection.location.key)
    }
    return tuple(Listed(job, ours.get(job.name, "")) for job in batch.list_batch_jobs(connection))


def stop(connection: Connection, job: BatchJob) -> None:
    """Asks a job to stop; the run that waits for it keeps what was answered, and goes on at its next start.

    Raises:
        RefusedError: It is over.
        AwsError: AWS refuses.
    """
    if job.over:
        raise RefusedError(f"The batch job {job.name} is over", why=f"its status is {job.status}")
    batch.stop_batch_job(connection, job.arn)
