"""Deciding at a real terminal: few keys, nothing lost by a kill, back where it was after a dropped line."""

import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rehearsed import Rehearsed
from screens import make_project, records


@pytest.fixture
def project(tmp_path: Path, start_rehearsal: Callable[..., Rehearsed]) -> Path:
    """A project with 240 questions of its own."""
    folder = make_project(tmp_path / "many", records(240))
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    return folder


def flags(folder: Path) -> int:
    """How many records have a flag, read as another program would."""
    with closing(sqlite3.connect(folder / ".outcrop" / "outcrop.db")) as store:
        [[found]] = store.execute("SELECT COUNT(*) FROM decisions WHERE kind = 'flag' AND undone IS NULL")
    return int(found)


def decided_keys(count: int) -> Iterator[str]:
    for number in range(count):
        yield "xf "[number % 3]


def test_two_hundred_decisions_take_at_most_two_hundred_and_twenty_keys(terminal, project):
    screen = terminal(folder=project)
    screen.wait_for("1 USE CASE")
    keys = ["2"]
    screen.send("2")
    screen.wait_for("240 records  0 decided")
    for key in decided_keys(200):
        screen.send(key)
        keys.append(key)
    screen.wait_for("200 decided")
    assert flags(project) == 200
    assert len(keys) <= 220


def test_a_kill_at_any_key_leaves_every_decision_until_then(dashboard, project):
    screen = dashboard(folder=project)
    screen.send("".join(decided_keys(137)))
    screen.watch_until(lambda: flags(project) == 137)
    screen.signal(signal.SIGKILL)
    screen.wait()
    assert flags(project) == 137
    dashboard(folder=project).wait_for("137 decided")


def test_two_dashboards_see_each_others_flags_and_lose_none(dashboard, project):
    one, other = dashboard(folder=project), dashboard(folder=project)
    other.press("G")
    for _ in range(10):
        one.send("x")
        other.send("fkk")
    for screen in (one, other):
        screen.wait_for("20 decided")
    assert flags(project) == 20
    other.send("u")  # takes back what was decided last, wherever
    one.wait_for("19 decided")


def test_after_a_hang_up_the_tab_comes_back_at_the_same_row_filter_and_sort(terminal, dashboard, project):
    screen = dashboard(folder=project)
    screen.send("/")
    screen.settle()
    screen.send("row > 100\r")
    screen.wait_for("140 of 240")
    screen.send("llls")
    screen.wait_for("by output_tokens ↑")
    screen.send("jjjjj")
    screen.wait_for("▌ +106 ")
    screen.settle()
    screen.hang_up()
    screen.wait()
    again = terminal(folder=project)
    again.wait_for("140 of 240")
    again.wait_for("by output_tokens ↑")
    again.wait_for("▌ +106 ")
    assert "row > 100" in again.text
