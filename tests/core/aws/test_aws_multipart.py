"""Large uploads: in parts with checksums, taken up where they were cut off, never mixed with another file's parts."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rehearsed import BUCKET, Rehearsed

from core.aws import multipart, s3
from core.aws.errors import AwsError
from core.aws.s3 import S3Uri
from core.progress import Progress


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six parts of 5 MiB, the least that S3 takes, and a little more."""
    monkeypatch.setattr(multipart, "PART", 5 << 20)
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"".join(bytes([n]) * (5 << 20) for n in range(6)) + b"the end")
    return path


class Cut:
    """Counts what is sent, and cuts the line before the n-th part."""

    def __init__(self, rehearsal: Rehearsed, after: int = 1 << 30) -> None:
        self.connection = rehearsal.connection_in(rehearsal.endpoints.region)  # one of its own
        self.calls: Counter[str] = Counter()
        self._after = after
        client = self.connection.client("s3", patient=True)
        client.meta.events.register("before-call.s3", self._note)
        self.connection.client("s3").meta.events.register("before-call.s3", self._note)

    def _note(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if self.calls["UploadPart"] > self._after:
            raise ConnectionResetError("cut")


def test_a_large_file_arrives_whole_with_its_digest_and_its_progress_in_bytes(rehearsal: Rehearsed, file):
    cut, uri, told = Cut(rehearsal), S3Uri(BUCKET, "parts/whole"), list[Progress]()
    digest = s3.upload(cut.connection, file, uri, told.append)
    assert cut.calls["UploadPart"] == 7
    assert s3.read(cut.connection, uri) == file.read_bytes()
    assert s3.stored_digest(cut.connection, uri) == digest
    assert (told[-1].done, told[-1].total, told[-1].unit) == (file.stat().st_size, file.stat().st_size, "bytes")
    assert [each.done for each in told] == sorted(each.done for each in told)
    s3.upload(cut.connection, file, uri)
    assert cut.calls["UploadPart"] == 7


def test_an_upload_that_was_cut_off_sends_only_what_is_missing(rehearsal: Rehearsed, file):
    uri = S3Uri(BUCKET, "parts/resumed")
    broken = Cut(rehearsal, after=3)
    with pytest.raises(AwsError):
        s3.upload(broken.connection, file, uri)
    again = Cut(rehearsal)
    s3.upload(again.connection, file, uri)
    assert again.calls["UploadPart"] == 7 - 3
    assert again.calls["CreateMultipartUpload"] == 0
    assert s3.read(again.connection, uri) == file.read_bytes()


def test_parts_of_another_file_are_given_up(rehearsal: Rehearsed, file):
    uri = S3Uri(BUCKET, "parts/changed")
    with pytest.raises(AwsError):
        s3.upload(Cut(rehearsal, after=3).connection, file, uri)
    file.write_bytes(file.read_bytes()[::-1])
    again = Cut(rehearsal)
    s3.upload(again.connection, file, uri)
    assert (again.calls["AbortMultipartUpload"], again.calls["UploadPart"]) == (1, 7)
    assert s3.read(again.connection, uri) == file.read_bytes()
