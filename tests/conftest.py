"""What every test stands on: an environment of its own, and rehearsal servers that never outlive the run."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rehearsed import Rehearsed, wait_until

from core.rehearsal import process
from core.rehearsal.process import Options

_FOREIGN = ("AWS_", "OUTCROP_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "XDG_")
_WAITING = ("tui", "commands", "terminal", "faults", "golden")  # folders whose files take longest: the others fill up
Start = Callable[..., Rehearsed]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first, so that no worker is left with one when the others are done."""
    tests = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0]
        return _WAITING.index(folder) if folder in _WAITING else len(_WAITING)

    items.sort(key=turn)


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty HOME: no test reads or writes the user's configuration, credentials or state."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.upper().startswith(_FOREIGN):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("OUTCROP_CONFIG", str(home / "config"))
        patch.setenv("TERM", "xterm-256color")  # whatever the tests are started from
        patch.setenv("OUTCROP_STATE", str(home / "state"))
        (home / "gitconfig").write_text("[user]\n\tname = ann\n")
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))  # or the dashboard asks who decides
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")  # or botocore asks a link-local address for credentials
        yield home
    for server in tmp_path_factory.getbasetemp().rglob("server.json"):  # of dashboards, which leave theirs waiting
        process.stop(server.parent)


@pytest.fixture(scope="session")
def start_rehearsal(own_environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts rehearsal servers, each in a folder of its own, and ends them all when the tests are over.

    `start_rehearsal(pace=0.0, faults=[…], folder=…)` takes what `Options` takes; faults as a list of rules.
    """
    started: list[Rehearsed] = []

    def start(folder: Path | None = None, faults: list[dict[str, Any]] | None = None, **options: Any) -> Rehearsed:
        home = folder or tmp_path_factory.mktemp("rehearsal")
        server = Rehearsed(home, Options(**{"pace": 0.0} | options), faults or [])
        started.append(server)
        return server

    yield start
    for server in started:
        server.leave()
    for server in started:
        wait_until(lambda server=server: not server.alive())
    failures = [log for log in (server.log() for server in started) if "Traceback" in log]
    assert not failures, f"a server failed: {failures[0][-3000:]}"


@pytest.fixture(scope="session")
def rehearsal(start_rehearsal: Start) -> Rehearsed:
    """The shared server whose jobs and endpoints are done as soon as the work is: pace 0."""
    return start_rehearsal(pace=0.0)


@pytest.fixture(scope="session")
def slow_rehearsal(start_rehearsal: Start) -> Rehearsed:
    """The shared server whose jobs and endpoints are under way for hours."""
    return start_rehearsal(pace=36_000.0)
