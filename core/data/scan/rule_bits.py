"""All rules as bits of a number, so that a million rows need eight bytes each for whatever was found in them."""

from collections.abc import Iterable

from core.data.checks.rules import RULES
from core.records.check import SEVERITIES
from core.records.finding import Finding, Severity

BITS: dict[tuple[str, Severity], int] = {
    pair: 1 << place
    for place, pair in enumerate((rule.name, severity) for rule in RULES for severity in rule.severities)
}
_WORST_FIRST = sorted(BITS, key=lambda pair: SEVERITIES.index(pair[1]))  # then in the order of the rules


def bits(findings: Iterable[Finding]) -> int:
    """Some findings as one number."""
    found = 0
    for finding in findings:
        found |= BITS[finding.rule, finding.severity]
    return found


def of_rule(rule: str) -> int:
    """The bits of a rule, whatever the severity."""
    return sum(bit for (name, _), bit in BITS.items() if name == rule)


def listed(found: int) -> list[tuple[str, Severity]]:
    """The rules and severities in a number: errors, warnings, advice, each in the order of the rules."""
    return [pair for pair in _WORST_FIRST if found & BITS[pair]]


def worst(found: int) -> tuple[str, Severity] | None:
    """The rule that matters most of those in a number; advice is no issue of a row."""
    first = listed(found)[:1]
    return first[0] if first and first[0][1] != "advice" else None
