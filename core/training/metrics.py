"""A job's loss curves, from the metrics files that it leaves in S3 when it is done."""

import msgspec

from core.aws import metrics_file, s3
from core.aws.customization import Job
from core.aws.session import Connection
from core.records.metric_point import MetricPoint


class Curves(msgspec.Struct, frozen=True):
    """Training and validation loss of one job; empty until it is done, for Bedrock writes nothing before."""

    training: tuple[MetricPoint, ...] = ()
    validation: tuple[MetricPoint, ...] = ()


def read(connection: Connection, job: Job) -> Curves:
    """Finds the metrics files below the job's output by their names, since their folders differ between models.

    Raises:
        AwsError: S3 refuses.
        InputError: A file is not a metrics file.
    """
    if not job.output_uri:
        return Curves()
    folder = s3.parse_uri(job.output_uri).below(f"model-customization-job-{job.id}")
    found = list(s3.listing(connection, folder))
    return Curves(
        _points(connection, [uri for uri in found if uri.key.endswith("/" + metrics_file.TRAINING_FILE)]),
        _points(connection, [uri for uri in found if uri.key.endswith("/" + metrics_file.VALIDATION_FILE)]),
    )


def _points(connection: Connection, files: list[s3.S3Uri]) -> tuple[MetricPoint, ...]:
    if not files:
        return ()
    text = s3.read(connection, files[0]).decode("utf-8", "replace")
    return metrics_file.parse(text, str(files[0]))
