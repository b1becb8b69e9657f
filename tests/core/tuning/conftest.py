"""Projects as a submit wants them, each at a connection."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rehearsed import BUCKET, REGION, ROLE, Rehearsed

from core import catalog
from core.aws.session import Connection
from core.clock import SystemClock
from core.config import Config
from core.store import Store
from core.workspace import Workspace

CATALOG = catalog.load()
Made = Callable[..., Workspace]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Made]:
    """Makes a project at a connection: `project(connection, name="shops", region="us-east-1", …)`."""
    made: list[Workspace] = []

    def make(connection: Connection, name: str = "shops", **settings: object) -> Workspace:
        folder = tmp_path / name
        wanted = {"name": name, "region": REGION, "bucket": BUCKET, "role": ROLE} | settings
        store = Store(folder / ".outcrop" / "outcrop.db")
        made.append(Workspace(folder, Config(**wanted), store, CATALOG, SystemClock(), lambda _: connection))
        return made[-1]

    yield make
    for workspace in made:
        workspace.close()


@pytest.fixture(scope="session")
def server(start_rehearsal) -> Rehearsed:
    """A server of our own, for what is done to its user and its role is felt by all."""
    return start_rehearsal(pace=3600.0)


@pytest.fixture(scope="session")
def present_day(start_rehearsal) -> Rehearsed:
    """A server on which Claude 3 Haiku has reached its end of life."""
    return start_rehearsal(as_of="today")


@pytest.fixture(scope="session")
def organised(start_rehearsal) -> Rehearsed:
    """A server whose account belongs to an organisation."""
    found = start_rehearsal()
    found.client("organizations").create_organization(FeatureSet="ALL")
    return found


@pytest.fixture
def shops(server, project):
    """A project that could be submitted."""
    return project(server.connection())
