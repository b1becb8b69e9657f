"""`outcrop check`: would the model accept this file, and is it worth training on? As it is, or once rendered."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from core.catalog import Tuning
from core.data import contexts, edits, issues
from core.data.checks import file_name, leakage
from core.data.checks.leakage import LeakedRows, Side
from core.data.checks.row_keys import RowNumbers
from core.data.dataset import SOURCE, Dataset, iconv
from core.data.decisions import Decided
from core.data.facts import Facts
from core.files import at_any_place
from core.progress import Cancel, Progress, Report, silent
from core.records.check import LINES_KEPT, SEVERITIES, CheckReport, Issue, check_totals
from core.records.finding import Finding, Severity
from core.records.requirements import Requirements

if TYPE_CHECKING:
    from core.formatting.template import Renderer

_ALONE = 48 << 20  # bytes up to which two children would start no sooner than one process ends


First = Callable[[Finding], None]


class Checked(NamedTuple):
    """A file that was checked, while what is known of it is at hand.

    Attributes:
        report: What was found, with the first lines of each rule.
        rows: The rows of each rule and severity, all of them, from 0; nothing for what concerns the file as a whole.
        edited: How many rows were judged as edits make them.
    """

    report: CheckReport
    rows: dict[tuple[str, Severity], RowNumbers]
    edited: int = 0


class _Depth(NamedTuple):
    """How far a check goes: into what records say, and into how their wordings compare."""

    thorough: bool
    compared: bool


def check_file(
    path: Path,
    tuning: Tuning,
    renderer: "Callable[[], Renderer]",
    *,
    against: Path | None = None,
    decided: Mapping[str, Decided] | None = None,
    thorough: bool = True,
    tell: Report = silent,
    first: First | None = None,
    cancel: Cancel | None = None,
) -> Checked:
    """Checks a file in one streaming pass, then compares its records.

    Args:
        path: A training file in the model's own format, or a file of source records; a pipe will do.
        tuning: What the model demands.
        renderer: Makes what turns source records into what the model would get, if the file has such.
        against: What the model has been trained on, if the file is to test it.
        decided: What people decided about its records: those that were edited are judged as edited. None to judge the
            file as it stands.
        thorough: Whether to look at what records say, and not only at the model's rules and exact duplicates.
        tell: Told how far it is.
        first: Told the first finding of each rule that looks at one record, as it comes, where reading takes a while.
        cancel: Stops it.

    Raises:
        InputError: The file is not there, is a folder, is empty or compressed, or cannot be read.
        CancelledError: It was cancelled.
    """
    requirements = tuning.requirements()
    depth = _Depth(thorough, thorough or against is not None)
    with _scanned(path, requirements, renderer, depth, tell, first, cancel, decided or {}) as (dataset, facts):
        found = [*_by_rule(dataset, facts, path), *_totals(dataset, facts, requirements), *_named(path, requirements)]
        rows = facts.rows_by_finding()
        if against is not None:
            with _scanned(against, requirements, renderer, depth, tell, None, cancel, {}) as (train, learned):
                leak = leaked(train, learned, dataset, facts)
            found += _leak_issue(leak)
            rows["leakage", "warning"] = leak.any()
        return Checked(_report(facts, found), rows, facts.edited)


@contextmanager
def _scanned(
    path: Path,
    requirements: Requirements,
    renderer: "Callable[[], Renderer]",
    depth: _Depth,
    tell: Report,
    first: First | None,
    cancel: Cancel | None,
    decided: Mapping[str, Decided],
) -> Iterator[tuple[Dataset, Facts]]:
    with at_any_place(path) as file:
        dataset = Dataset(file, None, requirements.format)
        try:
            if dataset.format == SOURCE:
                dataset.renderer = renderer()
            edited = any(each.edit for each in decided.values())
            facts = Facts(dataset, requirements, thorough=depth.thorough, compared=depth.compared, identified=edited)
            if first is not None and not dataset.index.complete:  # else the report comes as soon
                tell = _telling_firsts(dataset, facts, first, tell, decided)
            facts.scan(tell, cancel, alone=_ALONE)
            facts.edit(edits.standing(dataset, facts.ids, decided))
            if not facts.compared:
                facts.compare(cancel)
            yield dataset, facts
        finally:
            dataset.close()


def _telling_firsts(
    dataset: Dataset, facts: Facts, first: First, tell: Report, decided: Mapping[str, Decided]
) -> Report:
    """Looks for rules that have found something for the first time, each time that progress is told."""
    known: set[tuple[str, Severity]] = set()
    looked = 0

    def look(progress: Progress) -> None:
        nonlocal looked
        stop = min(facts.count, dataset.count)  # lines that are whole
        facts.edit(edits.standing(dataset, facts.ids, decided))
        for (rule, severity), rows in facts.rows_by_finding(looked, stop).items():
            if (rule, severity) not in known:
                known.add((rule, severity))
                row = int(rows[0])
                first(Finding(rule, severity, issues.reason(dataset, facts, row, rule, severity), row + 1))
        looked = stop
        tell(progress)

    return look


def _by_rule(dataset: Dataset, facts: Facts, path: Path) -> Iterator[Issue]:
    for issue in issues.summary(dataset, facts):
        if issue.rule == "encoding" and dataset.is_utf16:
            issue = msgspec.structs.replace(issue, message=f"this is UTF-16; make it UTF-8: {iconv(path)}")
        yield issue


def _totals(dataset: Dataset, facts: Facts, requirements: Requirements) -> Iterator[Issue]:
    size = facts.size if dataset.format == SOURCE else dataset.index.size
    for finding in check_totals(_records(facts), size, requirements):
        yield Issue(finding.rule, finding.severity, 1, (), finding.message)


def _named(path: Path, requirements: Requirements) -> Iterator[Issue]:
    for finding in file_name.find(path.name, requirements):
        yield Issue(finding.rule, finding.severity, 1, (), finding.message)


def _records(facts: Facts) -> int:
    blank = facts.rows_by_finding().get(("blank-line", "error"), ())
    return facts.count - len(blank)


def _report(facts: Facts, found: list[Issue]) -> CheckReport:
    ordered = tuple(sorted(found, key=lambda each: (SEVERITIES.index(each.severity), -each.count, each.rule)))
    errors, warnings = (
        sum(each.count for each in ordered if each.severity == severity) for severity in ("error", "warning")
    )
    return CheckReport(_records(facts), errors, warnings, ordered)


def leaked(train: Dataset, learned: Facts, test: Dataset, tested: Facts) -> LeakedRows:
    """What a test set shares with what was trained on, both scanned."""
    named = contexts.named(train) and contexts.named(test)
    return leakage.find(_side(learned, named=named), _side(tested, named=named))


def _side(facts: Facts, *, named: bool) -> Side:
    """One side as columns; tables are compared by their groups' names where both sides have them, else by cells."""
    every = np.arange(facts.count, dtype=np.int64)
    return Side(facts.comparable(), facts.hashes("group", every) if named else facts.contexts(every), facts.questions)


def _leak_issue(found: LeakedRows) -> Iterator[Issue]:
    rows = found.any()
    if not len(rows):
        return
    ways = {
        "the same record": found.record,
        "the same prompt": found.question,
        "the same table or document": found.context,
        "the same question in other words": found.reworded,
    }
    seen = ", ".join(f"{way} {found.share(each):.1%}" for way, each in ways.items())
    message = f"training has seen something of {found.share(rows):.1%} of the test rows: {seen}"
    yield Issue("leakage", "warning", len(rows), tuple(int(row) + 1 for row in rows[:LINES_KEPT]), message)
