"""Objects in S3: addresses, upload with progress and checksum, download, listing, the bucket's region."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from core.aws import multipart
from core.aws.errors import AwsError, translate
from core.aws.session import Connection
from core.aws.shapes import Payload
from core.errors import UsageError
from core.outputs import replacing
from core.progress import Progress, Report, silent

_DELETED_AT_ONCE = 1000  # the most that DeleteObjects takes
_PIECE = 1 << 20  # bytes of a download between two reports
_REGIONS = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}  # what GetBucketLocation calls by other names
# What the pattern of `s3Uri` in Bedrock's service model allows; S3 itself allows far more.
_BUCKET = re.compile(r"[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]")
_BEDROCK_URI = re.compile(rf"s3://{_BUCKET.pattern}(?:/[-!_*'().a-z0-9A-Z]+)*/?")


class S3Uri(msgspec.Struct, frozen=True):
    """An address: `s3://bucket/key`."""

    bucket: str
    key: str

    def __str__(self) -> str:
        """As one writes it."""
        return f"s3://{self.bucket}/{self.key}"

    def below(self, name: str) -> "S3Uri":
        """The address of something inside this prefix."""
        return S3Uri(self.bucket, f"{self.key.rstrip('/')}/{name}".lstrip("/"))


def parse_uri(text: str) -> S3Uri:
    """Reads an address, holding it to what Bedrock accepts.

    Raises:
        UsageError: Not an S3 address, or one that Bedrock's pattern forbids.
    """
    bucket, _, key = text.removeprefix("s3://").partition("/")
    if _BEDROCK_URI.fullmatch(text):
        return S3Uri(bucket, key)
    why = "it must be s3://bucket/key of letters, digits and -!_*'(). without spaces, = + or :"
    todo = "Rename the bucket's folder or file"
    if not text.startswith("s3://"):
        todo = "Write it as s3://bucket/key"
    elif not _BUCKET.fullmatch(bucket):
        why = f"{bucket!r} is no bucket's name: those have 3 to 63 small letters, digits, dots and hyphens"
        todo = "Give the bucket by its own name"
    raise UsageError(f"{text!r} is not an S3 address that Bedrock accepts", why=why, todo=todo)


def upload(connection: Connection, path: Path, uri: S3Uri, report: Report = silent) -> str:
    """Uploads a file unless the same bytes already lie there; a large one that was cut off goes on where it was.

    Returns:
        The SHA-256 of the file, in hex, also kept as the object's metadata.

    Raises:
        RefusedError: The connection is read-only.
        AwsError: S3 refuses.
    """
    digest = _sha256(path)
    if stored_digest(connection, uri) == digest:
        return digest
    connection.refuse_unless_read("upload_file")
    if path.stat().st_size > 2 * multipart.PART:
        multipart.upload(connection, path, multipart.UploadTarget(uri.bucket, uri.key, digest), report)
        return digest
    total, sent = path.stat().st_size, 0

    def count(amount: int) -> None:
        nonlocal sent
        sent += amount
        report(Progress(sent, total, "bytes", f"uploading {path.name}"))

    with _named(uri):
        try:
            connection.client("s3", patient=True).upload_file(
                str(path),
                uri.bucket,
                uri.key,
                Callback=count,
                ExtraArgs={"ChecksumAlgorithm": "SHA256", "Metadata": {"sha256": digest}},
            )
        except S3UploadFailedError as error:  # boto3's wrapping of the error that S3 answered
            cause = error.__context__ if isinstance(error.__context__, ClientError) else error
            raise translate(cause, doing="PutObject", location=connection.location) from error
        except Exception as error:
            raise translate(error, doing="PutObject", location=connection.location) from error
    return digest


def read(connection: Connection, uri: S3Uri) -> bytes:
    """An object's bytes."""
    with _named(uri):
        answer = connection.call("s3", "get_object", Bucket=uri.bucket, Key=uri.key)
    try:
        body: bytes = answer["Body"].read()
    except Exception as error:
        raise translate(error, doing="GetObject", location=connection.location) from error
    return body


