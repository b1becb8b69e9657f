"""Brings an export's training and validation files to S3, where a job can read them."""

from pathlib import Path

import msgspec

from core.aws import s3
from core.aws.location import Location
from core.aws.session import Connection
from core.errors import RefusedError, UsageError
from core.formatting.export import Export
from core.progress import Report, silent


class Uploaded(msgspec.Struct, frozen=True):
    """Where an export lies in S3.

    Attributes:
        training: Address of the training file.
        validation: Address of the validation file, or empty without one.
        output: Prefix for the job's results.
    """

    training: str
    validation: str
    output: str


def addresses(bucket: str, project: str, export: Export) -> Uploaded:
    """Where an export goes: a pure function of its name, so that a second upload finds the first."""
    return below(home(bucket, project), export)


def below(prefix: str, export: Export) -> Uploaded:
    """Where an export goes under an address of one's own."""
    home = f"{prefix.rstrip('/')}/{export.name}"
    validation = f"{home}/validation.jsonl" if export.records("validation") else ""
    return Uploaded(f"{home}/train.jsonl", validation, f"{home}/results/")


def upload(
    connection: Connection, folder: Path, export: Export, bucket: str, project: str, report: Report = silent
) -> Uploaded:
    """Uploads what is not there yet to the project's bucket.

    Raises:
        UsageError: No bucket is set, or the address is one that Bedrock does not accept.
        RefusedError: The bucket is not there or in another region than the job.
        AwsError: S3 refuses.
    """
    return upload_below(connection, folder, export, home(bucket, project), report)


def home(bucket: str, project: str) -> str:
    """Below which address a project's exports lie.

    Raises:
        UsageError: No bucket is set.
    """
    if not bucket:
        raise UsageError("No bucket is set", todo="Set `bucket:` in outcrop.yaml")
    return f"s3://{bucket}/outcrop/{project}"


def check(connection: Connection, prefix: str) -> None:
    """Looks whether a job could read what lies below an address; nothing is sent.

    Raises:
        UsageError: The address is one that Bedrock does not accept.
        RefusedError: The bucket is not there or in another region than the job.
        AwsError: S3 refuses.
    """
    bucket = s3.parse_uri(f"{prefix.rstrip('/')}/train.jsonl").bucket  # refused before anything is asked
    refuse_wrong_region(s3.bucket_region(connection, bucket), bucket, connection.location)


def upload_below(
    connection: Connection, folder: Path, export: Export, prefix: str, report: Report = silent
) -> Uploaded:
    """Uploads what is not there yet under an address of one's own.

    Raises:
        UsageError: The address is one that Bedrock does not accept.
        RefusedError: The bucket is not there or in another region than the job.
        AwsError: S3 refuses.
    """
    there = below(prefix, export)
    wanted = {"train": there.training} | ({"validation": there.validation} if there.validation else {})
    check(connection, prefix)
    for part, address in wanted.items():
        s3.upload(connection, folder / export.files[part].name, s3.parse_uri(address), report)
    return there


def upload_batch(connection: Connection, path: Path, prefix: str, export: Export, report: Report = silent) -> str:
    """Uploads the input of a batch job beside the export's files.

    Returns:
        Its address.

    Raises:
        UsageError: The address is one that Bedrock does not accept.
        RefusedError: The bucket is not there or in another region than the job.
        AwsError: S3 refuses.
    """
    check(connection, prefix)
    uri = s3.parse_uri(f"{prefix.rstrip('/')}/{export.name}/{path.name}")
    s3.upload(connection, path, uri, report)
    return str(uri)


def refuse_wrong_region(region: str | None, bucket: str, location: Location) -> None:
    """A job reads only from a bucket in its own region.

    Raises:
        RefusedError: The bucket is elsewhere or nowhere.
    """
    if region is None:
        raise RefusedError(
            f"There is no bucket named {bucket}",
            todo=f"Make it: aws s3 mb s3://{bucket} --region {location.region}",
        )
    if region != location.region:
        raise RefusedError(
            f"The bucket {bucket} is in {region}, the job would run in {location.region}",
            why="a customization job reads only from its own region",
            todo="Set another `bucket:` or `region:` in outcrop.yaml",
        )
