"""Files as they come, broken in every way: checked and scanned to the end, with the line that is wrong."""

import gzip
import json
import os
import threading
from pathlib import Path

import pytest
from record_lines import chat_line, source_line

from core import catalog
from core.data.check_file import check_file
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.data.scan import pool
from core.errors import InputError
from core.formatting.template import Renderer, load
from core.records.check import CheckReport

TUNING = catalog.load().tuning_of("claude-3-haiku")[1]
RULES = TUNING.requirements()
ARTICLE = Renderer(load("table-question"))
ZSTD = bytes.fromhex("28b52ffd2004210000") + b"{}\n\x00\x01\x02"


def good(number: int) -> bytes:
    return chat_line(f"<question>What was sold in {1900 + number}?</question>", "a", system="You are an analyst.")


GOOD = [good(number) for number in range(40)]


def check(path: Path) -> dict[str, tuple[int, ...]]:
    """The lines of each rule."""
    return {issue.rule: issue.lines for issue in check_file(path, TUNING, lambda: ARTICLE).report.issues}


def scanned(path: Path) -> Facts:
    facts = Facts(Dataset(path, ARTICLE), RULES)
    facts.scan()
    return facts


BROKEN_LINES = {
    "invalid UTF-8": (GOOD[7].replace(b"sold", b"s\xe9ld"), "encoding"),
    "overlong UTF-8": (GOOD[7].replace(b"sold", b"s\xc0\x80ld"), "encoding"),
    "half a surrogate": (GOOD[7].replace(b"sold", b"s\\ud800ld"), "encoding"),
    "a NUL byte": (GOOD[7].replace(b"sold", b"s\0ld"), "json"),
    "a line of NUL": (b"\0" * 500 + b"\n", "encoding"),
    "10,000 levels": (b'{"messages": ' + b"[" * 10_000 + b"]" * 10_000 + b"}\n", "json"),
    "10,000 open brackets": (b"[" * 10_000 + b"\n", "json"),
    "10,000 open objects": (b'{"a":' * 10_000 + b"\n", "json"),
    "a key twice": (b'{"messages": 1, "messages": ' + json.dumps([]).encode() + b"}\n", "json"),
    "a huge integer": (b'{"messages": ' + b"9" * 100_000 + b"}\n", "json"),
    "a huge number": (b'{"messages": 1e999999}\n', "schema"),
    "cut in the middle": (GOOD[7][:60] + b"\n", "json"),
    "two records": (GOOD[7].rstrip() + GOOD[8], "json"),
    "nothing": (b"\n", "blank-line"),
    "a list": (b"[]\n", "schema"),
    "a text": (b'"messages"\n', "schema"),
}


@pytest.mark.parametrize("what", BROKEN_LINES)
@pytest.mark.parametrize("place", [0, 7, 39])
def test_a_broken_line_is_named_wherever_it_stands_and_the_rest_is_checked(write, what, place):
    line, rule = BROKEN_LINES[what]
    lines = [line if number == place else each for number, each in enumerate(GOOD)]
    assert check(write(*lines)) == {rule: (place + 1,)}


@pytest.mark.parametrize("what", BROKEN_LINES)
def test_a_broken_line_is_a_row_of_an_open_file_with_its_rule(write, what):
    line, rule = BROKEN_LINES[what]
    facts = scanned(write(*GOOD[:20], line, *GOOD[20:]))
    assert facts.count == 41
    assert facts.rules(20) == (rule, "error")


@pytest.mark.parametrize("what", BROKEN_LINES)
def test_a_broken_line_among_source_records_is_named(write, what):
    lines = [source_line(number) for number in range(40)]
    lines[7] = BROKEN_LINES[what][0]
    found = check(write(*lines))
    assert [each for each in found.values() if 8 in each]


def test_a_byte_order_mark_is_an_error_of_the_first_line_alone(write):
    path = write(b"\xef\xbb\xbf", *GOOD)
    assert check(path) == {"encoding": (1,)}
    assert scanned(path).count == 40


def test_lines_that_end_as_on_windows_are_fine(write):
    lines = [line.replace(b"\n", b"\r\n") for line in GOOD]
    assert check(write(*lines)) == {}
    assert scanned(write(*lines)).count == 40


