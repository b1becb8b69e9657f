"""Small files of records and a project around them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import catalog
from core.clock import ManualClock
from core.config import Config, Data
from core.data import Dataset
from core.data.facts import Facts
from core.data.view import View
from core.formatting.template import Renderer, load
from core.store import Store
from core.usecase import project
from core.workspace import Workspace, open_project

Write = Callable[..., Path]
HAIKU = catalog.load().tuning_of("claude-3-haiku")[1].requirements()
Look = Callable[..., View]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes lines to a file: `write(line, line, name="x.jsonl")`."""

    def written(*lines: bytes, name: str = "records.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(lines))
        return path

    return written


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "outcrop.db")
    yield opened
    opened.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A project whose records are in `records.jsonl`."""
    folder = tmp_path / "project"
    wanted = Config(name="tables", data=Data(source="records.jsonl"))
    project.create(folder, wanted, catalog.load())
    opened = open_project(folder, ManualClock())
    yield opened
    opened.close()


@pytest.fixture
def look(write, store) -> Iterator[Look]:
    """Opens lines as a view whose facts are all there: `look(line, line)`."""
    opened: list[Dataset] = []

    def view(*lines: bytes, name: str = "records.jsonl") -> View:
        dataset = Dataset(write(*lines, name=name), Renderer(load("table-question")))
        opened.append(dataset)
        found = Facts(dataset, HAIKU)
        found.scan()
        return View(dataset, found, store)

    yield view
    for dataset in opened:
        dataset.close()
