"""A project on the shared rehearsal with one job that is done: made once, for every test of a round."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small_tables
from rehearsed import Rehearsed, finished

from core import catalog
from core.aws.customization import Job
from core.config import Config, Data, Format, Split
from core.data.training_set import prepare
from core.tuning import submission
from core.usecase import project
from core.workspace import Workspace

GROUPS = 60


class Trained:
    """A folder with a finished job, and ways to open it as a process would."""

    def __init__(self, folder: Path, server: Rehearsed) -> None:
        self.folder = folder
        self.server = server
        workspace = self.open(folder)
        exported, home = prepare(workspace)
        done = submission.submit(workspace, submission.prepare(workspace, exported, home))
        self.job: Job = finished(workspace.connection, done.arn)
        workspace.close()

    def open(self, folder: Path) -> Workspace:
        """The project, or a copy of it."""
        return small_tables.opened(folder, self.server)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, rehearsal: Rehearsed) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    wanted = Config(
        name="rounds",
        data=Data(source="records.jsonl"),
        format=Format(table_format="markdown"),
        split=Split(train=0.6, validation=0.2, test=0.2),
        hyperparameters={"epochCount": 1, "batchSize": 16},
    )
    project.create(folder, wanted, catalog.load())
    small_tables.write(folder / "records.jsonl", GROUPS * small_tables.TO_A_TABLE)
    return Trained(folder, rehearsal)


@pytest.fixture
def open_project(trained: Trained, tmp_path: Path) -> Iterator[Callable[[], Workspace]]:
    """Opens, as often as one likes, a copy of the project as it was when the job was done."""
    opened: list[Workspace] = []
    folder = Path(shutil.copytree(trained.folder, tmp_path / "project"))

    def fresh() -> Workspace:
        opened.append(trained.open(folder))
        return opened[-1]

    yield fresh
    for each in opened:
        each.close()
