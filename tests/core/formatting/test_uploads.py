"""An export on its way to S3: always to the same address, uploaded once, never to a bucket that a job cannot read."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from rehearsed import BUCKET, Rehearsed

from core import catalog
from core.aws import s3
from core.aws.session import connect_rehearsal
from core.config import Split
from core.errors import RefusedError, UsageError
from core.formatting import ExportLine, Leakage, batch_input, export, upload
from core.formatting.template import load
from core.records.record import Chat, Message


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, export.Export]:
    """A small export and its folder."""
    (tmp_path / "records.jsonl").write_text("records")
    model, tuning = catalog.load().tuning_of("claude-3-haiku")
    recipe = export.recipe(
        model=model,
        tuning=tuning,
        template=load("table-question"),
        table_format="html",
        split=Split(),
        include="",
        source=tmp_path / "records.jsonl",
    )
    line = ExportLine("1", "g", "span", Chat((Message("user", "q"), Message("assistant", "a"))))
    found = export.write(
        tmp_path / "exports",
        {"train": [line], "validation": [line], "test": [line]},
        recipe=recipe,
        excluded={},
        leakage=Leakage(0, 0, 0),
        now=datetime(2025, 6, 1, tzinfo=UTC),
    )
    return tmp_path / "exports" / found.name, found


def test_the_address_follows_from_the_project_and_the_name_of_the_export(made):
    _, found = made
    there = upload.addresses("my-bucket", "tables", found)
    base = f"s3://my-bucket/outcrop/tables/{found.name}"
    assert (there.training, there.validation) == (f"{base}/train.jsonl", f"{base}/validation.jsonl")
    assert there.output == f"{base}/results/"


def test_training_and_validation_are_uploaded_to_the_byte_and_the_test_part_stays_at_home(made, rehearsal: Rehearsed):
    folder, found = made
    connection = rehearsal.connection()
    there = upload.upload(connection, folder, found, BUCKET, "uploads", lambda _: None)
    for address, name in ((there.training, "train.jsonl"), (there.validation, "validation.jsonl")):
        assert s3.read(connection, s3.parse_uri(address)) == (folder / name).read_bytes()
    keys = {uri.key for uri in s3.listing(connection, s3.S3Uri(BUCKET, "outcrop/uploads/"))}
    assert not [key for key in keys if "test" in key.rpartition("/")[2]]


def test_a_second_upload_finds_the_first(made, rehearsal: Rehearsed):
    folder, found = made
    connection = rehearsal.connection()
    there = upload.upload(connection, folder, found, BUCKET, "twice")
    calls = []
    connection.client("s3", patient=True).meta.events.register(
        "before-call.s3", lambda model, **_: calls.append(model.name)
    )
    assert upload.upload(connection, folder, found, BUCKET, "twice") == there
    assert upload.upload(connection, folder, found, BUCKET, "elsewhere") != there
    assert calls == ["PutObject", "PutObject"]


def test_without_a_bucket_nothing_is_sent(made, rehearsal: Rehearsed):
    folder, found = made
    with pytest.raises(UsageError, match="No bucket is set"):
        upload.upload(rehearsal.connection(), folder, found, "", "x")


def test_a_bucket_that_is_not_there_is_refused_with_the_command_that_makes_it(made, rehearsal: Rehearsed):
    folder, found = made
    with pytest.raises(RefusedError, match="no bucket named no-such-bucket") as caught:
        upload.upload(rehearsal.connection(), folder, found, "no-such-bucket", "x")
    assert "aws s3 mb s3://no-such-bucket --region us-west-2" in caught.value.todo


def test_a_bucket_in_another_region_is_refused_with_both_regions(made, rehearsal: Rehearsed):
    folder, found = made
    elsewhere = connect_rehearsal(msgspec.structs.replace(rehearsal.endpoints, region="us-east-1"))
    with pytest.raises(RefusedError, match="is in us-west-2, the job would run in us-east-1"):
        upload.upload(elsewhere, folder, found, BUCKET, "x")


def test_an_address_that_bedrock_forbids_is_refused_before_anybody_is_asked(made, rehearsal: Rehearsed):
    folder, found = made
    connection, calls = rehearsal.connection_in("us-west-2"), []
    connection.client("s3").meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    for prefix in (f"s3://{BUCKET}/my data", f"s3://{BUCKET}/year=2025", "s3://B/x", BUCKET):
        with pytest.raises(UsageError, match="not an S3 address that Bedrock accepts"):
            upload.upload_below(connection, folder, found, prefix)
    assert calls == []


def test_an_address_of_ones_own_takes_the_files_and_the_input_of_a_batch_job(made, rehearsal: Rehearsed):
    folder, found = made
    connection, home = rehearsal.connection(), f"s3://{BUCKET}/own/place/"
    there = upload.upload_below(connection, folder, found, home)
    assert there.training == f"s3://{BUCKET}/own/place/{found.name}/train.jsonl"
    path = batch_input.write(folder, found, "test")
    uri = upload.upload_batch(connection, path, home, found)
    assert s3.read(connection, s3.parse_uri(uri)) == path.read_bytes()
