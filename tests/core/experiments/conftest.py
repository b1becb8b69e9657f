"""A project on the shared rehearsal with one job that is done: made once, for every test of a round."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rehearsed import Rehearsed, finished

from core import catalog, config
from core.aws.customization import Job
from core.clock import SystemClock
from core.config import Config, Data, Format, Split
from core.data.training_set import prepare
from core.store import Store
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
        """The project, or a copy of it, on a connection of its own."""
        connection = self.server.connection()
        store, read = Store(folder / ".outcrop" / "outcrop.db"), config.read(folder / config.FILE)
        return Workspace(folder, read, store, catalog.load(), SystemClock(), lambda _: connection)


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
    (folder / "records.jsonl").write_text("".join(json.dumps(record(n)) + "\n" for n in range(GROUPS * 3)))
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


def record(number: int) -> dict[str, object]:
    """A question about a small table of numbers."""
    group, row = divmod(number, 3)
    names = ("Shops", "Staff", "Vans")
    table = [["", "2019"], *([name, str(100 * place + group)] for place, name in enumerate(names, 1))]
    fields = {"table": table, "question": f"How many {names[row].lower()} in 2019?", "answer": table[row + 1][1]}
    return {"id": f"{number:016x}", "group": f"table {group}", "fields": fields, "facts": {"type": "span"}}
