"""Files to import from S3: one object or all below a prefix, fetched once, and records say the address."""

import gzip
import json

import pytest
from imports import imported
from rehearsed import BUCKET, Rehearsed

from core.errors import InputError, UsageError
from core.formatting.importing import Plan, detect, run
from core.formatting.importing.fetch import address, fetch

LINE = b'{"prompt": "How?", "completion": "So."}\n'


def test_an_object_is_imported_and_its_records_say_where_it_lies(rehearsal: Rehearsed, tmp_path):
    uri = rehearsal.put("imports/one/pairs file=1.jsonl", LINE)
    found = fetch(rehearsal.connection(), uri, tmp_path / "cache")
    done = run(found, Plan(detect(found[0].path)), tmp_path / "out")
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
