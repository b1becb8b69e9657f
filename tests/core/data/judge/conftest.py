"""A project of small source records on the shared rehearsal, and ways to put a judge's reply in its mouth."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from judge_samples import record, write_records
from rehearsed import Rehearsed

from core import catalog
from core.clock import SystemClock
from core.config import Config, Data
from core.data.annotation.judge import JudgePlan, prepare
from core.inference import Answer
from core.inference.answers import keep_all
from core.store import Store
from core.workspace import Workspace

Reply = Callable[..., None]
CATALOG = catalog.load()


@pytest.fixture
def judged_project(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[Workspace]:
    """Six records on three tables: the number of shops and, as an answer to the same question, that of the staff."""
    write_records(tmp_path, [record(number, wrong=number % 2 == 1) for number in range(6)])
    opened = Workspace(
        tmp_path,
        Config(name="judged", data=Data(source="records.jsonl")),
        Store(tmp_path / "outcrop.db"),
        CATALOG,
        SystemClock(),
        lambda _: rehearsal.connection(),
    )
    yield opened
    opened.close()


@pytest.fixture
def planned(judged_project: Workspace) -> JudgePlan:
    """Judging all of them."""
    return prepare(judged_project)


@pytest.fixture
def replied(judged_project: Workspace) -> Reply:
    """Keeps a reply as if the judge had given it: `replied(planned, 0, "…", again=True)`."""

    def reply(plan: JudgePlan, number: int, text: str, *, again: bool = False) -> None:
        ask = plan.asks[number].id + (":again" if again else "")
        answer = Answer(ask, text, "end_turn", 10, 10, 1)
        keep_all(judged_project.store, plan.annotator.run, [answer], judged_project.clock.now())

    return reply
