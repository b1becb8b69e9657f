"""Tables and histograms of a report, as plain text and as lines for a pane."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.evaluation.report.blocks import Histogram, TableBlock
from core.text import bar, plain_table
from tui.present.line import Line, Span, fit

_BAR = 20  # cells of the longest bar of a histogram
_LEAST_BAR = 4  # cells of the longest bar beside a table; where there are fewer, none is drawn


def grid_text(grid: TableBlock) -> str:
    """A table as plain text, its numbers to the right."""
    right = frozenset(range(grid.left, len(grid.head)))
    return plain_table(list(grid.head), [list(row) for row in grid.rows], right=right)


def histogram_text(found: Histogram) -> Iterator[str]:
    """Histograms beside one another, a line for each range of values."""
    most = max((number for side in found.bins for number in side.counts), default=0) or 1
    yield f"{found.title:<18}" + "".join(f"{name:<26}" for name in found.names).rstrip()
    for at, (low, high) in enumerate(pairwise(found.bins[0].edges)):
        sides = " ".join(f"{bar(side.counts[at] / most, _BAR):<{_BAR}} {side.counts[at]:>4}" for side in found.bins)
        yield f"  {f'{low:>5}–{high}':<14} {sides}"


def grid_lines(
    grid: TableBlock, label: int, widths: Sequence[int], width: int, *, bars: Sequence[float] = ()
) -> list[Line]:
    """A table for a pane; columns that there is no room for are left out from the right.

    Args:
        grid: Its first column holds the names.
        label: Of the names, in cells.
        widths: Of each column behind the names, in cells.
        width: Of the pane, in cells.
        bars: A share of 0 to 1 for each row, drawn in the room that is left.
    """
    shown, left = 0, width - label
    while shown < len(widths) and widths[shown] <= left:
        left -= widths[shown]
        shown += 1
    lines: list[Line] = [[(fit(grid.head[0], label), "head"), (_cells(grid.head, widths[:shown]), "head")]]
    for at, row in enumerate(grid.rows):
        line: list[Span] = [(fit(row[0], label - 1) + " ", "text"), (_cells(row, widths[:shown]), "text")]
        if bars and left > _LEAST_BAR:
            line.append((" " + bar(bars[at], left - 1), "accent"))
        lines.append(line)
    return lines


def _cells(row: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"{text:>{size}}" for text, size in zip(row[1:], widths, strict=False))
