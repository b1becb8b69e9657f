"""Files to import from S3: one object or all below a prefix, fetched once, and records say the address."""

import gzip
import json

import pytest
from imports import imported
from rehearsed import BUCKET, Rehearsed

from core.errors import InputError, UsageError
from core.formatting.importing import ImportPlan, Input, detect, run
from core.formatting.importing.fetch import address, bodies, fetch
from core.formatting.importing.importer import read

LINE = b'{"prompt": "How?", "completion": "So."}\n'


def test_an_object_is_imported_and_its_records_say_where_it_lies(rehearsal: Rehearsed, tmp_path):
    uri = rehearsal.put("imports/one/pairs file=1.jsonl", LINE)
    found = fetch(rehearsal.connection(), uri, tmp_path / "cache")
    done = run(found, ImportPlan(detect(found[0].path)), tmp_path / "out")
    assert (done.kind, done.records) == ("prompt-completion", 1)
    assert json.loads((tmp_path / "out" / "records.jsonl").read_bytes())["facts"]["file"] == uri


def test_a_prefix_gives_every_file_below_it_packed_or_not(rehearsal: Rehearsed, tmp_path):
    rehearsal.put("imports/logs/a/1.jsonl", LINE)
    rehearsal.put("imports/logs/b/2.jsonl.gz", gzip.compress(LINE * 2))
    rehearsal.put("imports/logs/readme.txt", b"hello")
    found = fetch(rehearsal.connection(), f"s3://{BUCKET}/imports/logs/", tmp_path)
    assert sum(len(imported(each.path)[0]) for each in found) == 3


def test_what_was_fetched_is_not_fetched_again_until_it_changes(rehearsal: Rehearsed, tmp_path):
    connection, uri = rehearsal.connection(), rehearsal.put("imports/twice.jsonl", LINE)
    [first] = fetch(connection, uri, tmp_path)
    told: list[object] = []
    assert fetch(connection, uri, tmp_path, told.append) == [first]
    assert told == []
    rehearsal.put("imports/twice.jsonl", LINE * 2)
    [second] = fetch(connection, uri, tmp_path, told.append)
    assert len(second.path.read_bytes()) == 2 * len(LINE)
    assert told


def test_an_empty_prefix_and_what_is_no_address_are_refused(rehearsal: Rehearsed, tmp_path):
    with pytest.raises(InputError, match="nothing to import"):
        fetch(rehearsal.connection(), f"s3://{BUCKET}/imports/none/", tmp_path)
    with pytest.raises(UsageError, match="not an address"):
        address("s3://")


def log(folder, **sides: str):
    """An invocation log whose bodies lie apart."""
    line = {"requestId": "r1", "operation": "Converse", "modelId": "amazon.nova-micro-v1:0"}
    line |= {side: {f"{side}BodyS3Path": address} for side, address in sides.items()}
    path = folder / "log.json"
    path.write_text(json.dumps(line) + "\n")
    return [Input(path)]


def test_the_bodies_of_a_log_that_lie_apart_are_fetched_packed_or_not(rehearsal: Rehearsed, tmp_path):
    asked = {"messages": [{"role": "user", "content": [{"text": "How?"}]}]}
    answered = {"output": {"message": {"role": "assistant", "content": [{"text": "So."}]}}}
    inputs = log(
        tmp_path,
        input=rehearsal.put("imports/data/r1_input.json.gz", gzip.compress(json.dumps(asked).encode())),
        output=rehearsal.put("imports/data/r1_output.json", json.dumps(answered).encode()),
    )
    apart = bodies(rehearsal.connection, tmp_path / "cache")
    [record] = read(inputs, ImportPlan("invocation-log"), apart)
    assert (record.fields["question"], record.fields["answer"]) == ("How?", "So.")


def test_a_body_that_cannot_be_fetched_is_listed_with_the_reason(rehearsal: Rehearsed, tmp_path):
    apart = bodies(rehearsal.connection, tmp_path / "cache")
    broken = rehearsal.put("imports/data/broken.json.gz", b"\x1f\x8bnot gzip")
    for place, why in ((f"s3://{BUCKET}/imports/data/nowhere.json", "lies apart"), (broken, "no body")):
        [missed] = read(log(tmp_path, input=place), ImportPlan("invocation-log"), apart)
        assert missed.field == "input.inputBodyS3Path"
        assert why in missed.reason
        assert missed.todo


def test_outside_a_project_nobody_fetches_a_body(tmp_path):
    [missed] = read(log(tmp_path, input="s3://bucket/key.json"), ImportPlan("invocation-log"))
    assert "lies apart, at s3://bucket/key.json" in missed.reason
    assert "within a project" in missed.todo
