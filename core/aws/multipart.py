"""Large files to S3 in parts, each with its checksum; one that was cut off goes on with the part that is missing.

Source: Amazon S3 User Guide, "Uploading and copying objects using multipart upload": parts of 5 MiB and more but for
the last, at most 10,000 of them; parts stay until the upload is completed or aborted.
"""

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from core.aws.session import Connection
from core.aws.shapes import Payload
from core.progress import Progress, Report

PART = 8 << 20  # bytes
_MOST_PARTS = 9_000
_AT_ONCE = 4  # parts on their way, each held in memory


class UploadTarget(msgspec.Struct, frozen=True):
    """Where an upload goes: bucket, key, and the file's SHA-256 in hex, kept as metadata."""

    bucket: str
    key: str
    digest: str


class _Part(msgspec.Struct, frozen=True):
    """A stretch of the file, as S3 numbers it."""

    number: int
    start: int
    length: int


def upload(connection: Connection, path: Path, target: UploadTarget, report: Report) -> None:
    """Uploads a file in parts, or what an earlier attempt has not brought there.

    Raises:
        AwsError: S3 refuses; what was uploaded stays, and the next attempt goes on from it.
    """
    parts = list(_parts(path.stat().st_size))
    upload_id, there = _unfinished(connection, path, target, parts)
    if not upload_id:
        upload_id = _started(connection, target)
    done = sum(part.length for part in parts if part.number in there)
    total = sum(part.length for part in parts)

    def send(part: _Part) -> tuple[_Part, str]:
        body = _read(path, part)
        answer = connection.call(
            "s3",
            "upload_part",
            patient=True,
            Bucket=target.bucket,
            Key=target.key,
            UploadId=upload_id,
            PartNumber=part.number,
            Body=body,
            ChecksumSHA256=_checksum(body),
        )
        return part, str(answer["ETag"])

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="upload") as pool:
        missing = [part for part in parts if part.number not in there]
        for part, etag in pool.map(send, missing):
            there[part.number] = {"ETag": etag, "ChecksumSHA256": _checksum(_read(path, part))}
            done += part.length
            report(Progress(done, total, "bytes", f"uploading {path.name}"))
    _complete(connection, target, upload_id, there)


def _parts(size: int) -> Iterator[_Part]:
    length = max(PART, -(-size // _MOST_PARTS))
    for number, start in enumerate(range(0, size, length), 1):
        yield _Part(number, start, min(length, size - start))


def _read(path: Path, part: _Part) -> bytes:
    with path.open("rb") as file:
        file.seek(part.start)
        return file.read(part.length)


def _checksum(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _started(connection: Connection, target: UploadTarget) -> str:
    answer = connection.call(
        "s3",
        "create_multipart_upload",
        Bucket=target.bucket,
        Key=target.key,
        ChecksumAlgorithm="SHA256",
        Metadata={"sha256": target.digest},
    )
    return str(answer["UploadId"])


def _unfinished(
    connection: Connection, path: Path, target: UploadTarget, parts: list[_Part]
) -> tuple[str, dict[int, dict[str, str]]]:
    """The upload that was cut off, and which of its parts are there; others of this key are given up."""
    answer = connection.call("s3", "list_multipart_uploads", Bucket=target.bucket, Prefix=target.key)
    found: tuple[str, dict[int, dict[str, str]]] = ("", {})
    for each in answer.get("Uploads", ()):
        if each["Key"] != target.key:
            continue
        there = None if found[0] else _matching(connection, path, target, each["UploadId"], parts)
        if there:
            found = (each["UploadId"], there)
        else:
            connection.call(
                "s3", "abort_multipart_upload", Bucket=target.bucket, Key=target.key, UploadId=each["UploadId"]
            )
    return found


def _matching(
    connection: Connection, path: Path, target: UploadTarget, upload_id: str, parts: list[_Part]
) -> dict[int, dict[str, str]] | None:
    """The parts that an upload has of this file; None where one of them is of another."""
    by_number = {part.number: part for part in parts}
    there: dict[int, dict[str, str]] = {}
    for each in _listed(connection, target, upload_id):
        part = by_number.get(each["PartNumber"])
        body = _read(path, part) if part else b""
        etag = str(each["ETag"]).strip('"')
        if etag != hashlib.md5(body, usedforsecurity=False).hexdigest() and each.get("ChecksumSHA256") != _checksum(
            body
        ):
            return None
        there[each["PartNumber"]] = {"ETag": each["ETag"], "ChecksumSHA256": _checksum(body)}
    return there


def _listed(connection: Connection, target: UploadTarget, upload_id: str) -> Iterator[Payload]:
    query: Payload = {"Bucket": target.bucket, "Key": target.key, "UploadId": upload_id}
    while True:
        page = connection.call("s3", "list_parts", **query)
        yield from page.get("Parts", ())
        if not page.get("IsTruncated"):
            return
        query["PartNumberMarker"] = page["NextPartNumberMarker"]


def _complete(connection: Connection, target: UploadTarget, upload_id: str, there: dict[int, dict[str, str]]) -> None:
    connection.call(
        "s3",
        "complete_multipart_upload",
        patient=True,
        Bucket=target.bucket,
        Key=target.key,
        UploadId=upload_id,
        MultipartUpload={"Parts": [{"PartNumber": number} | there[number] for number in sorted(there)]},
    )
