"""Keeping up with the journal: a key costs the same whatever was decided before, and others' news are read once."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from record_lines import source_line

from core.data import dealing, decisions, edits, sharing
from core.data.decisions import Subject, decide, decide_each, redo, turn, undo
from core.data.holding import Holding
from core.data.project_view import ProjectView, opened
from core.store import Store
from core.store.migrations import MIGRATIONS
from core.workspace import Workspace

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)
MANY = 12_000
SIX = [source_line(n, facts={"type": "span"}) for n in range(6)]


def subjects(count: int) -> list[Subject]:
    return [Subject(f"{number:016x}", "h") for number in range(count)]


def flags(holding: Holding) -> dict[str, str]:
    return dict(holding.column("flag"))


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """Another process's store of the same project."""
    found = Store(store.path)
    yield found
    found.close()


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many rows have been read from any store."""
    read, rows = [0], Store.rows

    def counted(self: Store, sql: str, values: Any = ()) -> list[sqlite3.Row]:
        found = rows(self, sql, values)
        read[0] += len(found)
        return found

    monkeypatch.setattr(Store, "rows", counted)
    return lambda: read[0]


@pytest.fixture
def project_view(workspace: Workspace) -> Iterator[ProjectView]:
    (workspace.folder / "records.jsonl").write_bytes(b"".join(SIX))
    with opened(workspace) as found:
        yield found


def test_a_decision_after_a_bulk_reads_as_many_rows_as_before_it(look, store, rows_read):
    view = look(*SIX)

    def read_by_a_key() -> int:
        before = rows_read()
        decide(store, view.subjects([0]), "flag", "keep", who="ann", now=NOW)
        view.refresh()
        return rows_read() - before

    first = read_by_a_key()
    decide(store, subjects(MANY), "flag", "reject", who="ann", now=NOW)
    view.refresh()
    assert read_by_a_key() == first


def test_a_change_that_was_made_here_is_taken_over_without_reading_any_row(look, store, rows_read):
    view = look(*SIX)
    change = decide(store, view.subjects([0, 1]), "flag", "keep", who="ann", now=NOW)
    before = rows_read()
    view.take(change)
    assert view.by_record("flag") == {view.identity(0): "keep", view.identity(1): "keep"}
    assert (view.decided, rows_read()) == (2, before)


def test_a_change_that_followed_another_process_brings_that_along(store, other):
    here = Holding(store)
    decide(other, [Subject("theirs", "h")], "flag", "fix", who="bob", now=NOW)
    change = decide(store, [Subject("ours", "h")], "flag", "keep", who="ann", now=NOW)
    assert not here.take(change.news)
    here.catch_up()
    assert flags(here) == {"theirs": "fix", "ours": "keep"}


def test_undo_redo_and_an_entry_of_the_journal_say_what_holds_after_them(store):
    here = Holding(store)
    assert here.take(decide(store, [Subject("a", "h")], "flag", "keep", who="ann", now=NOW).news)
    second = decide(store, [Subject("a", "h2")], "flag", "fix", who="ann", now=NOW)
    assert here.take(second.news)
    for act, holds in [
        (lambda: undo(store, NOW), "keep"),
        (lambda: redo(store, NOW), "fix"),
        (lambda: turn(store, second.batch, NOW, "bob"), "keep"),
    ]:
        assert here.take(act().news)
        assert flags(here) == {"a": holds}
        assert here.every() == decisions.current(store)


def test_kinds_stand_beside_each_other_and_nothing_is_left_of_what_was_taken_away(store):
    here = Holding(store)
    for kind, value in [("flag", "fix"), ("note", "wrong year"), ("tag", "dates"), ("edit", "{}")]:
        here.take(decide(store, [Subject("a", f"h {kind}")], kind, value, who="ann", now=NOW).news)
    assert here.every() == decisions.current(store)
    assert (here.of("a").content, here.of("a").edited_from) == ("h flag", "h edit")
    for kind in ("flag", "note", "tag", "edit"):
        here.take(decide(store, [Subject("a", "h")], kind, None, who="ann", now=NOW).news)
    assert here.every() == decisions.current(store) == {}


def test_another_process_decides_about_many_and_undoes_it(store, other, rows_read):
    here = Holding(store)
    decide(other, subjects(MANY), "flag", "keep", who="bob", now=NOW)
    assert here.catch_up()
    assert here.flagged == MANY
    undo(other, NOW, "bob")
    assert here.catch_up()
    assert (here.flagged, here.every()) == (0, {})
    before = rows_read()
    assert not here.catch_up()
    assert rows_read() == before


def test_what_an_import_brings_in_is_news_of_the_moment_it_came(store, other, tmp_path):
    here = Holding(store)
    decide(other, [Subject("a", "h")], "flag", "keep", who="bob", now=NOW)
    sharing.write(other, tmp_path / "flags.jsonl")
    elsewhere = Store(tmp_path / "elsewhere.db")
    there, later = Holding(elsewhere), NOW + timedelta(days=3)
    sharing.read(elsewhere, tmp_path / "flags.jsonl", later)
    assert there.catch_up()
    assert here.catch_up()
    assert flags(there) == flags(here) == {"a": "keep"}
    [change] = elsewhere.rows("SELECT at, state FROM decision_changes")
    assert tuple(change) == ("2025-06-04T09:00:00.000000Z", "decided")
    elsewhere.close()


def test_the_changes_tell_what_held_at_any_moment(store):
    decide(store, subjects(2), "flag", "keep", who="ann", now=NOW)
    undo(store, NOW + timedelta(hours=1))
    redo(store, NOW + timedelta(hours=2))
    found = [(row["seq"], row["at"][11:13], row["state"]) for row in store.rows("SELECT * FROM decision_changes")]
    assert found == [
        *((seq, "09", "decided") for seq in (1, 2)),
        *((seq, "10", "undone") for seq in (3, 4)),
        *((seq, "11", "redone") for seq in (5, 6)),
    ]


def test_a_clock_that_is_set_back_does_not_stop_a_redo(store):
    decide(store, [Subject("a", "h")], "flag", "keep", who="ann", now=NOW)
    undo(store, NOW - timedelta(minutes=5))
    assert redo(store, NOW - timedelta(minutes=4)) is not None
    assert decisions.count(store) == 1


def test_edits_of_many_are_placed_and_taken_away_again(look, store, other):
    view = look(*SIX)
    lines = [edits.with_answer(view.dataset, view.row(row), f"about {row}") for row in range(6)]
    edited = [(view.edited_subject(row), line.decode()) for row, line in enumerate(lines)]
    decide_each(other, edited, "edit", who="bob", now=NOW)
    assert view.catch_up()
    assert [cells.answer for cells in view.rows(0, 6)] == [f"about {n}" for n in range(6)]
    view.take(undo(store, NOW))
    assert [cells.answer for cells in view.rows(0, 6)] == [str(n) for n in range(6)]


def test_disputes_follow_what_is_decided_and_undone(workspace, project_view):
    store, view = workspace.store, project_view

    def disputed() -> dict[str, str]:
        return dict(view.by_record("disputed"))

    view.take(decide(store, view.subjects([0, 1]), "flag", "keep", who="ann", now=NOW))
    assert disputed() == {}
    view.take(decide(store, view.subjects([1]), "flag", "fix", who="bob", now=NOW))
    assert disputed() == {view.identity(1): "ann keep, bob fix"}
    view.take(undo(store, NOW, "ann"))  # what bob decided holds before and after
    assert disputed() == {}


def test_one_records_dispute_is_read_without_the_others(workspace, project_view, rows_read):
    view = project_view
    decide(workspace.store, subjects(MANY), "flag", "keep", who="ann", now=NOW)
    decide(workspace.store, view.subjects([2]), "flag", "fix", who="ann", now=NOW)
    decide(workspace.store, view.subjects([2]), "flag", "keep", who="bob", now=NOW)
    before = rows_read()
    assert view.disputed(2) == "ann fix, bob keep"
    assert rows_read() - before == 2


def test_the_split_is_worked_out_again_only_after_what_it_depends_on(workspace, project_view, monkeypatch):
    store, view, made = workspace.store, project_view, []
    split_members = dealing.members_of
    monkeypatch.setattr(dealing, "members_of", lambda *given: made.append(1) or split_members(*given))
    everybody = set(view.by_record("split"))
    view.take(decide(store, view.subjects([0]), "note", "seen", who="ann", now=NOW))
    assert set(view.by_record("split")) == everybody
    assert len(made) == 1
    view.take(decide(store, view.subjects([0]), "flag", "reject", who="ann", now=NOW))  # the rule names flags
    assert set(view.by_record("split")) == everybody - {view.identity(0)}
    workspace.change_config(data__include="")
    assert set(view.by_record("split")) == everybody
    view.take(decide(store, view.subjects([1]), "flag", "reject", who="ann", now=NOW))
    assert set(view.by_record("split")) == everybody
    assert len(made) == 3


# Journals of older projects


@pytest.fixture
def old_journal(tmp_path: Path) -> Path:
    """A journal as it was before changes had numbers: the second and the third batch were undone, the third first."""
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as db:
        for number, step in enumerate(MIGRATIONS[:3], start=1):
            for statement in step.split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={number}")
        for batch, record, value, undone in [
            (1, "a", "keep", None),
            (2, "a", "reject", "2025-06-01T09:07:00Z"),
            (2, "b", "reject", "2025-06-01T09:07:00Z"),
            (3, "b", "fix", "2025-06-01T09:06:00Z"),
        ]:
            at, by = f"2025-06-01T09:0{batch}:00Z", undone and "ann"
            db.execute(
                "INSERT INTO decisions (batch, at, who, record, content, kind, value, undone, undone_by)"
                " VALUES (?, ?, 'ann', ?, 'h', 'flag', ?, ?, ?)",
                (batch, at, record, value, undone, by),
            )
    db.close()
    return path


@pytest.fixture
def migrated(old_journal: Path) -> Iterator[Store]:
    found = Store(old_journal)
    yield found
    found.close()


def test_an_older_journal_keeps_every_decision_and_what_holds(migrated):
    assert {record: each.flag for record, each in decisions.current(migrated).items()} == {"a": "keep"}
    assert len(migrated.rows("SELECT * FROM decisions")) == 4
    assert migrated.path.with_name("old.db.v3").is_file()


def test_what_was_undone_in_an_older_journal_is_redone_in_its_order(migrated):
    here, seen = Holding(migrated), []
    while change := redo(migrated, NOW):
        assert here.take(change.news)
        seen.append(flags(here))
    assert seen == [{"a": "reject", "b": "reject"}, {"a": "reject", "b": "fix"}]


def test_the_changes_of_an_older_journal_have_the_order_of_their_moments(migrated):
    rows = migrated.rows("SELECT decision, state FROM decision_changes ORDER BY seq")
    assert [tuple(row) for row in rows] == [
        *((number, "decided") for number in (1, 2, 3, 4)),
        (4, "undone"),
        (2, "undone"),
        (3, "undone"),
    ]