def download(connection: Connection, uri: S3Uri, path: Path, report: Report = silent) -> None:
    """Brings an object to this machine, piece by piece; a kill leaves no half file.

    Raises:
        AwsError: S3 refuses, or the object is not there.
        InputError: The folder cannot be written.
    """
    with _named(uri):
        answer = connection.call("s3", "get_object", Bucket=uri.bucket, Key=uri.key)
    total, done = int(answer["ContentLength"]), 0
    with replacing(path) as file:
        try:
            for piece in answer["Body"].iter_chunks(_PIECE):
                file.write(piece)
                done += len(piece)
                report(Progress(done, total, "bytes", f"downloading {path.name}"))
        except (BotoCoreError, HTTPClientError) as error:
            raise translate(error, doing="GetObject", location=connection.location) from error


def write(connection: Connection, uri: S3Uri, body: bytes, content_type: str = "application/octet-stream") -> None:
    """Puts an object."""
    connection.call("s3", "put_object", Bucket=uri.bucket, Key=uri.key, Body=body, ContentType=content_type)


def listing(connection: Connection, prefix: S3Uri) -> Iterator[S3Uri]:
    """Every object below a prefix, page by page."""
    query: Payload = {"Bucket": prefix.bucket, "Prefix": prefix.key}
    while True:
        with _named(prefix):
            page = connection.call("s3", "list_objects_v2", **query)
        yield from (S3Uri(prefix.bucket, item["Key"]) for item in page.get("Contents", ()))
        if not page.get("IsTruncated"):
            return
        query["ContinuationToken"] = page["NextContinuationToken"]


def version(connection: Connection, uri: S3Uri) -> str:
    """What changes when an object is written again: its ETag, or nothing where it is not there."""
    return str((_head(connection, uri) or {}).get("ETag", ""))


def delete(connection: Connection, objects: Iterable[S3Uri]) -> None:
    """Deletes objects of one bucket, a thousand a call; what is not there counts as deleted.

    Raises:
        AwsError: S3 refuses, or refuses some of them.
    """
    left = list(objects)
    while left:
        some, left = left[:_DELETED_AT_ONCE], left[_DELETED_AT_ONCE:]
        keys = {"Objects": [{"Key": uri.key} for uri in some], "Quiet": True}
        answer = connection.call("s3", "delete_objects", Bucket=some[0].bucket, Delete=keys)
        for refused in answer.get("Errors", ()):
            raise AwsError(
                f"{refused.get('Key')} was not deleted",
                code=str(refused.get("Code")),
                why=str(refused.get("Message")),
                todo="Ask for s3:DeleteObject there",
            )


def exists(connection: Connection, uri: S3Uri) -> bool:
    """Whether an object is there."""
    return _head(connection, uri) is not None


def bucket_region(connection: Connection, bucket: str) -> str | None:
    """The region a bucket is in, or None where there is no such bucket."""
    try:
        answer = connection.call("s3", "get_bucket_location", Bucket=bucket)
    except AwsError as error:
        if error.code in ("NoSuchBucket", "404"):
            return None
        raise
    return _REGIONS.get(answer.get("LocationConstraint"), answer.get("LocationConstraint"))


def create_bucket(connection: Connection, bucket: str) -> None:
    """Makes a bucket in the connection's region, private by default."""
    region = connection.location.region
    where: Payload = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    connection.call("s3", "create_bucket", Bucket=bucket, **where)


def stored_digest(connection: Connection, uri: S3Uri) -> str:
    """The SHA-256 that `upload` left beside an object, in hex; empty where there is none."""
    head = _head(connection, uri)
    return str((head or {}).get("Metadata", {}).get("sha256", ""))


@contextmanager
def _named(uri: S3Uri) -> Iterator[None]:
    """Names what is not there, which S3's own words leave open; those become the reason."""
    try:
        yield
    except AwsError as error:
        if error.code == "NoSuchKey":
            what, todo = f"There is nothing at {uri}", "Check the address"
        elif error.code == "NoSuchBucket":
            what, todo = f"There is no bucket named {uri.bucket}", f"Check the address {uri}"
        else:
            raise
        raise AwsError(what, code=error.code, status=error.status, why=error.what, todo=todo) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(connection: Connection, uri: S3Uri) -> Payload | None:
    try:
        return connection.call("s3", "head_object", Bucket=uri.bucket, Key=uri.key)
    except AwsError as error:
        if error.status == 404:
            return None
        raise
