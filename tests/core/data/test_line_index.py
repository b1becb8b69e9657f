"""An index of lines: rows at once, more as it grows, and an explanation when the file changes underneath."""

import os
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import index
from core.data.index import LineIndex
from core.errors import CancelledError, InputError
from core.progress import Cancel


def opened(path, content: bytes) -> LineIndex:
    path.write_bytes(content)
    return LineIndex(path)


def all_lines(found: LineIndex) -> list[bytes]:
    found.grow_all()
    one_by_one = [found.line(number) for number in range(found.count)]
    assert list(found.lines(0, found.count)) == one_by_one
    return one_by_one


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.jsonl"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\nb", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"a\n\n\nb\n", [b"a", b"", b"", b"b"]),
        (b"\n", [b""]),
        (b"a", [b"a"]),
        (b"a\x0bb\x85c\xe2\x80\xa8d\n", [b"a\x0bb\x85c\xe2\x80\xa8d"]),
    ],
)
def test_a_line_ends_at_a_line_feed_and_nowhere_else(path, content, lines):
    found = opened(path, content)
    assert all_lines(found) == lines
    found.close()


@given(content=st.binary(min_size=1, max_size=300), block=st.integers(1, 40))
@settings(deadline=None)
def test_any_file_reads_as_its_lines_whatever_the_size_of_a_block(content, block, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "BLOCK", block)
        found = opened(tmp_path_factory.mktemp("index") / "file", content)
        expected = content.split(b"\n")
        expected = expected[:-1] if expected[-1] == b"" else expected
        assert all_lines(found) == [line.rstrip(b"\r") for line in expected]
        found.close()


def test_rows_are_there_before_the_whole_file_is_read(path, monkeypatch):
    monkeypatch.setattr(index, "BLOCK", 10)
    found = opened(path, b"12345\n" * 100)
    assert (found.count, found.complete) == (0, False)
    assert found.grow() is True
    assert found.count == 1
    assert found.line(0) == b"12345"
    counts = [found.count]
    while found.grow():
        counts.append(found.count)
    assert counts == sorted(counts)
    assert (found.count, found.complete, found.grow()) == (100, True, False)
    found.close()


def test_growing_tells_the_bytes_and_stops_when_told(path, monkeypatch):
    monkeypatch.setattr(index, "BLOCK", 10)
    found, cancel, told = opened(path, b"12345\n" * 100), Cancel(), []

    def report(progress):
        told.append((progress.done, progress.total, progress.unit))
        cancel.cancel()

    with pytest.raises(CancelledError):
        found.grow_all(report, cancel)
    assert told == [(10, 600, "bytes")]
    assert found.count > 0
    assert found.line(0) == b"12345"
    found.close()


@pytest.mark.parametrize("left", [b"", b"a\n", b"a\nb\n", b"a\nbb"])
@pytest.mark.parametrize("known", [True, False])
def test_a_file_that_became_shorter_is_said_and_nothing_crashes(path, left, known):
    found = opened(path, b"a\nb\nc\n" * 1000)
    if known:
        found.grow_all()
    os.truncate(path, 0)
    path.write_bytes(left)
    found.grow_all()
    with pytest.raises(InputError, match="became shorter") as caught:
        found.line(found.count - 1)
    assert caught.value.where.path == str(path)
    with pytest.raises(InputError, match="became shorter"):
        list(found.lines(0, found.count))
    found.close()


@pytest.mark.parametrize("more", [b"d\n", b"d\ne\nf\n", b"d"])
def test_what_is_appended_later_waits_for_the_next_opening(path, more):
    found = opened(path, b"a\nb\nc\n")
    with path.open("ab") as file:
        file.write(more)
    assert all_lines(found) == [b"a", b"b", b"c"]
    found.close()


def test_a_file_that_is_replaced_is_read_on_as_it_was(path):
    found = opened(path, b"a\nb\n")
    path.with_name("new").write_bytes(b"x\n")
    path.with_name("new").replace(path)
    assert all_lines(found) == [b"a", b"b"]
    found.close()


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: None, "not there"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_bytes(b""), "is empty"),
    ],
)
def test_what_is_no_file_of_lines_is_named(path, make, what):
    make(path)
    with pytest.raises(InputError, match=what) as caught:
        LineIndex(path)
    assert caught.value.where.path == str(path)
    assert caught.value.todo


def test_a_file_that_changes_has_another_identity(path):
    first = opened(path, b"a\n")
    second = opened(path, b"ab\n")
    assert first.identity != second.identity
    first.close()
    second.close()


@given(
    content=st.lists(st.sampled_from([b"", b"a", b"bc\r"]), min_size=1).map(b"\n".join).filter(bool), data=st.data()
)
@settings(deadline=None)
def test_an_index_takes_what_somebody_else_has_read_and_goes_on_from_there(tmp_path_factory, content, data):
    path = tmp_path_factory.mktemp("taken") / "file"
    alone, taking = opened(path, content), opened(path, content)
    lines = all_lines(alone)
    starts = [sum(len(line) + 1 for line in content.split(b"\n")[:row]) for row in range(len(lines))]
    taken = data.draw(st.integers(0, len(starts)))
    middle = data.draw(st.integers(0, taken))
    for part in (starts[:middle], starts[middle:taken]):
        taking.take(array("Q", part).tobytes())
    assert all_lines(taking) == lines
