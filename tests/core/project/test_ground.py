"""Errors, time, progress and cancelling: what every part stands on."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.clock import ManualClock, SystemClock, from_iso, iso
from core.errors import CancelledError, InputError, OutcropError, RefusedError, UsageError, Where
from core.progress import Cancel, Progress, throttled


def test_an_error_says_what_why_what_to_do_and_where():
    error = OutcropError("It failed", why="nobody answers", todo="Try again", where=Where("a.jsonl", 12, "role"))
    assert str(error) == "a.jsonl:12 role: It failed. nobody answers. Try again."


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (Where(), ""),
        (Where("a"), "a"),
        (Where("a", 3), "a:3"),
        (Where(field="x.y"), "x.y"),
        (Where("a", 3, "x"), "a:3 x"),
    ],
)
def test_a_place_leaves_out_what_nobody_knows(where, shown):
    assert str(where) == shown


def test_sentences_that_end_already_are_not_ended_twice():
    assert str(OutcropError("Really?", todo="Yes!")) == "Really? Yes!"


def test_the_exit_code_tells_a_wrong_command_from_a_wrong_file():
    assert {kind: kind("x").exit_code for kind in (OutcropError, InputError, RefusedError, UsageError)} == {
        OutcropError: 1,
        InputError: 1,
        RefusedError: 1,
        UsageError: 2,
    }
    assert CancelledError("x").exit_code == 130


def test_a_moment_is_written_in_utc_and_read_back():
    moment = datetime(2025, 6, 1, 11, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert iso(moment) == "2025-06-01T09:30:00.000005Z"
    assert from_iso(iso(moment)) == moment


def test_a_time_without_a_zone_is_utc():
    assert from_iso("2025-06-01T09:30:00") == datetime(2025, 6, 1, 9, 30, tzinfo=UTC)


def test_written_moments_sort_as_text():
    base = datetime(2025, 6, 1, tzinfo=UTC)
    moments = [base + timedelta(microseconds=step * 333_333) for step in range(20)]
    assert sorted(map(iso, moments)) == [iso(each) for each in moments]


def test_a_manual_clock_moves_only_when_told_and_waiting_moves_it():
    clock = ManualClock(datetime(2025, 6, 1, tzinfo=UTC))
    assert clock.wait(90) is False
    clock.advance(30)
    assert clock.now() == datetime(2025, 6, 1, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize("clock", [ManualClock(), SystemClock()], ids=["manual", "system"])
def test_waiting_ends_at_once_when_somebody_wakes_it(clock):
    wake = threading.Event()
    wake.set()
    assert clock.wait(3600, wake) is True


def test_progress_is_told_at_most_once_an_interval_but_always_at_the_end():
    told = []
    report = throttled(told.append, interval=3600)
    for done in range(11):
        report(Progress(done, 10, "records"))
    assert [each.done for each in told] == [0, 10]


def test_a_cancelled_piece_of_work_stops_at_its_next_look():
    cancel = Cancel()
    cancel.check()
    cancel.cancel()
    with pytest.raises(CancelledError) as caught:
        cancel.check()
    assert "go on where it stopped" in caught.value.todo
