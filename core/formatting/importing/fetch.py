"""Files to import from S3: an object, or everything below a prefix, brought to this machine once."""

import gzip
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from core.aws import s3
from core.aws.session import Connection
from core.errors import InputError, UsageError, Where
from core.formatting.importing.kinds import CONTAINERS
from core.formatting.importing.plan import Input
from core.formatting.importing.shape import Apart
from core.progress import Report, silent

SCHEME = "s3://"
_GZIP = b"\x1f\x8b"
_FILES = (*(suffix for each in CONTAINERS for suffix in each.suffixes), ".gz")


def address(text: str) -> s3.S3Uri:
    """An address to read from; S3 allows more in a key than Bedrock does, so only its form is looked at.

    Raises:
        UsageError: There is no bucket in it.
    """
    bucket, _, key = text.removeprefix(SCHEME).partition("/")
    if not text.startswith(SCHEME) or not bucket:
        raise UsageError(f"{text!r} is not an address in S3", todo="Write it as s3://bucket/key")
    return s3.S3Uri(bucket, key)


def fetch(connection: Connection, text: str, folder: Path, report: Report = silent) -> list[Input]:
    """Brings what an address names to a folder; what lies there from the last time is not fetched again.

    Args:
        connection: The way to S3.
        text: The address of an object, or of a prefix that ends with a slash.
        folder: For the files.
        report: Told how far each download is.

    Raises:
        UsageError: It is no address.
        InputError: There is nothing at it, or the folder cannot be written.
        AwsError: S3 refuses.
    """
    wanted = address(text)
    found = [wanted]
    if not wanted.key or wanted.key.endswith("/"):
        found = [each for each in s3.listing(connection, wanted) if each.key.lower().endswith(_FILES)]
    if not found:
        raise InputError(f"There is nothing to import at {text}", todo=f"Files end in {', '.join(_FILES)}")
    return [_fetched(connection, each, folder, report) for each in found]


def bodies(connect: Callable[[], Connection], folder: Path) -> Apart:
    """What brings the bodies of invocation logs that lie apart in S3, packed or not; each is fetched once.

    Args:
        connect: Gives the way to S3, which is opened only where a body does lie apart.
        folder: For the files.
    """

    def bring(text: str) -> object:
        path = _fetched(connect(), address(text), folder, silent).path
        try:
            raw = path.read_bytes()
            return msgspec.json.decode(gzip.decompress(raw) if raw.startswith(_GZIP) else raw)
        except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
            raise InputError("That object is no body", why=str(error), where=Where(text)) from error

    return bring


def _fetched(connection: Connection, uri: s3.S3Uri, folder: Path, report: Report) -> Input:
    version = hashlib.sha256(f"{uri}\0{s3.version(connection, uri)}".encode()).hexdigest()[:16]
    path = folder / version / uri.key.rpartition("/")[2]
    if not path.exists():
        s3.download(connection, uri, path, report)
    return Input(path, str(uri))
