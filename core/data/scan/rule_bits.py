"""The rules of the formats as bits of a number, so that a million rows need eight bytes each for all of them."""

from collections.abc import Iterable

from core.records.check import RULES
from core.records.finding import Finding, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning")
BITS: dict[tuple[str, Severity], int] = {
    (rule, severity): 1 << (number * len(SEVERITIES) + place)
    for number, rule in enumerate(RULES)
    for place, severity in enumerate(SEVERITIES)
}


def bits(findings: Iterable[Finding]) -> int:
    """Some findings as one number."""
    found = 0
    for finding in findings:
        found |= BITS[finding.rule, finding.severity]
    return found


def worst(found: int) -> tuple[str, Severity] | None:
    """The rule that matters most of those in a number: errors before warnings, then the order of the rules."""
    if not found:
        return None
    for severity in SEVERITIES:
        for rule in RULES:
            if found & BITS[rule, severity]:
                return rule, severity
    return None
