"""A project with jobs of two sizes on one test set, one of them evaluated, made once on the shared rehearsal."""

import shutil
from pathlib import Path

import msgspec
import small_tables
from rehearsed import Rehearsed, finished

from core import catalog
from core.config import Config, Data, Format, Split, UseCase
from core.data.training_set import prepare
from core.evaluation import runs
from core.experiments.evaluation_round import evaluate
from core.formatting import Export, source_file
from core.formatting import export as exports
from core.formatting.export import EXPORTS
from core.records.record import Source
from core.training.jobs import JobsSnapshot, poll
from core.tuning import submission
from core.usecase import project
from core.workspace import Workspace

GROUPS = 60
SMALL = 40  # training records of the job that nobody has evaluated


class Evaluations:
    """The project's folder, and ways to open a copy of it.

    Attributes:
        folder: Never opened by a test, only copied.
        job: The name of the evaluated job.
        small: The name of the one that is not.
    """

    def __init__(self, folder: Path, server: Rehearsed) -> None:
        self.folder, self._server = folder, server
        wanted = Config(
            name="rounds",
            use_case=UseCase(task="Answer", target=50.0),
            data=Data(source="records.jsonl"),
            format=Format(table_format="markdown"),
            split=Split(train=0.6, validation=0.2, test=0.2),
            hyperparameters={"epochCount": 3, "batchSize": 16},
        )
        project.create(folder, wanted, catalog.load())
        source_file.write(folder / "records.jsonl", [record(number) for number in range(GROUPS * 3)])
        workspace = self.open(folder)
        whole, home = prepare(workspace)
        self.small = self._trained(workspace, *part_of(workspace, whole, home))
        self.job = self._trained(workspace, whole, home)
        evaluate(workspace, self.job)
        self._asked(workspace, "claude-3-sonnet", whole, home)
        self._asked(workspace, "claude-3-haiku", whole, home, shots=2)
        workspace.close()

    def open(self, folder: Path) -> Workspace:
        """A project's folder on a connection to the shared rehearsal."""
        return small_tables.opened(folder, self._server)

    def copy(self, folder: Path) -> Workspace:
        """A copy of the project for one test, opened on the Evaluate tab."""
        workspace = self.open(Path(shutil.copytree(self.folder, folder)))
        workspace.store.remember("stage", "6")
        return workspace

    def _asked(self, workspace: Workspace, key: str, export: Export, home: Path, shots: int = 0) -> None:
        """A base model asked the test set, with or without examples."""
        model = workspace.catalog.get(key)
        spec = msgspec.structs.replace(runs.spec_for(export, model.inference_id), shots=shots)
        run = runs.begin(workspace, spec, label=key, model=key)
        examples = exports.export_lines(home, export, "train")
        runs.ask(workspace, run, exports.export_lines(home, export, "test"), examples=examples)

    def _trained(self, workspace: Workspace, export: Export, home: Path) -> str:
        done = submission.submit(workspace, submission.prepare(workspace, export, home))
        return finished(workspace.connection, done.arn).name


def part_of(workspace: Workspace, whole: Export, home: Path) -> tuple[Export, Path]:
    """An export of fewer training records with the same validation and test parts."""
    parts = {part: exports.export_lines(home, whole, part) for part in ("train", "validation", "test")}
    recipe = msgspec.structs.replace(whole.recipe, include=f"row < {SMALL}")
    folder = workspace.folder / EXPORTS
    found = exports.write(
        folder,
        parts | {"train": parts["train"][:SMALL]},
        recipe=recipe,
        excluded={},
        leakage=whole.leakage,
        now=workspace.clock.now(),
    )
    return found, folder / found.name


def jobs_of(workspace: Workspace) -> JobsSnapshot:
    """The jobs as the watcher would tell them."""
    return poll(workspace)


def record(number: int) -> Source:
    """A question about a small table of numbers."""
    group, row = divmod(number, 3)
    names = ("Shops", "Staff", "Vans")
    table = [["", "2019"], *([name, str(100 * place + group)] for place, name in enumerate(names, 1))]
    content = {"table": table, "question": f"How many {names[row].lower()} in 2019?", "answer": table[row + 1][1]}
    return Source(f"{number:016x}", f"table {group}", content, {"type": ("span", "count")[row % 2]})
