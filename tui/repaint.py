"""Writes only the cells that changed: over SSH a full repaint is 13 to 20 KB, nearly all of it there already.

Textual repaints regions: a pane that gets the focus is written again whole, and each span of text carries its full
style. Here what the terminal shows is remembered, cell by cell, and what differs is written with as few style changes
as possible.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

_GAP = 5  # unchanged cells that cost no more to write again than to jump over

Look = tuple[str, str, str]  # attributes, colour and background, as the numbers of an SGR sequence
Cell = tuple[str, Look]  # a grapheme, empty for the second cell of a wide one
Change = tuple[int, int, Sequence[Cell]]  # line, column, what stands there now

_PLAIN: Look = ("", "", "")


class Painted:
    """What the terminal shows, as far as is known."""

    def __init__(self) -> None:
        self._size = Size()
        self._lines: list[list[Cell | None]] = []

    def forget(self) -> None:
        """Nothing is known any more: the next update writes all that it has."""
        self._size = Size()

    def only_changes(self, update: CompositorUpdate, size: Size) -> CompositorUpdate:
        """An update that writes what differs from what is there."""
        return _Changes(self, update, size)

    def changes(self, pieces: Iterable[tuple[int, int, Strip]], size: Size, colours: ColorSystem) -> Iterator[Change]:
        """Takes note of pieces of lines, and gives what is new in them.

        Args:
            pieces: Column, line and strip of each.
            size: Of the terminal.
            colours: How many it has.
        """
        if size != self._size:
            self._size = size
            self._lines = [[None] * size.width for _ in range(size.height)]
        for x, y, strip in pieces:
            if y >= size.height:
                continue
            line = self._lines[y]
            new = _cells(strip, colours)[: max(0, size.width - x)]
            if line[x : x + len(new)] != new:
                for start, stop in _runs(line[x : x + len(new)], new):
                    yield y, x + start, new[start:stop]
                line[x : x + len(new)] = new


class _Changes(CompositorUpdate):
    """Textual's update, as its difference to what is painted."""

    def __init__(self, painted: Painted, update: CompositorUpdate, size: Size) -> None:
        self._painted, self._update, self._size = painted, update, size

    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal."""
        colours = console._color_system or ColorSystem.TRUECOLOR
        written: list[str] = []
        look = _PLAIN
        for y, x, cells in self._painted.changes(_pieces(self._update), self._size, colours):
            written.append(f"\x1b[{y + 1};{x + 1}H")
            for text, wanted in cells:
                if wanted != look:
                    written.append(_turn(look, wanted))
                    look = wanted
                written.append(text)
        if look != _PLAIN:
            written.append("\x1b[0m")
        return "".join(written)


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Column, line and strip of all that an update has."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield x, y, strip
                x += strip.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if chop is not None and x <= last and end > first:
                    yield x, y, chop.crop(0, min(end, last) - x)


def _cells(strip: Strip, colours: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, control in strip:
        if control:
            continue
        look = _look(style, colours)
        if text.isascii():
            cells += [(letter, look) for letter in text]
            continue
        for start, stop, width in split_graphemes(text)[0]:
            if width:
                cells.append((text[start:stop], look))
                cells += [("", look)] * (width - 1)
            elif cells:
                cells[-1] = (cells[-1][0] + text[start:stop], look)
    return cells


@functools.lru_cache(maxsize=2048)
def _look(style: Style | None, colours: ColorSystem) -> Look:
    if style is None:
        return _PLAIN
    attributes = Strip.render_ansi(style.without_color, colours)
    front = ";".join(style.color.downgrade(colours).get_ansi_codes()) if style.color else ""
    back = ";".join(style.bgcolor.downgrade(colours).get_ansi_codes(foreground=False)) if style.bgcolor else ""
    return attributes, front, back


def _runs(old: Sequence[Cell | None], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Where a line differs, with small gaps between two differences written again."""
    differing = [at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    start = last = differing[0]
    for at in differing[1:]:
        if at - last > _GAP:
            yield start, _end(new, last)
            start = at
        last = at
    yield start, _end(new, last)


def _end(cells: Sequence[Cell], last: int) -> int:
    """After a cell, and after the second half of a wide one."""
    return last + 2 if cells[last + 1 : last + 2] and not cells[last + 1][0] else last + 1


def _turn(before: Look, after: Look) -> str:
    """The sequence from one style to another, the shorter where only colours change."""
    if before[0] == after[0] and all(after[1:]):
        return f"\x1b[{';'.join(new for old, new in zip(before, after, strict=True) if old != new)}m"
    return f"\x1b[{';'.join(('0', *filter(None, after)))}m"
