"""What the jobs of a sweep are trained on: data variants and nested sizes, all measured on one validation part.

Variants are the article's "quality over quantity" as an experiment. They differ in their training part alone: one
split over everything that any of them takes deals the tables, and validation and test follow the project's own rule,
so that losses of different variants and sizes may be compared.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from core.data import few_shot
from core.data.checks.row_keys import RowNumbers
from core.data.dataset import Dataset
from core.data.dealing import dealt, keep
from core.data.facts import Facts
from core.data.project_records import open_dataset, read_facts, renderer
from core.data.project_view import ProjectView
from core.data.selection import TrainingSelection, nothing_left, select, table_formats
from core.data.view import View
from core.errors import RefusedError, UsageError
from core.formatting import Export, ExportLine, export, split
from core.formatting.export import EXPORTS
from core.formatting.parts import Part
from core.progress import Cancel, Report, silent
from core.text import count
from core.workspace import Workspace

DataVariant = Literal["raw", "reviewed", "judged"]
VARIANTS: tuple[DataVariant, ...] = ("raw", "reviewed", "judged")
_JUDGED = "verdict IS NULL OR verdict <> 'incorrect'"


class Sample(msgspec.Struct, frozen=True):
    """What one export of a sweep holds.

    Attributes:
        variant: `raw` is every record without errors and without edits, `reviewed` what the project's rule takes,
            `judged` what no judge calls incorrect.
        size: Training records; 0 for all that the variant has.
        seed: Of the draw.
    """

    variant: DataVariant
    size: int
    seed: int


def under(workspace: Workspace, **changes: object) -> Workspace:
    """The same project with other settings, in memory alone."""
    settings = msgspec.structs.replace(workspace.config, **changes)
    return Workspace(
        workspace.folder,
        settings,
        workspace.store,
        workspace.catalog,
        workspace.clock,
        lambda _: workspace.connection,
        workspace.hidden,
    )


def write(
    workspace: Workspace, samples: Sequence[Sample], report: Report = silent, cancel: Cancel | None = None
) -> dict[Sample, Export]:
    """Writes an export for each sample; the same ones again are found as they stand.

    Raises:
        UsageError: A rule leaves nothing, or a size is larger than what there is.
        RefusedError: Nothing was judged yet.
    """
    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        facts = read_facts(workspace, dataset, report, cancel)
        wanted = sorted({sample.variant for sample in samples})
        parts = _Parts(workspace, dataset, facts, wanted)
        found = {}
        for sample in samples:
            found[sample] = parts.export(sample)
        keep(workspace, parts.dealing)
        return found
    finally:
        dataset.close()


class _Parts:
    """The lines of each variant, and the split that they share."""

    def __init__(self, workspace: Workspace, dataset: Dataset, facts: Facts, variants: Sequence[DataVariant]) -> None:
        self._workspace = workspace
        self._dataset = dataset
        self._facts = facts
        self._views: dict[str, View] = {}
        self._rows: dict[str, RowNumbers] = {}
        self._excluded: dict[str, dict[str, int]] = {}
        for variant in dict.fromkeys(["raw", *variants, "reviewed"]):  # raw first: edits are laid over the facts
            if variant in (*variants, "reviewed"):
                self._select(variant)
        every = np.unique(np.concatenate(list(self._rows.values())))
        self.dealing = dealt(workspace, self._views["reviewed"], TrainingSelection(every, {}))

    def export(self, sample: Sample) -> Export:
        """One sample's files."""
        members = self.dealing.members
        include = self._include(sample.variant)
        train = self._places(sample.variant, "train")
        if sample.size:
            train = self.dealing.sample(train, sample.size, sample.seed)
        places: dict[Part, RowNumbers] = {
            "train": train,
            "validation": self._places("reviewed", "validation"),
            "test": self._places("reviewed", "test"),
        }
        variants = {"train": sample.variant, "validation": "reviewed", "test": "reviewed"}
        settings = self._workspace.config
        model, tuning = self._workspace.tuning()
        chosen_template = renderer(self._workspace.folder, settings.format)
        return export.write(
            self._workspace.folder / EXPORTS,
            {part: self._lines(variants[part], places[part]) for part in places},
            recipe=export.recipe(
                model=model,
                tuning=tuning,
                template=chosen_template.template,
                table_format=table_formats(
                    self._views[sample.variant], self.dealing.rows, chosen_template.table_format
                ),
                split=settings.split,
                include=include,
                source=self._dataset.path,
            ),
            excluded=self._excluded[sample.variant],
            leakage=split.leakage_between(*(members.taken(places[part]) for part in ("train", "test"))),
            now=self._workspace.clock.now(),
        )

    def _select(self, variant: str) -> None:
        raw = variant == "raw"
        view = View(self._dataset, self._facts, None) if raw else self._project_view()
        self._views[variant] = view
        if variant == "judged" and not view.by_record("verdict"):
            raise RefusedError(
                "Nothing was judged yet",
                why="the variant judged is what no judge calls incorrect",
                todo="Let a model judge the records with `outcrop judge --all`, or leave the variant judged out",
            )
        settings = msgspec.structs.replace(self._workspace.config, data=self._data(variant))
        selection = select(settings, self._workspace.folder, view)
        if not len(selection.rows):
            raise _nothing_left(variant, view, selection)
        self._rows[variant], self._excluded[variant] = selection.rows, selection.excluded

    def _project_view(self) -> View:
        for variant in ("reviewed", "judged"):
            if variant in self._views:
                return self._views[variant]
        return ProjectView(self._workspace, self._dataset, self._facts)

    def _include(self, variant: str) -> str:
        return {"raw": "", "judged": _JUDGED}.get(variant, self._workspace.config.data.include)

    def _data(self, variant: str) -> object:
        return msgspec.structs.replace(self._workspace.config.data, include=self._include(variant))

    def _places(self, variant: str, part: Part) -> RowNumbers:
        """Where a variant's records of a part stand among all of them; those that can be rendered."""
        view = self._views[variant]
        places = split.of_part(self.dealing.assigned, part)
        taken = places[np.isin(self.dealing.rows[places], self._rows[variant])]
        return np.array([at for at in taken if view.row(int(self.dealing.rows[at])).chat is not None], dtype=np.int64)

    def _lines(self, variant: str, places: RowNumbers) -> Iterator[ExportLine]:
        for number in self.dealing.rows[places]:
            line = few_shot.line_of(self._views[variant], int(number))
            if line is not None:
                yield line


def _nothing_left(variant: str, view: View, selection: TrainingSelection) -> UsageError:
    """That no record of a variant trains, and why: as an export says it, but that `judged` has a rule of its own."""
    error = nothing_left(view, selection)
    why, todo = error.why, error.todo
    if variant == "judged" and not next(iter(selection.excluded)).startswith("error"):
        incorrect = sum(many for reason, many in selection.excluded.items() if not reason.startswith("error"))
        why = f"a judge calls {count(incorrect, 'record')} incorrect"
        todo = "Look at them in the Data tab, with verdict = 'incorrect', or leave the variant judged out"
    return UsageError(f"The variant {variant} leaves no record to train on", why=why, todo=todo)


def path(folder: Path, name: str) -> Path:
    """Where an export of that name lies."""
    return folder / EXPORTS / name
