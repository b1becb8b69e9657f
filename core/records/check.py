"""Does a model accept this file? The rules of its format, line by line, as the service applies them.

The limits come from the catalogue. Sources: AWS's model-customization-prepare page and its data validation sample
for Claude 3 Haiku.
"""

from collections.abc import Iterable, Iterator

import msgspec

from core.records import formats
from core.records.finding import Finding, Severity
from core.records.record import Chat
from core.records.requirements import Requirements
from core.records.rule import ChatRule, Rule, TotalRule
from core.records.rules import (
    blank_line,
    empty_content,
    extra_key,
    file_size,
    record_count,
    reserved_keyword,
    roles,
    too_long,
    unreadable,
)

RULES: tuple[Rule, ...] = (
    unreadable.ENCODING,
    blank_line.RULE,
    unreadable.JSON,
    unreadable.SCHEMA,
    extra_key.RULE,
    roles.RULE,
    reserved_keyword.RULE,
    empty_content.RULE,
    too_long.RULE,
    record_count.RULE,
    file_size.RULE,
)
CHAT_RULES = tuple(rule for rule in RULES if isinstance(rule, ChatRule))
_TOTAL_RULES = tuple(rule for rule in RULES if isinstance(rule, TotalRule))
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")  # the worst first
LINES_KEPT = 20


class Issue(msgspec.Struct, frozen=True):
    """All findings of one rule and severity: the number of lines and the first of them."""

    rule: str
    severity: Severity
    count: int
    lines: tuple[int, ...]
    message: str


class CheckReport(msgspec.Struct, frozen=True):
    """The outcome for one file."""

    records: int
    errors: int
    warnings: int
    issues: tuple[Issue, ...]


def check_line(line: bytes, number: int, requirements: Requirements) -> tuple[Chat | None, list[Finding]]:
    """Reads one line and says all that is wrong with it.

    Args:
        line: The raw bytes, with or without the line break.
        number: Its number, from 1.
        requirements: What to hold it against.

    Returns:
        The chat, or None where it could not be read, and the findings.
    """
    if not line.strip():
        return None, [blank_line.finding(number)]
    wire = formats.named(requirements.format)
    try:
        chat = wire.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None, list(unreadable.explain(line, number, wire.explain))
    return chat, check_chat(chat, number, requirements)


def check_chat(chat: Chat, number: int, requirements: Requirements) -> list[Finding]:
    """The same for a record that is about to be written."""
    return [finding for rule in CHAT_RULES for finding in rule.find(chat, number, requirements)]


def check_totals(records: int, size: int, requirements: Requirements) -> Iterator[Finding]:
    """What is wrong with the number of records and of bytes of the whole file."""
    for rule in _TOTAL_RULES:
        yield from rule.find(records, size, requirements)


def check_lines(lines: Iterable[bytes], requirements: Requirements) -> CheckReport:
    """Checks a whole file in one streaming pass.

    Args:
        lines: Its raw lines, with their line breaks.
        requirements: What to hold them against.
    """
    tally = Tally()
    records = size = 0
    for number, line in enumerate(lines, 1):
        size += len(line)
        records += bool(line.strip())
        tally.add(check_line(line, number, requirements)[1])
    tally.add(check_totals(records, size, requirements))
    return tally.report(records)


class Tally:
    """Counts lines by rule and severity, keeping the first of each; a line counts once for a rule."""

    def __init__(self) -> None:
        self._count: dict[tuple[str, Severity], int] = {}
        self._lines: dict[tuple[str, Severity], list[int]] = {}
        self._last: dict[tuple[str, Severity], int] = {}
        self._message: dict[tuple[str, Severity], str] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Counts some findings."""
        for finding in findings:
            key = (finding.rule, finding.severity)
            if finding.line and self._last.get(key) == finding.line:
                continue
            self._last[key] = finding.line
            self._count[key] = self._count.get(key, 0) + 1
            self._message.setdefault(key, finding.message)
            lines = self._lines.setdefault(key, [])
            if finding.line and len(lines) < LINES_KEPT:
                lines.append(finding.line)

    def report(self, records: int) -> CheckReport:
        """What was counted: errors first, then by number."""
        order = sorted(self._count, key=lambda key: (SEVERITIES.index(key[1]), -self._count[key], key[0]))
        issues = tuple(
            Issue(key[0], key[1], self._count[key], tuple(self._lines[key]), self._message[key]) for key in order
        )
        by_severity = {
            severity: sum(issue.count for issue in issues if issue.severity == severity)
            for severity in ("error", "warning")
        }
        return CheckReport(records, by_severity["error"], by_severity["warning"], issues)
