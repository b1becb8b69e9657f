"""What gets trained on: one rule, visible and editable, and how many records each part of it takes away."""

from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from core.config import Format
from core.data import filter  # noqa: A004 - the filter of the filter bar
from core.data.dataset import Dataset
from core.data.facts import KNOWN, Facts
from core.data.view import View
from core.errors import UsageError
from core.formatting import export, split
from core.formatting.export import Export, Line
from core.formatting.split import PARTS, Member, Part
from core.formatting.template import Renderer, load
from core.progress import Cancel, Report, silent
from core.records.check import Rules, rules_for
from core.workspace import Workspace

EXPORTS = "exports"
TEMPLATES = "templates"


class Selection(msgspec.Struct, frozen=True):
    """Which records the rule takes, and why it leaves the others.

    Attributes:
        rows: Numbers of the rows that train, validate or test.
        excluded: How many each reason leaves out, the first reason of a record counting.
    """

    rows: list[int]
    excluded: dict[str, int]


def open_dataset(workspace: Workspace) -> Dataset:
    """The project's records, rendered by its template.

    Raises:
        UsageError: The project has none yet.
        InputError: The file is not there or not of records.
    """
    source = workspace.config.data.source
    if not source:
        raise UsageError(
            "This project has no records yet",
            todo="Import some with `outcrop import`, or set `data.source` in outcrop.yaml",
        )
    return Dataset(workspace.path(source), renderer(workspace))


def renderer(workspace: Workspace, wanted: Format | None = None) -> Renderer:
    """The project's template and table format."""
    chosen = wanted or workspace.config.format
    return Renderer(load(chosen.template, workspace.folder / TEMPLATES), chosen.table_format)


def project_rules(workspace: Workspace) -> Rules:
    """What the project's model demands of a training file."""
    return rules_for(workspace.catalog.tuning_of(workspace.config.model)[1])


def read_facts(
    workspace: Workspace, dataset: Dataset, report: Report = silent, cancel: Cancel | None = None
) -> Facts:
    """Scans the whole dataset for the project's model."""
    facts = Facts(dataset, project_rules(workspace), cache=workspace.hidden / "cache")
    facts.scan(report, cancel)
    return facts


def select(workspace: Workspace, view: View) -> Selection:
    """Applies the rule: no errors, then the project's `include:`.

    Raises:
        UsageError: `include:` is not a valid condition.
    """
    include = workspace.config.data.include.strip()
    query = filter.parse(include, view.columns()) if include else None
    if query is not None and query.kind != "sql":
        raise UsageError("`data.include` in outcrop.yaml is not a condition", why=f"it says {include!r}")
    frame = view.frame(("severity", "issue", "flag"))
    included = pl.lit(value=True) if query is None else pl.col("row").is_in(view.matching(query).tolist())
    chosen = frame.with_columns(
        pl.when(pl.col("severity") == "error")
        .then(pl.concat_str(pl.lit("error: "), pl.col("issue")))
        .when(~included)
        .then(pl.when(pl.col("flag").is_null()).then(pl.lit("include")).otherwise("flag: " + pl.col("flag")))
        .alias("reason")
    )
    counts = chosen.filter(pl.col("reason").is_not_null())["reason"].value_counts(sort=True)
    rows: list[int] = chosen.filter(pl.col("reason").is_null())["row"].to_list()
    return Selection(rows, dict(counts.iter_rows()))


def check_include(text: str) -> None:
    """Holds a rule to the facts that every dataset has.

    Raises:
        UsageError: It is not a valid condition.
    """
    known = (*KNOWN, *filter.DECIDED, *filter.TEXTS, "type", "source", "scale", "order", "file", "derivation")
    query = filter.parse(text, known) if text.strip() else None
    if query is not None and query.kind != "sql":
        raise UsageError("The rule is not a condition", todo="Write one like: flag IS NULL OR flag = 'keep'")


def members(view: View, rows: list[int]) -> list[Member]:
    """What a split needs to know of the selected rows."""
    frame = view.frame(("id", "group", "question"), np.array(rows, dtype=np.int64))
    texts = frame.select("id", "group", "question").iter_rows()
    return [Member(identity, group or identity, question) for identity, group, question in texts]


def prepare(workspace: Workspace, report: Report = silent, cancel: Cancel | None = None) -> tuple[Export, Path]:
    """Selects, splits and writes the files for the project's model.

    Returns:
        The export and its folder. The same records, rule and template give the same export again.

    Raises:
        UsageError: The rule leaves nothing, or the project has no records.
        InputError: A file cannot be read or written.
    """
    dataset = open_dataset(workspace)
    try:
        facts = read_facts(workspace, dataset, report, cancel)
        view = View(dataset, facts, workspace.store)
        selection = select(workspace, view)
        if not selection.rows:
            raise UsageError("The rule leaves no record to train on", todo="Loosen `data.include` in outcrop.yaml")
        candidates = members(view, selection.rows)
        assigned = split.split(candidates, workspace.config.split)
        return _write(workspace, view, selection, candidates, assigned)
    finally:
        dataset.close()


def _write(
    workspace: Workspace, view: View, selection: Selection, candidates: list[Member], assigned: dict[str, Part]
) -> tuple[Export, Path]:
    settings = workspace.config
    model, tuning = workspace.catalog.tuning_of(settings.model)
    chosen = renderer(workspace)
    typed = "type" in view.facts.names
    kinds = view.facts.frame(("type",))["type"].to_list() if typed else [""] * view.facts.count

    def lines(part: Part) -> list[Line]:
        found = []
        for number, member in zip(selection.rows, candidates, strict=True):
            chat = view.row(number).chat if assigned.get(member.id) == part else None
            if chat is not None:
                found.append(Line(member.id, member.group, kinds[number] or "", chat))
        return found

    exports = workspace.folder / EXPORTS
    written = export.write(
        exports,
        {part: lines(part) for part in PARTS},
        recipe=export.recipe(
            model=model,
            tuning=tuning,
            template=chosen.template,
            table_format=chosen.table_format,
            split=settings.split,
            include=settings.data.include,
            source=view.dataset.path,
        ),
        excluded=selection.excluded,
        leakage=split.leakage(candidates, assigned),
        now=workspace.clock.now(),
    )
    return written, exports / written.name
