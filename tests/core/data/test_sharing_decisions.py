"""Decisions through git: written sorted, brought in again, conflicts shown and none lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.data import journal, sharing
from core.data.decisions import Subject, current, decide
from core.data.project_view import disputed
from core.errors import InputError
from core.store import Store

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Ann's project and Bob's."""
    both = Store(tmp_path / "ann.db"), Store(tmp_path / "bob.db")
    yield both
    for each in both:
        each.close()


def flag(store: Store, who: str, value: str | None, *records: str, kind: str = "flag") -> None:
    clock = ManualClock(NOON)
    decide(store, [Subject(each, f"h{each}") for each in records], kind, value, who=who, now=clock.now())


def flags(store: Store) -> dict[str, str | None]:
    return {record: each.flag for record, each in current(store).items()}


def test_what_one_exports_another_has_after_an_import(stores, tmp_path):
    ann, bob = stores
    flag(ann, "ann", "keep", "a", "b")
    flag(ann, "ann", "wrong year", "b", kind="note")
    flag(ann, "ann", None, "a")
    assert sharing.write(ann, tmp_path / "flags.jsonl") == 2
    found = sharing.read(bob, tmp_path / "flags.jsonl", NOON)
    assert (found.added, found.same, found.conflicts) == (2, 0, ())
    assert current(bob) == current(ann)


def test_the_file_is_sorted_by_record_so_that_git_can_merge_it(stores, tmp_path):
    flag(stores[0], "ann", "keep", "c", "a", "b")
    sharing.write(stores[0], tmp_path / "flags.jsonl")
    records = [line.split('"')[3] for line in (tmp_path / "flags.jsonl").read_text().splitlines()]
    assert records == ["a", "b", "c"]


def test_bringing_the_same_file_in_again_changes_nothing(stores, tmp_path):
    ann, bob = stores
    flag(ann, "ann", "keep", "a")
    sharing.write(ann, tmp_path / "flags.jsonl")
    sharing.read(bob, tmp_path / "flags.jsonl", NOON)
    again = sharing.read(bob, tmp_path / "flags.jsonl", NOON)
    assert (again.added, again.same) == (0, 1)
    assert len(journal.actions(bob)) == 1


def test_where_two_differ_ours_holds_theirs_is_in_the_journal_and_the_conflict_is_named(stores, tmp_path):
    ann, bob = stores
    flag(ann, "ann", "keep", "a")
    flag(bob, "bob", "reject", "a")
    sharing.write(ann, tmp_path / "flags.jsonl")
    [conflict] = sharing.read(bob, tmp_path / "flags.jsonl", NOON).conflicts
    assert (conflict.ours, conflict.our_reviewer) == ("reject", "bob")
    assert (conflict.theirs, conflict.their_reviewer) == ("keep", "ann")
    assert flags(bob) == {"a": "reject"}
    assert {(entry.who, entry.value) for entry in journal.actions(bob)} == {("ann", "keep"), ("bob", "reject")}


def test_theirs_holds_where_that_is_wanted(stores, tmp_path):
    ann, bob = stores
    flag(ann, "ann", "keep", "a")
    flag(bob, "bob", "reject", "a")
    sharing.write(ann, tmp_path / "flags.jsonl")
    assert len(sharing.read(bob, tmp_path / "flags.jsonl", NOON, theirs=True).conflicts) == 1
    assert flags(bob) == {"a": "keep"}


def test_a_conflict_that_stands_is_found_each_time_and_theirs_holds_once_that_is_wanted(stores, tmp_path):
    ann, bob = stores
    flag(ann, "ann", "keep", "a", "b")
    flag(bob, "bob", "reject", "a")
    sharing.write(ann, tmp_path / "flags.jsonl")
    first, again = (sharing.read(bob, tmp_path / "flags.jsonl", NOON) for _ in range(2))
    assert (again.added, again.same, again.conflicts) == (0, 1, first.conflicts)
    before = len(journal.actions(bob))
    sharing.read(bob, tmp_path / "flags.jsonl", NOON)
    assert len(journal.actions(bob)) == before
    assert sharing.read(bob, tmp_path / "flags.jsonl", NOON, theirs=True).conflicts == first.conflicts
    assert flags(bob) == {"a": "keep", "b": "keep"}
    assert sharing.read(bob, tmp_path / "flags.jsonl", NOON, theirs=True).conflicts == ()


def test_a_file_from_before_its_author_decided_anew_is_no_conflict(stores, tmp_path):
    ann, _ = stores
    flag(ann, "ann", "keep", "a")
    sharing.write(ann, tmp_path / "flags.jsonl")
    later = ManualClock(NOON)
    later.advance(60)
    decide(ann, [Subject("a", "ha")], "flag", "reject", who="ann", now=later.now())
    assert sharing.read(ann, tmp_path / "flags.jsonl", NOON, theirs=True).conflicts == ()
    assert flags(ann) == {"a": "reject"}


def test_everybodys_own_flags_survive_a_conflict_and_name_the_dispute(stores, tmp_path):
    ann, bob = stores
    flag(ann, "ann", "keep", "a", "b")
    flag(bob, "bob", "reject", "a")
    sharing.write(ann, tmp_path / "flags.jsonl")
    sharing.read(bob, tmp_path / "flags.jsonl", NOON)
    own = sharing.by_reviewer(bob)
    assert own == {"ann": {"a": "keep", "b": "keep"}, "bob": {"a": "reject"}}
    assert disputed(own) == {"a": "ann keep, bob reject"}


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b'{"record":"a"}',
        b'{"record":"a","kind":"flag","value":"keep","who":"x","at":"yesterday","content":"h"}',
    ],
)
def test_a_line_that_is_no_decision_is_named_and_nothing_is_brought_in(stores, tmp_path, line):
    flag(stores[0], "ann", "keep", "a")
    path = tmp_path / "flags.jsonl"
    sharing.write(stores[0], path)
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(InputError, match="not a decision") as caught:
        sharing.read(stores[1], path, NOON)
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    assert current(stores[1]) == {}


@pytest.mark.parametrize(("field", "good", "bad"), [("value", "keep", "maybe"), ("kind", "flag", "star")])
def test_a_flag_or_a_kind_that_is_none_is_named_with_its_field(stores, tmp_path, field, good, bad):
    flag(stores[0], "ann", "keep", "a")
    path = tmp_path / "flags.jsonl"
    sharing.write(stores[0], path)
    path.write_text(path.read_text().replace(f'"{field}":"{good}"', f'"{field}":"{bad}"'))
    with pytest.raises(InputError, match=bad) as caught:
        sharing.read(stores[1], path, NOON)
    assert str(caught.value.where) == f"{path}:1 {field}"
    assert current(stores[1]) == {}
