"""What a job has left in S3: its results, and the files it read; listed, and cleaned up once that is confirmed."""

from collections.abc import Iterable

import msgspec

from core.aws import s3
from core.aws.customization import Job
from core.aws.session import Connection
from core.errors import OutcropError, RefusedError
from core.store import advance, plan
from core.training.loss_curves import folder
from core.workspace import Workspace

_ACCESS_CHECK = ".write_access_check_file.tmp"  # Bedrock writes it below the output prefix to see whether it may


class JobFiles(msgspec.Struct, frozen=True):
    """A job's objects.

    Attributes:
        results: Its metrics, and the file that Bedrock tried its permission with.
        data: The files it read that no other job has read; an export uploads them again when it needs them.
        shared: Files it read that other jobs have read, too.
    """

    results: tuple[s3.S3Uri, ...]
    data: tuple[s3.S3Uri, ...]
    shared: tuple[s3.S3Uri, ...]

    @property
    def deletable(self) -> tuple[s3.S3Uri, ...]:
        """What a clean-up takes."""
        return (*self.results, *self.data)


def find(connection: Connection, job: Job, others: Iterable[Job]) -> JobFiles:
    """Looks for a job's objects.

    Args:
        connection: The way to Bedrock.
        job: With its addresses.
        others: All jobs, for files that are shared.

    Raises:
        AwsError: S3 refuses.
    """
    read_elsewhere = {
        uri for each in others if each.arn != job.arn for uri in (each.training_uri, each.validation_uri)
    }
    inputs = [s3.parse_uri(uri) for uri in (job.training_uri, job.validation_uri) if uri]
    there = [uri for uri in inputs if s3.exists(connection, uri)]
    shared = tuple(uri for uri in there if str(uri) in read_elsewhere)
    results: list[s3.S3Uri] = []
    place = folder(job)
    if place is not None:
        results += s3.listing(connection, s3.S3Uri(place.bucket, place.key + "/"))
        check = s3.parse_uri(job.output_uri).below(_ACCESS_CHECK)
        results += [check] if s3.exists(connection, check) else []
    return JobFiles(tuple(results), tuple(uri for uri in there if uri not in shared), shared)


def clean_up(workspace: Workspace, job: Job, files: JobFiles) -> int:
    """Deletes a job's objects; the intent is stored first.

    Returns:
        How many.

    Raises:
        RefusedError: The job still runs, and reads or writes them.
        AwsError: S3 refuses.
    """
    if job.running:
        raise RefusedError(f"{job.name} is still running", todo="Stop it first, or wait until it has ended")
    store, now = workspace.store, workspace.clock.now
    connection = workspace.connection
    request = msgspec.json.encode([str(uri) for uri in files.deletable])
    intent = plan(
        store, kind="DeleteJobFiles", location=connection.location.key, subject=job.name, request=request, now=now()
    )
    advance(store, intent, "sent", now())
    by_bucket: dict[str, list[s3.S3Uri]] = {}
    for uri in files.deletable:
        by_bucket.setdefault(uri.bucket, []).append(uri)
    try:
        for objects in by_bucket.values():
            s3.delete(connection, objects)
    except OutcropError as error:
        advance(store, intent, "failed", now(), str(error))
        raise
    advance(store, intent, "acknowledged", now(), job.arn)
    return len(files.deletable)
