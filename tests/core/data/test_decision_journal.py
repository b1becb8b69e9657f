"""Decisions: written at once, undone by the key press, seen by another Outcrop, never lost."""

import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from core.clock import ManualClock
from core.data import journal
from core.data.decisions import Decided, Subject, count, current, decide, decide_each, redo, turn, undo
from core.store import Store

CLOCK = ManualClock(datetime(2025, 6, 1, 9, tzinfo=UTC))


def flag(store: Store, value: str | None, *ids: str) -> int:
    CLOCK.advance(1)
    subjects = [Subject(each, f"hash of {each}") for each in ids]
    return decide(store, subjects, "flag", value, who="ann", now=CLOCK.now()).batch


def flags(store: Store) -> dict[str, str | None]:
    return {record: held.flag for record, held in current(store).items()}


def test_the_newest_decision_of_a_kind_holds(store):
    flag(store, "keep", "a", "b")
    flag(store, "reject", "a")
    assert flags(store) == {"a": "reject", "b": "keep"}
    assert count(store) == 2


def test_none_takes_a_flag_away(store):
    flag(store, "keep", "a")
    flag(store, None, "a")
    assert (flags(store), count(store)) == ({}, 0)


def test_kinds_stand_beside_each_other(store):
    now = CLOCK.now()
    flag(store, "fix", "a")
    decide(store, [Subject("a", "h")], "note", "wrong year", who="ann", now=now)
    decide(store, [Subject("a", "h")], "tag", "dates", who="ann", now=now)
    decide(store, [Subject("a", "of the file")], "edit", "{}", who="ann", now=now)
    held = current(store)["a"]
    assert held == Decided("fix", "wrong year", "dates", "{}", content=held.content, edited_from="of the file")
    assert held.content not in ("h", "of the file")  # the hash that the flag brought along
    assert count(store) == 1


def test_a_decision_about_many_is_one_batch_and_undone_as_one(store):
    flag(store, "keep", "a")
    flag(store, "reject", *[f"r{n}" for n in range(100)])
    assert count(store) == 101
    change = undo(store, CLOCK.now())
    assert change is not None
    assert (change.kind, len(change.records)) == ("flag", 100)
    assert flags(store) == {"a": "keep"}


def test_undo_goes_back_step_by_step_and_redo_forth(store):
    for value in ("keep", "reject", "fix"):
        flag(store, value, "a")
    seen = []
    while undo(store, CLOCK.now()):
        seen.append(flags(store).get("a"))
    assert seen == ["reject", "keep", None]
    seen = []
    while redo(store, CLOCK.now()):
        seen.append(flags(store).get("a"))
    assert seen == ["keep", "reject", "fix"]
    assert redo(store, CLOCK.now()) is None


def test_undo_and_redo_of_a_reviewer_leave_what_others_decided(store):
    flag(store, "keep", "a")
    decide(store, [Subject("b", "h")], "flag", "fix", who="bob", now=CLOCK.now())
    assert undo(store, CLOCK.now(), "ann").records == ("a",)
    assert flags(store) == {"b": "fix"}
    assert undo(store, CLOCK.now(), "ann") is None
    decide(store, [Subject("c", "h")], "flag", "fix", who="bob", now=CLOCK.now())
    assert redo(store, CLOCK.now(), "ann").records == ("a",)
    assert flags(store) == {"a": "keep", "b": "fix", "c": "fix"}


def test_any_batch_of_the_journal_is_undone_and_done_again_from_there(store):
    first = flag(store, "keep", "a", "b")
    flag(store, "reject", "c")
    assert turn(store, first, CLOCK.now(), "ann").records == ("a", "b")
    assert flags(store) == {"c": "reject"}
    assert turn(store, first, CLOCK.now(), "ann").records == ("a", "b")
    assert flags(store) == {"a": "keep", "b": "keep", "c": "reject"}
    assert turn(store, 99, CLOCK.now(), "ann") is None


def test_the_journal_says_who_undid_what_and_when_until_it_is_done_again(store):
    batch = flag(store, "keep", "a")
    undone = CLOCK.now()
    turn(store, batch, undone, "bob")
    [entry] = journal.actions(store)
    assert (entry.who, entry.undone, entry.undone_by) == ("ann", undone, "bob")
    turn(store, batch, CLOCK.now(), "ann")
    [entry] = journal.actions(store)
    assert (entry.undone, entry.undone_by) == (None, "")
    undo(store, undone, "ann")
    [entry] = journal.actions(store)
    assert (entry.undone, entry.undone_by) == (undone, "ann")


def test_a_reviewer_undoes_only_what_is_their_own_of_what_came_in_at_once(store):
    batch = flag(store, "keep", "a", "b")
    store.write("UPDATE decisions SET who = 'bob' WHERE record = 'b'")
    assert undo(store, CLOCK.now(), "ann").records == ("a",)
    assert flags(store) == {"b": "keep"}
    assert turn(store, batch, CLOCK.now(), "ann") is not None


def test_a_new_decision_ends_what_could_be_redone(store):
    flag(store, "keep", "a")
    flag(store, "reject", "b")
    undo(store, CLOCK.now())
    flag(store, "fix", "c")
    assert redo(store, CLOCK.now()) is None
    assert flags(store) == {"a": "keep", "c": "fix"}
    undo(store, CLOCK.now())
    undo(store, CLOCK.now())
    assert flags(store) == {}


