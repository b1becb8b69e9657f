"""Lines of styled text, and drawing them: the one way from data to cells of the screen."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from core.errors import OutcropError
from core.text import visible
from tui.theme import Look

Span = tuple[str, str]  # text, and the name of a style of `Look`
Line = Sequence[Span]


def strip(line: Iterable[Span], width: int, look: Look, over: Style | None = None) -> Strip:
    """Draws a line, cut or filled to a width in cells.

    Args:
        line: Its spans; text may come from outside.
        width: In cells.
        look: The theme's styles.
        over: A style for all of it instead, such as the cursor's.
    """
    segments, left = [], width
    for text, name in line:
        shown = visible(text)
        size = cell_len(shown)
        if size > left:
            shown = set_cell_size(shown, left)
            size = left
        if shown:
            segments.append(Segment(shown, over or getattr(look, name)))
        left -= size
        if left <= 0:
            break
    if left > 0:
        segments.append(Segment(" " * left, over or look.text))
    return Strip(segments, width)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """A cell of a table: cut with `…` or filled to a width in cells."""
    shown = visible(text)
    size = cell_len(shown)
    if size > width:
        return set_cell_size(shown, max(0, width - 1)) + "…" if width > 0 else ""
    gap = " " * (width - size)
    return gap + shown if right else shown + gap


def wrap(text: str, width: int) -> list[str]:
    """Breaks text into lines at spaces, long words anywhere; its own line breaks stay.

    Args:
        text: May come from outside.
        width: In cells.
    """
    width = max(1, width)
    found: list[str] = []
    for paragraph in visible(text, breaks=True).split("\n"):
        if cell_len(paragraph) <= width:
            found.append(paragraph)
            continue
        found += _wrap_paragraph(paragraph, width)
    return found


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    lines, line, size = [], "", 0
    for word in paragraph.split(" "):
        length = cell_len(word)
        if line and size + 1 + length <= width:
            line, size = f"{line} {word}", size + 1 + length
            continue
        if line:
            lines.append(line)
        while length > width:
            head = set_cell_size(word, width)
            lines.append(head)
            word = word[len(head.rstrip()) or len(head) :]
            length = cell_len(word)
        line, size = word, length
    return [*lines, line]


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
    """An error for a pane: what happened, why, and what to do."""
    lines: list[Line] = [[(line, "bad")] for line in wrap(error.what, width)]
    for part in (error.why, error.todo):
        lines += [[(line, "dim")] for line in wrap(part, width)] if part else []
    return lines
