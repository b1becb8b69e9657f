"""What gets trained on: one rule, visible and editable, and how many records each part of it takes away."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from core.config import Format, Split
from core.data import decisions, filter  # noqa: A004 - the filter of the filter bar
from core.data.dataset import Dataset
from core.data.facts import KNOWN, Facts
from core.data.project_view import ProjectView
from core.data.view import View
from core.errors import UsageError
from core.formatting import export, split
from core.formatting.export import Export, Line
from core.formatting.split import PARTS, Member, Part
from core.formatting.subsample import nested
from core.formatting.template import Renderer, load
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.check import Rules, rules_for
from core.workspace import Workspace

EXPORTS = "exports"
TEMPLATES = "templates"
_AT_ONCE = 50_000  # rows whose questions are held as columns
_EVERY = 500  # records between two looks at the cancel token


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
    included = pl.lit(value=True) if query is None else pl.col("row").is_in(pl.Series(view.matching(query)).implode())
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


def members(view: View, rows: list[int], plan: Split) -> list[Member]:
    """What a split needs to know of the selected rows.

    Raises:
        UsageError: The split goes by a fact that the records do not have.
    """
    strata = _facts(view, rows, plan.stratify)
    units = _facts(view, rows, "" if plan.by in (*split.BY_GROUP, "row") else plan.by)
    asked = () if plan.by in split.BY_GROUP else ("question",)  # where no table leaks, no question about one does
    found = []
    known: dict[str, str] = {}  # one text for each table, however many records are about it
    for start in range(0, len(rows), _AT_ONCE):
        frame = view.frame(("id", "group", *asked), np.array(rows[start : start + _AT_ONCE], dtype=np.int64))
        texts = frame.select("id", "group", *asked).iter_rows()
        for place, (identity, group, *question) in enumerate(texts, start):
            together = known.setdefault(group, group) if group else identity
            found.append(Member(identity, together, "".join(question), strata[place], units[place]))
    return found


def prepare(
    workspace: Workspace, report: Report = silent, cancel: Cancel | None = None, *, sample: int = 0
) -> tuple[Export, Path]:
    """Selects, splits and writes the files for the project's model.

    Args:
        workspace: The project.
        report: Told how far it is.
        cancel: Stops it; nothing is left half written.
        sample: How many of the training records to take, for a learning curve; smaller samples are parts of larger
            ones. 0 for all.

    Returns:
        The export and its folder. The same records, rule and template give the same export again.

    Raises:
        UsageError: The rule leaves nothing, the sample is larger than the training part, or there are no records.
        InputError: A file cannot be read or written.
        CancelledError: It was cancelled.
    """
    dataset = open_dataset(workspace)
    try:
        facts = read_facts(workspace, dataset, report, cancel)
        view = ProjectView(workspace, dataset, facts)
        selection = select(workspace, view)
        if not selection.rows:
            raise UsageError("The rule leaves no record to train on", todo="Loosen `data.include` in outcrop.yaml")
        candidates = members(view, selection.rows, workspace.config.split)
        assigned = split.split(candidates, workspace.config.split)
        if sample:
            assigned = _sampled(candidates, assigned, sample, workspace.config.split.seed)
        parts = _Parts(view, selection, candidates, assigned, throttled(report), cancel or Cancel())
        return _write(workspace, parts, sample)
    finally:
        dataset.close()


class _Parts:
    """The records of each part, read and rendered as they are written."""

    def __init__(
        self,
        view: View,
        selection: Selection,
        members: list[Member],
        assigned: dict[str, Part],
        report: Report,
        cancel: Cancel,
    ) -> None:
        self.view = view
        self.selection = selection
        self.members = members
        self.assigned = assigned
        self._report = report
        self._cancel = cancel
        self._written = 0

    def lines(self, part: Part) -> Iterator[Line]:
        """The records of a part, in the order of the file."""
        for number, member in zip(self.selection.rows, self.members, strict=True):
            if self.assigned.get(member.id) != part:
                continue
            row = self.view.row(number)
            if row.chat is None:
                continue
            kind = row.source.facts.get("type", "") if row.source else ""
            yield Line(member.id, row.group or member.group, str(kind), row.chat)
            self._tell()

    def _tell(self) -> None:
        self._written += 1
        if self._written % _EVERY == 0:
            self._cancel.check()
            self._report(Progress(self._written, len(self.assigned), "records", "writing"))


def _sampled(members: list[Member], assigned: dict[str, Part], sample: int, seed: int) -> dict[str, Part]:
    """The parts with fewer training records."""
    drawn = nested([each for each in members if assigned.get(each.id) == "train"], [sample], seed=seed)[sample]
    taken = set(drawn)
    return {identity: part for identity, part in assigned.items() if part != "train" or identity in taken}


def _facts(view: View, rows: list[int], name: str) -> list[str]:
    """A fact of some rows as text; empty texts where no fact is named."""
    if not name:
        return [""] * len(rows)
    if name not in view.columns():
        raise UsageError(
            f"The records have no fact named {name!r}",
            todo=f"Split by table or row, or one of {', '.join(view.columns())}",
        )
    values = view.frame((name,), np.array(rows, dtype=np.int64))[name].to_list()
    return ["" if value is None else str(value) for value in values]


def _write(workspace: Workspace, parts: _Parts, sample: int) -> tuple[Export, Path]:
    settings, view = workspace.config, parts.view
    model, tuning = workspace.catalog.tuning_of(settings.model)
    chosen = renderer(workspace)
    exports = workspace.folder / EXPORTS
    written = export.write(
        exports,
        {part: parts.lines(part) for part in PARTS},
        recipe=export.recipe(
            model=model,
            tuning=tuning,
            template=chosen.template,
            table_format=chosen.table_format,
            split=settings.split,
            include=settings.data.include,
            source=view.dataset.path,
            sample=sample,
        ),
        excluded=parts.selection.excluded,
        leakage=split.leakage(parts.members, parts.assigned),
        now=workspace.clock.now(),
        decisions=_decided(workspace, view),
        price=model.prices.training,
    )
    return written, exports / written.name


def _decided(workspace: Workspace, view: View) -> dict[str, int]:
    """How many records of this file carry which flag, and how many an edit."""
    current = decisions.current(workspace.store)
    held = [current[identity] for identity in view.facts.rows_of(set(current)).values()]
    found: Counter[str] = Counter(each.flag for each in held if each.flag)
    found["edit"] = sum(bool(each.edit) for each in held)
    return {name: found[name] for name in sorted(found) if found[name]}