def test_a_file_without_a_final_line_break_has_all_its_records(write):
    report = check_file(write(*GOOD[:-1], GOOD[-1].rstrip()), TUNING, lambda: ARTICLE).report
    assert report == CheckReport(records=40, errors=0, warnings=0, issues=())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_every_line_of_a_file_in_utf_16_is_of_another_encoding(write, encoding):
    content = b"".join(GOOD).decode().encode(encoding)
    path = write(content)
    assert {"encoding"} <= check(path).keys() <= {"encoding", "json", "length-outlier"}
    [said] = (
        issue.message for issue in check_file(path, TUNING, lambda: ARTICLE).report.issues if issue.rule == "encoding"
    )
    assert said.endswith(f"iconv -f utf-16 -t utf-8 {path} > utf8.jsonl")


def test_a_file_in_utf_16_is_not_opened_and_says_how_to_convert_it(write):
    with pytest.raises(InputError, match="UTF-16") as caught:
        Dataset(write(b"".join(GOOD).decode().encode("utf-16")))
    assert "iconv" in caught.value.todo


@pytest.mark.parametrize(("content", "undo"), [(gzip.compress(b"".join(GOOD)), "gunzip"), (ZSTD, "zstd -d")])
def test_a_compressed_file_says_how_to_decompress_it(write, content, undo):
    path = write(content)
    for read in (Dataset, check):
        with pytest.raises(InputError, match="compressed") as caught:
            read(path)
        assert undo in caught.value.todo
        assert caught.value.where is not None
        assert caught.value.where.path == str(path)


def test_a_record_longer_than_many_stretches_is_one_row(write, monkeypatch):
    monkeypatch.setattr(pool, "STRETCH", 1000)
    long = good(7).replace(b"sold", b"s" * 50_000)
    facts = scanned(write(*GOOD[:7], long, *GOOD[8:]))
    assert facts.count == 40
    assert facts.characters(7)[0] > 50_000


@pytest.mark.slow
def test_a_line_of_200_megabytes_is_a_row_that_is_too_long(write):
    path = write(*GOOD[:20], good(20).replace(b"sold", b"s" * 200_000_000), *GOOD[21:])
    found = check(path)
    assert found["too-long"] == (21,)
    assert set(found) == {"too-long", "length-outlier"}


@pytest.mark.slow
def test_a_broken_line_of_200_megabytes_is_named(write):
    assert check(write(*GOOD[:20], b'{"messages": "' + b"x" * 200_000_000 + b"\n", *GOOD[21:])) == {"json": (21,)}


@pytest.mark.parametrize("alone", [0, pool.ALONE])
def test_a_file_that_grows_while_it_is_scanned_is_as_it_was_when_it_was_opened(write, alone, monkeypatch):
    monkeypatch.setattr(pool, "STRETCH", 500)
    _always(monkeypatch, alone)
    path = write(*GOOD)
    facts = Facts(Dataset(path, ARTICLE), RULES)
    with path.open("ab") as file:
        file.write(b"{half a li")
    facts.scan()
    assert facts.count == 40
    assert facts.rows_by_finding() == {}


@pytest.mark.parametrize("left", [0, 1, len(GOOD[0]) // 2, 10 * len(GOOD[0])])
@pytest.mark.parametrize("alone", [0, pool.ALONE])
def test_a_file_that_shrinks_while_it_is_open_is_said(write, left, alone, monkeypatch):
    monkeypatch.setattr(pool, "STRETCH", 500)
    _always(monkeypatch, alone)
    path = write(*GOOD)
    facts = Facts(Dataset(path, ARTICLE), RULES)
    os.truncate(path, left)
    with pytest.raises(InputError, match="shorter"):
        facts.scan()


@pytest.mark.parametrize("alone", [0, pool.ALONE])
@pytest.mark.parametrize("replaced", [True, False])
def test_a_file_that_is_replaced_or_removed_while_it_is_open_is_read_on_as_it_was(
    write, replaced, alone, monkeypatch
):
    _always(monkeypatch, alone)
    path = write(*GOOD)
    facts = Facts(Dataset(path, ARTICLE), RULES)
    if replaced:
        write(*[chat_line("another", "file")] * 90, name="other.jsonl").replace(path)
    else:
        path.unlink()
    facts.scan()
    assert facts.count == 40
    assert facts.rows_by_finding() == {}


def test_a_pipe_that_brings_broken_lines_is_checked_like_a_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"".join([*GOOD, b"{\n"]),))
    writer.start()
    assert check(pipe) == {"json": (41,)}
    writer.join()


def _always(monkeypatch: pytest.MonkeyPatch, alone: int) -> None:
    """Scans in this process up to a size, in children beyond."""
    original = pool.scan
    monkeypatch.setattr("core.data.facts.scan", lambda *each, **_: original(*each, alone=alone))
