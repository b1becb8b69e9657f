"""Lines of styled text: wrapped, fitted and flowed to a width in cells, and drawn by `tui/widgets/strip.py`."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len, chop_cells, set_cell_size

from core.errors import OutcropError
from core.text import visible

Span = tuple[str, str]  # text, and the name of a style of `tui.theme.Look`
Line = Sequence[Span]


def fit(text: str, width: int, *, right: bool = False) -> str:
    """A cell of a table: cut with `…` or filled to a width in cells."""
    if width <= 0:
        return ""
    most = most_characters(width)
    shown = visible(text[:most])
    size = cell_len(shown)
    if size > width or len(text) > most:
        return set_cell_size(shown, width - 1) + "…"
    gap = " " * (width - size)
    return gap + shown if right else shown + gap


def sized(line: Iterable[Span], width: int, filler: str = "text") -> list[Span]:
    """A line's spans, cut with `…` or filled, in a style of its own, to a width in cells."""
    spans, left = list(line), width
    for at, (text, style) in enumerate(spans):
        size = cells(text[: most_characters(left)])
        if size > left or (size == left and any(more for more, _ in spans[at + 1 :])):
            return [*spans[:at], (fit(text + " ", left) if size == left else fit(text, left), style)]
        left -= size
    return [*spans, (" " * left, filler)]


def cells(text: str) -> int:
    """How many cells a text takes as it is shown."""
    return cell_len(visible(text))


def wrap(text: str, width: int) -> list[str]:
    """Breaks text into lines at spaces, long words anywhere; its own line breaks stay.

    Args:
        text: May come from outside.
        width: In cells; at least 2, for a wide character is never halved.
    """
    width = max(2, width)
    found: list[str] = []
    for paragraph in visible(text, breaks=True).split("\n"):
        if cell_len(paragraph) <= width:
            found.append(paragraph)
        else:
            found += _wrap_paragraph(paragraph, width)
    return found


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    lines, line, size = [], "", -1
    for word in paragraph.split(" "):
        length = cell_len(word)
        if size + 1 + length <= width:
            line, size = (f"{line} {word}" if size >= 0 else word), size + 1 + length
            continue
        if size >= 0:
            lines.append(line)
        *whole, line = chop_cells(word, width) or [""]
        lines += whole
        size = cell_len(line)
    return [*lines, line]


def flow(items: Iterable[Line], width: int, gap: int = 3) -> list[Line]:
    """Puts short pieces beside one another, and on as many lines as they need.

    Args:
        items: Each stays in one piece.
        width: In cells.
        gap: Between two of them.
    """
    lines: list[list[Span]] = []
    left = -1
    for item in items:
        size = sum(cells(text) for text, _ in item)
        if not lines or left < gap + size:
            lines.append(list(item))
            left = width - size
        else:
            lines[-1] += [(" " * gap, "text"), *item]
            left -= gap + size
    return [*lines]


def most_characters(width: int) -> int:
    """Characters of a text that can matter for a width: a megabyte is not measured to show its beginning."""
    return max(0, width) * 8 + 64


def fact_lines(facts: Iterable[tuple[str, str]], width: int, label: int) -> list[Line]:
    """Names and values, a value wrapped under itself.

    Args:
        facts: Names and values.
        width: Of the pane, in cells.
        label: Of the names.
    """
    lines: list[Line] = []
    for name, value in facts:
        for at, part in enumerate(wrap(value, max(8, width - label))):
            lines.append([(f"{name if at == 0 else '':<{label}}", "dim"), (part, "text")])
    return lines


def error_lines(error: OutcropError, width: int) -> list[Line]:
    """An error for a pane: what happened, where, why, and what to do."""
    lines: list[Line] = [[(line, "bad")] for line in wrap(error.what, width)]
    where = error.where
    place = f"{Path(where.path).name} line {where.line} {where.field}".rstrip() if where and where.line else ""
    for part in (place, error.why, error.todo):
        lines += [[(line, "dim")] for line in wrap(part, width)] if part else []
    return lines
