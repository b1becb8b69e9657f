"""Draws a line of styled spans: the one way from lines to cells of the screen."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from core.text import visible
from tui.present.line import Span, most_characters
from tui.theme import Look


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
        shown = visible(text[: most_characters(left)])
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
