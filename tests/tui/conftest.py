"""Projects for the dashboard, and the dashboard on them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from screens import Driver, make_project, opened, running

from core.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with twelve questions on three tables; nobody is asked about jobs."""
    return make_project(tmp_path / "shops")


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    """The project, opened."""
    workspace = opened(folder)
    yield workspace
    workspace.close()


@pytest_asyncio.fixture
async def driver(workspace: Workspace) -> AsyncIterator[Driver]:
    """The dashboard at 80x24, on the Data tab, with all records read."""
    workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '2')")
    async with running(workspace) as driver:
        stage = driver.app.stage
        await driver.until(
            lambda: stage.selection.view and stage.selection.view.facts.complete, "what is known of the records"
        )
        await driver.sees("12 records  0 decided")
        yield driver
