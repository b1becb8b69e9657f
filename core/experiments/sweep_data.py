"""What the jobs of a sweep are trained on: data variants and nested sizes, all measured on one validation part.

Variants are the article's "quality over quantity" as an experiment. They differ in their training part alone: one
split over everything that any of them takes deals the tables, and validation and test follow the project's own rule,
so that losses of different variants and sizes may be compared.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from core.data.dataset import Dataset
from core.data.facts import Facts
from core.data.project_records import open_dataset, read_facts, renderer
from core.data.project_view import ProjectView
from core.data.selection import members_of, select
from core.data.training_set import EXPORTS
from core.data.view import View
from core.errors import RefusedError, UsageError
from core.formatting import Export, Line, export, split
from core.formatting.split import Leakage, Member, Part
from core.formatting.subsample import nested
from core.progress import Cancel, Report, silent
from core.workspace import Workspace

Variant = Literal["raw", "reviewed", "judged"]
VARIANTS: tuple[Variant, ...] = ("raw", "reviewed", "judged")
_JUDGED = "verdict IS NULL OR verdict <> 'incorrect'"


class Sample(msgspec.Struct, frozen=True):
    """What one export of a sweep holds.

    Attributes:
        variant: `raw` is every record without errors and without edits, `reviewed` what the project's rule takes,
            `judged` what no judge calls incorrect.
        size: Training records; 0 for all that the variant has.
        seed: Of the draw.
    """

    variant: Variant
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
    dataset = open_dataset(workspace)
    try:
        facts = read_facts(workspace, dataset, report, cancel)
        wanted = sorted({sample.variant for sample in samples})
        parts = _Parts(workspace, dataset, facts, wanted)
        found = {}
        for sample in samples:
            found[sample] = parts.export(sample)
        return found
    finally:
        dataset.close()


class _Parts:
    """The lines of each variant, and the split that they share."""

    def __init__(self, workspace: Workspace, dataset: Dataset, facts: Facts, variants: Sequence[Variant]) -> None:
        self._workspace = workspace
        self._dataset = dataset
        self._facts = facts
        self._views: dict[str, View] = {}
        self._rows: dict[str, list[int]] = {}
        self._excluded: dict[str, dict[str, int]] = {}
        for variant in dict.fromkeys(["raw", *variants, "reviewed"]):  # raw first: edits are laid over the facts
            if variant in (*variants, "reviewed"):
                self._select(variant)
        rows = sorted({row for each in self._rows.values() for row in each})
        members = members_of(self._views["reviewed"], rows, workspace.config.split)
        self._member: dict[int, Member] = dict(zip(rows, members, strict=True))
        self._assigned = split.split(members, workspace.config.split)

    def export(self, sample: Sample) -> Export:
        """One sample's files."""
        include = self._include(sample.variant)
        train = self._lines(sample.variant, "train")
        if sample.size:
            by_id = {line.id: line for line in train}
            chosen = [member for row in self._rows[sample.variant] if (member := self._member[row]).id in by_id]
            drawn = nested(chosen, [sample.size], seed=sample.seed)[sample.size]
            train = [by_id[identity] for identity in drawn]
        lines: Mapping[Part, list[Line]] = {
            "train": train,
            "validation": self._lines("reviewed", "validation"),
            "test": self._lines("reviewed", "test"),
        }
        settings = self._workspace.config
        model, tuning = self._workspace.tuning()
        chosen_template = renderer(self._workspace)
        return export.write(
            self._workspace.folder / EXPORTS,
            lines,
            recipe=export.recipe(
                model=model,
                tuning=tuning,
                template=chosen_template.template,
                table_format=chosen_template.table_format,
                split=settings.split,
                include=include,
                source=self._dataset.path,
            ),
            excluded=self._excluded[sample.variant],
            leakage=self._leakage(lines),
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
        selection = select(under(self._workspace, data=self._data(variant)), view)
        if not selection.rows:
            raise UsageError(f"The variant {variant} leaves no record to train on", todo="Leave it out")
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

    def _lines(self, variant: str, part: Part) -> list[Line]:
        view, found = self._views[variant], []
        for number in self._rows[variant]:
            member = self._member[number]
            if self._assigned.get(member.id) != part:
                continue
            row = view.row(number)
            if row.chat is not None:
                kind = str(row.source.facts.get("type", "")) if row.source else ""
                found.append(Line(member.id, member.group, kind, row.chat))
        return found

    def _leakage(self, lines: Mapping[Part, list[Line]]) -> Leakage:
        taken = {line.id for part in lines.values() for line in part}
        members = [member for member in self._member.values() if member.id in taken]
        return split.leakage(members, self._assigned)


def path(workspace: Workspace, name: str) -> Path:
    """Where an export of that name lies."""
    return workspace.folder / EXPORTS / name
