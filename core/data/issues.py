"""What the checks found in an open file: by rule, by row with reasons, and safe fixes as decisions.

`summary` and `rows_of` read the facts of a scan; `reasons` and `fixed` read a row's line, as its edit makes it. None
of them changes anything: `applied` writes a fix into the journal, as edits or as rejections, undone as one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from core.data import decisions
from core.data.checks import unrendered
from core.data.checks.file_comparison import FileRule, Reject
from core.data.checks.one_record import RecordRule, record_of
from core.data.checks.rules import BY_NAME, FILE_RULES, findings
from core.data.dataset import SOURCE, Dataset
from core.data.facts import Facts
from core.errors import InputError, OutcropError, UsageError
from core.records import formats
from core.records.check import LINES_KEPT, SEVERITIES, Issue, check_chat, check_line
from core.records.finding import Finding, Severity
from core.records.formats import source_record
from core.records.record import Chat
from core.records.requirements import Requirements
from core.records.rule import Fix
from core.records.rules import blank_line
from core.records.rules.unreadable import explain
from core.store import Store

if TYPE_CHECKING:
    from core.data.view import View


class LineChange(msgspec.Struct, frozen=True):
    """What a fix does to one row.

    Attributes:
        row: Its number, from 0.
        before: Its line as it is, edits included.
        after: The line as it would be; None where the row would be rejected.
    """

    row: int
    before: bytes
    after: bytes | None


class Fixes(msgspec.Struct, frozen=True):
    """The safe fix of a rule over some rows, not yet made.

    Attributes:
        rule: Whose findings it mends.
        does: What it does, in words: `removes invisible characters`.
        changes: Of the rows that it can mend, in order.
    """

    rule: str
    does: str
    changes: tuple[LineChange, ...]


def summary(dataset: Dataset, facts: Facts) -> tuple[Issue, ...]:
    """Every rule that found something: how many rows, the first lines, and the reason of the first.

    Errors come first, then warnings, then advice, each by number.
    """
    found = []
    for (rule, severity), rows in facts.rows_by_finding().items():
        lines = tuple(int(row) + 1 for row in rows[:LINES_KEPT])
        found.append(Issue(rule, severity, len(rows), lines, reason(dataset, facts, int(rows[0]), rule, severity)))
    return tuple(sorted(found, key=lambda issue: (SEVERITIES.index(issue.severity), -issue.count, issue.rule)))


def rows_of(facts: Facts, rule: str) -> list[int]:
    """The rows in which a rule found something, rising."""
    found = (rows.tolist() for (name, _), rows in facts.rows_by_finding().items() if name == rule)
    return sorted(row for rows in found for row in rows)


def condition(rule: str) -> str:
    """The filter that leaves a rule's rows; `duplicate` does not find `near-duplicate`."""
    return f"issues ~ '(^| ){rule}'"


def reasons(dataset: Dataset, facts: Facts, row: int) -> tuple[Finding, ...]:
    """Everything that was found in a row, with its reason; nothing for a row that no scan has come to."""
    if row >= facts.count or facts.requirements is None:
        return ()
    held = facts.findings(row)
    found = [*_of_line(dataset, facts, row, facts.line(row)), *_of_comparing(dataset, facts, row, held)]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def reason(dataset: Dataset, facts: Facts, row: int, rule: str, severity: Severity) -> str:
    """Why a rule names a row."""
    for finding in reasons(dataset, facts, row):
        if (finding.rule, finding.severity) == (rule, severity):
            return finding.message
    return BY_NAME[rule].finds


def accepted(dataset: Dataset, facts: Facts, row: int, line: bytes) -> tuple[Finding, ...]:
    """What an edit of a row has against it, each rule once: warnings that it brings in, errors that it leaves.

    Args:
        dataset: Where the row is.
        facts: What was found in it.
        row: Its number.
        line: As the edit makes it.

    Raises:
        InputError: It brings in an error: the model would refuse the record, and did not before.
    """
    before = {finding.rule for finding in _of_line(dataset, facts, row, facts.line(row))}
    found = {finding.rule: finding for finding in reversed([*_of_line(dataset, facts, row, line)])}
    for finding in found.values():
        if finding.severity == "error" and finding.rule not in before:
            why = f"{finding.rule}: {finding.message}"
            raise InputError("With this edit the model would refuse the record", why=why, todo="Write it otherwise")
    stay = (each for each in found.values() if each.severity == "error")
    come = (each for each in found.values() if each.severity == "warning" and each.rule not in before)
    return (*stay, *come)


