"""A table that does not care about size: it draws the rows that are visible and asks for no others."""

from collections.abc import Callable, Sequence

import msgspec
from rich.style import Style
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import keys
from tui.look import looked
from tui.widgets.line import Span, fit, strip

CURSOR = "▌"


class Column(msgspec.Struct, frozen=True):
    """A column: its title, its width in cells (0 shares what is left), and which way it aligns."""

    title: str
    width: int = 0
    right: bool = False


Row = Sequence[str | Span]  # a cell, or a cell with the name of its style
Rows = Callable[[int, int], Sequence[Row]]


class Table(ScrollView, can_focus=True):
    """Rows with a cursor. The first line is the heading and stays."""

    DEFAULT_CSS = """
    Table { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; }
    """
    BINDINGS = keys.bindings("list")

    class Moved(Message):
        """The cursor came to another row."""

        def __init__(self, table: "Table", position: int) -> None:
            super().__init__()
            self.table = table
            self.position = position

        @property
        def control(self) -> "Table":
            """The table."""
            return self.table

    def __init__(self, columns: Sequence[Column], *, empty: Sequence[str] = (), id: str | None = None) -> None:  # noqa: A002
        """An empty table.

        Args:
            columns: From left to right.
            empty: What fills the pane, and which key, while there are no rows.
            id: The widget's.
        """
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.cursor = 0
        self.count = 0
        self._empty = tuple(empty)
        self._rows: Rows = lambda _start, _stop: ()
        self._widths: tuple[int, ...] = ()

    def show(self, count: int, rows: Rows) -> None:
        """Shows other rows, or the same ones changed; the cursor stays where it can.

        Args:
            count: How many there are.
            rows: Gives those from a position to before another.
        """
        self.count, self._rows = count, rows
        self.virtual_size = Size(self.size.width, count + 1)
        before = self.cursor
        self.cursor = max(0, min(self.cursor, count - 1))
        self._keep_in_sight()
        self.refresh()
        if self.cursor != before:
            self.post_message(self.Moved(self, self.cursor))

    def set_empty(self, *lines: str) -> None:
        """Changes what an empty table says."""
        self._empty = lines
        self.refresh()

    def move_to(self, position: int) -> None:
        """Puts the cursor on a row, redrawing only the two lines that change."""
        position = max(0, min(position, self.count - 1))
        if position == self.cursor or not self.count:
            return
        old, self.cursor = self.cursor, position
        if self._keep_in_sight():
            self.refresh()
        else:
            self.refresh(self._region(old), self._region(position))
        self.post_message(self.Moved(self, position))

    def refresh_row(self, position: int) -> None:
        """Redraws one row."""
        self.refresh(self._region(position))

    def action_cursor(self, by: int) -> None:
        """Moves by rows."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Moves by pages."""
        self.move_to(self.cursor + by * self._height)

    def action_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """To the last row."""
        self.move_to(self.count - 1)

    def on_click(self, event: Click) -> None:
        """A click puts the cursor there."""
        if event.y > 0:
            self.move_to(self.scroll_offset.y + event.y - 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_cursor(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_cursor(-3)

    def on_resize(self) -> None:
        """Columns share the new width."""
        self._widths = ()
        self.virtual_size = Size(self.size.width, self.count + 1)
        self._keep_in_sight()

    def on_focus(self) -> None:
        """The cursor shows that the keys go here."""
        self.refresh_row(self.cursor)

    def on_blur(self) -> None:
        """And that they do not."""
        self.refresh_row(self.cursor)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        look, width = looked(self), self.size.width
        if y == 0:
            return strip([(self._heading(), "head")], width, look)
        position = self.scroll_offset.y + y - 1
        if position >= self.count:
            return strip(self._blank(y), width, look)
        rows = self._rows(position, position + 1)
        if not rows:
            return strip([], width, look)
        over: Style | None = None
        if position == self.cursor:
            over = look.cursor if self.has_focus else look.cursor_away
        return strip(self._line(rows[0], position), width, look, over)

    def _blank(self, y: int) -> list[Span]:
        if self.count or y - 2 not in range(len(self._empty)):
            return []
        return [("  " + self._empty[y - 2], "dim")]

    def _heading(self) -> str:
        cells = (fit(column.title, width, right=column.right) for column, width in self._columns())
        return "  " + " ".join(cells)

    def _line(self, row: Row, position: int) -> list[Span]:
        line: list[Span] = [(CURSOR + " " if position == self.cursor else "  ", "text")]
        for number, ((column, width), cell) in enumerate(zip(self._columns(), row, strict=True)):
            text, style = cell if isinstance(cell, tuple) else (cell, "text")
            if number:
                line.append((" ", "text"))
            line.append((fit(text, width, right=column.right), style))
        return line

    def _columns(self) -> list[tuple[Column, int]]:
        if not self._widths:
            fixed = sum(column.width for column in self.columns) + len(self.columns) - 1 + 2
            flexible = sum(column.width == 0 for column in self.columns) or 1
            share = max(4, (self.size.width - fixed) // flexible)
            self._widths = tuple(column.width or share for column in self.columns)
        return list(zip(self.columns, self._widths, strict=True))

    @property
    def _height(self) -> int:
        return max(1, self.size.height - 1)

    def _keep_in_sight(self) -> bool:
        """Scrolls so that the cursor is visible; True where that moved anything."""
        top = self.scroll_offset.y
        wanted = min(max(top, self.cursor - self._height + 1), self.cursor)
        if wanted == top:
            return False
        self.scroll_to(y=wanted, animate=False, immediate=True, force=True)
        return True

    def _region(self, position: int) -> Region:
        return Region(0, position - self.scroll_offset.y + 1, self.size.width, 1)