def test_what_was_taken_back_before_the_last_decision_is_not_what_redo_brings_back(store):
    flag(store, "keep", "a")
    undo(store, CLOCK.now())
    flag(store, "fix", "b")
    undo(store, CLOCK.now())
    assert redo(store, CLOCK.now()).records == ("b",)
    assert redo(store, CLOCK.now()) is None
    assert flags(store) == {"b": "fix"}


def test_with_nothing_decided_there_is_nothing_to_undo_or_redo(store):
    assert undo(store, CLOCK.now()) is None
    assert redo(store, CLOCK.now()) is None


def test_the_journal_keeps_everything_newest_first_with_who_and_when(store):
    flag(store, "keep", "a")
    flag(store, "reject", "a")
    undone = CLOCK.now()
    undo(store, undone)
    newest, oldest = journal.actions(store)
    assert (newest.value, newest.undone, newest.who, newest.record) == ("reject", undone, "ann", "a")
    assert (oldest.value, oldest.undone) == ("keep", None)
    assert newest.at > oldest.at
    assert newest.batch > oldest.batch


def test_a_decision_about_many_is_one_line_of_the_journal_and_its_records_are_listed(store):
    flag(store, "keep", "a")
    batch = flag(store, "reject", *[f"r{n}" for n in range(100)])
    bulk, single = journal.actions(store)
    assert (bulk.batch, bulk.who, bulk.kind, bulk.value, bulk.records) == (batch, "ann", "flag", "reject", 100)
    assert (single.record, single.records) == ("a", 1)
    assert [each.record for each in journal.records(store, batch)] == [f"r{n}" for n in range(100)]
    undo(store, CLOCK.now())
    assert [each.undone for each in journal.actions(store)] == [CLOCK.now(), None]


def test_what_differs_within_one_action_is_several(store):
    edits = [(Subject("a", "h"), "{}"), (Subject("b", "h"), None)]
    batch = decide_each(store, edits, "edit", who="ann", now=CLOCK.now()).batch
    [action] = journal.actions(store)
    assert (action.who, action.kind, action.value, action.records) == ("ann", "edit", "several", 2)
    assert [each.value for each in journal.records(store, batch)] == ["{}", None]
    flag(store, None, "a", "b")
    assert journal.actions(store)[0].value is None


def test_an_action_of_which_something_holds_is_not_undone_and_is_undone_whole(store):
    batch = flag(store, "keep", "a", "b")
    store.write("UPDATE decisions SET who = 'bob' WHERE record = 'b'")
    undo(store, CLOCK.now(), "ann")
    [action] = journal.actions(store)
    assert (action.who, action.undone) == ("several", None)
    assert turn(store, batch, CLOCK.now(), "ann").undone
    assert flags(store) == {}


def test_the_journal_is_searched_by_record_reviewer_kind_value_and_day(store):
    flag(store, "keep", "a1", "a2")
    subjects = [Subject("b2", "h"), Subject("c3", "h")]
    note = decide(store, subjects, "note", "Übles Jahr", who="bob", now=CLOCK.now()).batch
    for words in ("bob", "note b2", "ÜBLES", f"{CLOCK.now():%Y-%m-%d} bob", "c3"):
        assert [(each.batch, each.records) for each in journal.actions(store, words)] == [(note, 2)], words
    assert [each.record for each in journal.records(store, note, "c3")] == ["c3"]
    assert journal.actions(store, "nobody") == []


def test_a_decision_remembers_what_was_judged(store):
    flag(store, "keep", "a")
    assert current(store)["a"].content == "hash of a"


def test_two_outcrops_on_one_project_see_each_others_decisions_and_undo_them(store):
    other = Store(store.path)
    before = other.data_version()
    flag(store, "keep", "a")
    assert other.data_version() != before
    assert flags(other) == {"a": "keep"}
    flag(other, "reject", "a")
    assert undo(store, CLOCK.now()) is not None
    assert flags(other) == flags(store) == {"a": "keep"}
    other.close()


def test_batches_of_two_outcrops_never_share_a_number(store):
    other = Store(store.path)
    batches = [flag(each, "keep", "a") for each in (store, other, store, other)]
    assert len(set(batches)) == 4
    other.close()


def test_a_decision_about_nothing_changes_nothing(store):
    flag(store, "keep", "a")
    flag(store, "reject")
    assert undo(store, CLOCK.now()) is not None
    assert flags(store) == {}


PROGRAM = """
import pathlib, sys
from datetime import UTC, datetime
from core.data import journal
from core.data.decisions import Subject, decide
from core.store import Store
store = Store(pathlib.Path(sys.argv[1]))
for number in range(1000):
    decide(store, [Subject(f"r{number}", "h")], "flag", "keep", who="ann", now=datetime.now(UTC))
    print(number, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 17, 80])
def test_no_acknowledged_decision_is_lost_by_a_kill(tmp_path, acknowledged):
    path = tmp_path / "outcrop.db"
    child = subprocess.Popen([sys.executable, "-P", "-c", PROGRAM, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(acknowledged):
        last = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    store = Store(path)
    assert {f"r{number}" for number in range(last + 1)} <= set(flags(store))
    store.close()
