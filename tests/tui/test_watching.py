"""The watcher says what another process wrote, and only that."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from textual.message import Message

from core.data import decisions
from core.data.decisions import Subject
from core.store import Store
from core.workspace import Workspace
from tui.messages import Changed, TaskAdvanced
from tui.watch import Watcher

NOW = datetime(2025, 6, 1, tzinfo=UTC)


class Watched:
    """A watcher that looks when it is told to, and the store of another process."""

    def __init__(self, workspace: Workspace, other: Store) -> None:
        self.other = other
        self._posted: list[Message] = []
        self._watcher = Watcher(workspace, self._posted.append)

    def look(self) -> list[Message]:
        """What it posts at one look."""
        self._posted.clear()
        self._watcher.look_at_store()
        return [*self._posted]

    def topics(self) -> list[str]:
        """The topics that it posts at one look."""
        return [each.topic for each in self.look() if isinstance(each, Changed)]


@pytest.fixture
def watched(workspace: Workspace) -> Iterator[Watched]:
    other = Store(workspace.store.path)
    yield Watched(workspace, other)
    other.close()


def write_task(store: Store, heartbeat: str) -> None:
    """What a task that is under way writes every two seconds."""
    store.write(
        "INSERT OR REPLACE INTO tasks VALUES ('t', 'train', '[]', 1, 'done', NULL, NULL, '2025-06-01', ?, NULL)",
        (heartbeat,),
    )


def write_answer(store: Store, ask: str) -> None:
    store.write("INSERT INTO answers VALUES ('judge/x', ?, 'text', 'end_turn', 1, 1, 1, '2025-06-01')", (ask,))


def test_a_task_that_goes_on_changes_nothing_but_the_task(watched):
    write_task(watched.other, "2025-06-01T00:00:00Z")
    assert [type(each) for each in watched.look()] == [TaskAdvanced]
    write_task(watched.other, "2025-06-01T00:00:02Z")
    assert watched.topics() == []


def test_decisions_and_their_undoing_are_news(watched):
    decisions.decide(watched.other, [Subject("a", "h")], "flag", "keep", who="bob", now=NOW)
    assert watched.topics() == ["decisions"]
    assert watched.topics() == []
    decisions.undo(watched.other, NOW)
    assert watched.topics() == ["decisions"]


def test_answers_and_runs_are_news_of_their_own(watched):
    write_answer(watched.other, "a")
    assert watched.topics() == ["answers"]
    watched.other.write("INSERT INTO runs VALUES ('r', 'here', 'base', 'm', NULL, '{}', '2025-06-01', NULL)")
    assert watched.topics() == ["runs"]
    watched.other.write("UPDATE runs SET ended = '2025-06-02'")
    assert watched.topics() == ["runs"]
