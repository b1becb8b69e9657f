"""What a column holds, as lines: quantiles, a histogram, the most frequent values; and what would be trained on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.text import bar, count
from tui.present.line import Line, fact_lines, fit, flow, wrap

if TYPE_CHECKING:
    from core.data.selection import TrainingSelection
    from core.data.statistics import Numbers, Statistics

_LABEL = 10
_VALUE = 24  # cells of a value among the most frequent


def lines(found: "Statistics", where: str, width: int) -> list[Line]:
    """Statistics of a column.

    Args:
        found: The statistics.
        where: The filter that left these rows.
        width: In cells.
    """
    head: list[Line] = [[(found.column, "strong"), (f"  {count(found.rows, 'row')}", "dim")]]
    head += [[(line, "dim")] for line in wrap(f"where {where}", width)] if where else []
    facts = [("missing", count(found.missing)), ("distinct", count(found.distinct))]
    if found.numbers:
        facts += [("mean", _figure(found.numbers.mean)), ("SD", _figure(found.numbers.sd))]
    made = [*head, [], *_beside(facts, width)]
    if found.numbers:
        made += [[], *_quantiles(found.numbers, width), [], *_histogram(found.numbers, width)]
    if found.top:
        made += [[], *_top(found, width)]
    return made


def trained(include: str, selection: "TrainingSelection", width: int) -> list[Line]:
    """How many records the rule takes, and why it leaves the others.

    Args:
        include: The rule.
        selection: What it does.
        width: In cells.
    """
    left = sum(selection.excluded.values())
    facts = [("trained on", count(len(selection.rows))), ("left out", count(left))]
    reasons = [(f"  {count(many)}", reason) for reason, many in selection.excluded.items()]
    rule: list[Line] = [[(line, "text")] for line in wrap(include or "every record without errors", width)]
    return [
        [("What is trained on", "strong")],
        *rule,
        [("records with errors are left out besides", "dim")],
        [],
        *fact_lines([*facts, *reasons], width, _LABEL + 4),
        [],
        [("data.include in outcrop.yaml changes it", "dim")],
    ]


def _quantiles(numbers: "Numbers", width: int) -> list[Line]:
    from core.data.statistics import QUANTILES

    names = {0.0: "least", 0.5: "median", 1.0: "greatest"}
    facts = [
        (names.get(share, f"{share:.0%}"), _figure(value))
        for share, value in zip(QUANTILES, numbers.quantiles, strict=True)
    ]
    return _beside(facts, width)


def _beside(facts: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Names and values beside one another."""
    return flow(([(f"{name} ", "dim"), (value, "text")] for name, value in facts), width)


def _histogram(numbers: "Numbers", width: int) -> list[Line]:
    most = max(numbers.counts)
    made: list[Line] = []
    for low, many in zip(numbers.edges, numbers.counts, strict=False):
        number = count(many)
        wide = max(4, width - _LABEL - len(number) - 3)
        drawn = bar(many / most, wide)
        made.append([(f"{_figure(low):>{_LABEL}} ", "dim"), (drawn, "accent"), (f" {number}", "text")])
    return [*made, [(f"{_figure(numbers.edges[-1]):>{_LABEL}}", "dim")]]


def _top(found: "Statistics", width: int) -> list[Line]:
    most, wide = found.top[0][1], max(4, width - _VALUE - 18)
    many = max(1, found.rows - found.missing)
    return [
        [
            (fit(value, _VALUE), "text"),
            (f" {count(number):>8} {number / many:>6.1%} ", "dim"),
            (bar(number / most, wide), "accent"),
        ]
        for value, number in found.top
    ]


def _figure(value: float) -> str:
    return count(int(value)) if value == int(value) else f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"
