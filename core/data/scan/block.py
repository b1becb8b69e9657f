"""What a scan finds in one stretch of a file: fixed-width columns, as bytes, that cross a pipe and fill arrays."""

from collections.abc import Iterable

import msgspec

from core.data.checks.rules import RULES
from core.records.check import SEVERITIES
from core.records.finding import Finding, Severity

# Column name and its type code, as `array` and numpy both know it.
COLUMNS: dict[str, str] = {
    "start": "Q",  # byte offset of the line
    "characters_in": "I",
    "characters_out": "I",
    "turns": "H",
    "rules": "Q",  # a bit for each rule and severity, `BITS`
    "id": "Q",  # the identity's 64 bits
    "nth": "I",  # its number among equals where the line itself says it, else 0; UNREADABLE for no record at all
    "prompt": "Q",  # a hash of everything before the answer
    "group": "Q",  # a hash of the table or document; 0 where unknown
    "answer": "Q",  # `normal_form.answer_key`
    "about": "Q",  # a hash of what the question is about: its group, else what stands around it
    "telling": "Q",  # `question.keys`
    "content": "Q",
}
UNREADABLE = 0xFFFF_FFFF
_IDENTIFYING = ("id", "nth")
_COMPARING = ("about", "telling", "content")
# All rules as bits of a number, so that a million rows need eight bytes each for whatever was found in them.
BITS: dict[tuple[str, Severity], int] = {
    pair: 1 << place
    for place, pair in enumerate((rule.name, severity) for rule in RULES for severity in rule.severities)
}
_WORST_FIRST = sorted(BITS, key=lambda pair: SEVERITIES.index(pair[1]))  # then in the order of the rules


class Given(msgspec.Struct, frozen=True):
    """A fact that came with source records: numbers, or words by their number in a list.

    Attributes:
        words: The distinct words; empty for numbers.
        values: Doubles for numbers, else unsigned 32-bit places in `words` plus one, 0 for none.
    """

    words: tuple[str, ...]
    values: bytes


class LineBlock(msgspec.Struct, frozen=True):
    """The rows that begin in one stretch of the file.

    Attributes:
        rows: How many.
        columns: By name, those that the spec asks for.
        given: Facts of source records, by name.
        size: Bytes of the training file that the rows make.
    """

    rows: int
    columns: dict[str, bytes]
    given: dict[str, Given]
    size: int = 0


class ScanSpec(msgspec.Struct, frozen=True):
    """What a worker needs to know before its first stretch.

    Attributes:
        path: The file.
        format: `source`, or a wire format.
        requirements: What the model demands, encoded; None to look for none.
        template: The template of source records, encoded.
        table_format: In which it writes tables.
        thorough: Whether to look at what records say.
        compared: Whether to prepare the comparison of wordings.
        identified: Whether anybody asks which record a row is.
    """

    path: str
    format: str
    requirements: bytes | None = None
    template: bytes | None = None
    table_format: str = "html"
    thorough: bool = True
    compared: bool = True
    identified: bool = True

    @property
    def of_sources(self) -> bool:
        """Whether its lines are source records."""
        return self.format == "source"

    @property
    def columns(self) -> dict[str, str]:
        """Those of `COLUMNS` that are filled."""
        left_out = (() if self.identified else _IDENTIFYING) + (() if self.compared else _COMPARING)
        if not self.compared and not self.identified:
            left_out += ("group",)
        return {name: code for name, code in COLUMNS.items() if name not in left_out}


class Stretch(msgspec.Struct, frozen=True, array_like=True):
    """From which byte to before which: lines that begin there."""

    low: int
    high: int


def bits_of(findings: Iterable[Finding]) -> int:
    """Some findings as one number."""
    found = 0
    for finding in findings:
        found |= BITS[finding.rule, finding.severity]
    return found


def bits_of_rule(rule: str) -> int:
    """The bits of a rule, whatever the severity."""
    return sum(bit for (name, _), bit in BITS.items() if name == rule)


def rules_in(found: int) -> list[tuple[str, Severity]]:
    """The rules and severities in a number: errors, warnings, advice, each in the order of the rules."""
    return [pair for pair in _WORST_FIRST if found & BITS[pair]]


def worst_in(found: int) -> tuple[str, Severity] | None:
    """The rule that matters most of those in a number; advice is no issue of a row."""
    first = rules_in(found)[:1]
    return first[0] if first and first[0][1] != "advice" else None