def fixable(rule: str) -> bool:
    """Whether a rule has a fix that can be decided row by row."""
    return _offered(rule) is not None


def fixed(dataset: Dataset, facts: Facts, rule: str, rows: Sequence[int] | None = None) -> Fixes:
    """What the safe fix of a rule would do.

    Args:
        dataset: Where the rows are.
        facts: What was found in them.
        rule: Its name.
        rows: Those to mend; None for all in which it found something.

    Raises:
        UsageError: The rule has no fix that is safe without knowing what a record should say.
    """
    offered = _offered(rule)
    if offered is None:
        known = BY_NAME.get(rule)
        raise UsageError(f"There is no safe fix for {rule}", todo=known.todo if known else "Name one of the rules")
    changes = []
    for row in rows_of(facts, rule) if rows is None else rows:
        before = facts.line(row)
        if isinstance(offered, Reject):
            other = facts.comparison.other(rule, row)
            reject = other is not None and offered.applies(_Rows(dataset, facts), row, other)
            after = None if reject else before
        else:
            after = offered.line(before, dataset.format) if offered.line else before
        if after != before:
            changes.append(LineChange(row, before, after))
    return Fixes(rule, offered.does, tuple(changes))


def _offered(name: str) -> Fix | Reject | None:
    """What can be decided about the rows of a rule: an edit by its fix, or a rejection."""
    rule = BY_NAME.get(name)
    if isinstance(rule, FileRule):
        return rule.reject
    return rule.fix if isinstance(rule, RecordRule) else None


def applied(store: Store, view: "View", fix: Fixes, *, who: str, now: datetime) -> int:
    """Decides a fix: mended lines as edits, superfluous rows as rejected; one entry to undo.

    Returns:
        How many rows were decided about.
    """
    mended = [(view.edited_subject(each.row), each.after) for each in fix.changes if each.after is not None]
    edits = [(subject, line.decode("utf-8", "surrogatepass")) for subject, line in mended if subject.id]
    if edits:
        view.take(decisions.decide_each(store, edits, "edit", who=who, now=now))
    rejected = view.subjects([each.row for each in fix.changes if each.after is None])
    if rejected:
        view.take(decisions.decide(store, rejected, "flag", "reject", who=who, now=now))
    return len(edits) + len(rejected)


def _of_line(dataset: Dataset, facts: Facts, row: int, line: bytes) -> Iterator[Finding]:
    """What the model's rules and the rules for one record say of a row, were this its line."""
    requirements, number = facts.requirements, row + 1
    if requirements is None:
        return
    source, chat = None, None
    if dataset.format != SOURCE:
        chat, found = check_line(line, number, requirements)
        yield from found
    elif not line.strip():
        yield blank_line.finding(number)
    else:
        try:
            source = source_record.decode(line)
            chat = dataset.renderer.chat(source) if dataset.renderer else Chat(())
        except OutcropError as error:
            yield unrendered.finding(error, number)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            yield from explain(line, number, source_record.explain)
        else:
            misfit = _misfit(chat, requirements)
            if misfit:
                chat = None
                yield Finding("schema", "error", misfit, number)
            else:
                yield from check_chat(chat, number, requirements)
    if chat is not None and facts.thorough:
        yield from findings(record_of(chat, source, number), dataset.format)


def _misfit(chat: Chat, requirements: Requirements) -> str:
    """Why the model's format cannot hold a chat; nothing where it can."""
    try:
        formats.named(requirements.format).encode(chat)
    except InputError as error:
        return str(error).removesuffix(".")
    return ""


def _of_comparing(
    dataset: Dataset, facts: Facts, row: int, held: Sequence[tuple[str, Severity]]
) -> Iterator[Finding]:
    rows = _Rows(dataset, facts)
    for name, severity in held:
        other = facts.comparison.other(name, row)
        if other is not None:
            figures = facts.comparison.related[name].figures
            yield Finding(name, severity, FILE_RULES[name].reason(rows, row, other, figures), row + 1)


class _Rows:
    """What reasons look up about rows."""

    def __init__(self, dataset: Dataset, facts: Facts) -> None:
        self._dataset = dataset
        self._facts = facts
        self.count = facts.count
        self.characters = facts.characters
        self.alike = facts.alike

    def answer(self, row: int) -> str:
        try:
            read = self._dataset.read(row, self._facts.line(row))
        except InputError as error:
            return str(error)
        return read.chat.completion if read.chat else ""
