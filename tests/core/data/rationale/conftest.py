"""A project of small source records on the shared rehearsal, whose template shows a rationale."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_lines import source_line
from rehearsed import Rehearsed

from core import catalog
from core.clock import SystemClock
from core.config import Config, Data, Format
from core.store import Store
from core.workspace import Workspace

CATALOG = catalog.load()


def shops(number: int, **more: object) -> bytes:
    """A question about the shops of a table of its own."""
    table = [["", "2019"], ["Shops", str(40 + number)], ["Staff", str(280 + number)]]
    return source_line(number, table=table, question="How many shops in 2019?", answer=str(40 + number), **more)


@pytest.fixture
def project(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[Workspace]:
    """Six records on six tables; the last one has a rationale."""
    lines = [shops(number) for number in range(5)]
    (tmp_path / "records.jsonl").write_bytes(b"".join([*lines, shops(5, rationale="It stands there.")]))
    opened = Workspace(
        tmp_path,
        Config(
            name="reasons",
            reviewer="ann",
            data=Data(source="records.jsonl"),
            format=Format(template="table-question-reason"),
        ),
        Store(tmp_path / "outcrop.db"),
        CATALOG,
        SystemClock(),
        lambda _: rehearsal.connection(),
    )
    yield opened
    opened.close()
