"""The dashboard in a real pseudo terminal, on projects whose rehearsal the tests start and end themselves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pseudo_terminal import OUTCROP, Terminal
from rehearsed import Rehearsed
from screens import make_project

from core.aws.customization import create_job

Open = Callable[..., Terminal]


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory, start_rehearsal: Callable[..., Rehearsed]) -> Path:
    """A project with twelve questions that the tests of this folder share, and only look at."""
    folder = make_project(tmp_path_factory.mktemp("terminal") / "shops")
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    return folder


@pytest.fixture
def busy(tmp_path: Path, start_rehearsal: Callable[..., Rehearsed]) -> Rehearsed:
    """A project's own rehearsal, in whose account two jobs are under way for hours."""
    folder = make_project(tmp_path / "busy")
    server = start_rehearsal(folder / ".outcrop" / "rehearsal", pace=36_000.0)
    for name in ("other", "long"):
        create_job(server.connection(), server.request(name), f"token-{name}")
    return server


@pytest.fixture
def terminal(shops: Path) -> Iterator[Open]:
    """Opens terminals, by default with the dashboard in them; closes them all in the end."""
    opened: list[Terminal] = []

    def open_one(
        *arguments: str, command: tuple[str, ...] = OUTCROP, folder: Path = shops, **options: Any
    ) -> Terminal:
        opened.append(Terminal([*command, *arguments], folder=folder, **options))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def dashboard(terminal: Open) -> Open:
    """Opens dashboards, and waits until they stand on the Data tab with everything read and asked for."""

    def open_one(*arguments: str, **options: Any) -> Terminal:
        found = terminal(*arguments, **options)
        found.wait_for(r"(◌ idle|◐ \d+ jobs?) +\$0\.00/h")
        found.send("2")
        found.wait_for(r"\d+ records? +\d+ decided")
        found.settle()
        return found

    return open_one
