"""A project of small source records on the shared rehearsal, and ways to put a judge's reply in its mouth."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from record_lines import source_line
from rehearsed import Rehearsed

from core import catalog
from core.clock import SystemClock
from core.config import Config, Data
from core.data.judge.plan import Plan, prepare
from core.inference import Answer
from core.inference.answers import keep
from core.store import Store
from core.usecase import project
from core.workspace import Workspace

Reply = Callable[..., None]
ROWS = (("Shops", "41"), ("Staff", "287"))


@pytest.fixture
def judged_project(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[Workspace]:
    """Six records: about three tables, the true number of shops and, as an answer to the same, that of staff."""
    folder = tmp_path / "judged"
    project.create(folder, Config(name="judged", data=Data(source="records.jsonl")), catalog.load())
    write_records(folder, [record(number, wrong=number % 2 == 1) for number in range(6)])
    opened = Workspace(
        folder,
        Config(name="judged", data=Data(source="records.jsonl")),
        Store(folder / ".outcrop" / "outcrop.db"),
        catalog.load(),
        SystemClock(),
        lambda _: rehearsal.connection(),
    )
    yield opened
    opened.close()


def write_records(folder: Path, lines: list[bytes]) -> None:
    """Writes the project's records anew."""
    (folder / "records.jsonl").write_bytes(b"".join(lines))


def record(number: int, *, wrong: bool = False) -> bytes:
    """A question about the shops of a table, answered with their number or with that of the staff."""
    table = [["", "2019"], ["Shops", f"{40 + number // 2}"], ["Staff", f"{280 + number // 2}"]]
    return source_line(number, table=table, question="How many shops in 2019?", answer=table[1 + wrong][1])


@pytest.fixture
def replied(judged_project: Workspace) -> Reply:
    """Keeps a reply as if the judge had given it: `replied(plan, 0, "…", again=True, stop_reason="max_tokens")`."""

    def reply(
        plan: Plan, number: int, text: str, *, again: bool = False, stop_reason: str = "end_turn", used: int = 10
    ) -> None:
        ask = plan.asks[number].id + (":again" if again else "")
        answer = Answer(ask, text, stop_reason, used, used, 1)
        keep(judged_project.store, plan.judge.run, answer, judged_project.clock.now())

    return reply


@pytest.fixture
def planned(judged_project: Workspace) -> Plan:
    return prepare(judged_project)
