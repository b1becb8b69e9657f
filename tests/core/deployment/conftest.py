"""Projects on the shared rehearsal, and a model to serve."""

from collections.abc import Callable, Iterator

import pytest
from rehearsed import Rehearsed

from core import catalog
from core.aws.customization import Job
from core.aws.session import Connection
from core.clock import Clock, SystemClock
from core.config import Config
from core.store import Store
from core.workspace import Workspace

OpenOn = Callable[..., Workspace]


@pytest.fixture
def open_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOn]:
    """Opens a project of its own on a connection."""
    opened: list[Workspace] = []

    def project(connection: Connection, clock: Clock | None = None) -> Workspace:
        folder = tmp_path_factory.mktemp("project")
        config = Config(name="tables", region=connection.location.region)
        store = Store(folder / ".outcrop" / "outcrop.db")
        workspace = Workspace(folder, config, store, catalog.load(), clock or SystemClock(), lambda _: connection)
        opened.append(workspace)
        return workspace

    yield project
    for workspace in opened:
        workspace.close()


@pytest.fixture
def workspace(open_on: OpenOn, rehearsal: Rehearsed) -> Workspace:
    """A project on the shared server."""
    return open_on(rehearsal.connection())


@pytest.fixture(scope="session")
def job(rehearsal: Rehearsed) -> Job:
    """A completed job of Claude 3 Haiku on the shared server."""
    return rehearsal.tuned("served")
