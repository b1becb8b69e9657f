"""The one table of the dashboard: it draws the rows in sight, whatever their number, and asks for no others.

It knows its columns and what the rows are sorted by. Whoever fills it says what the rows are and filters them:
`Listing` for items in memory, the Data tab for rows of a file.
"""

from collections.abc import Callable, Sequence

import msgspec
from rich.style import Style
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from core.errors import OutcropError
from tui import keys
from tui.present.line import Span, cells, fit, wrap
from tui.theme import looked
from tui.widgets.strip import strip

CURSOR = "▌"
_NARROWEST = 4  # cells of a column that shares what is left


class Column(msgspec.Struct, frozen=True):
    """A column.

    Attributes:
        title: Its heading.
        width: In cells; 0 shares what is left.
        right: Aligns right, as numbers do.
        least: The table's width below which there is no room for it.
        name: What a filter or an order calls it; its heading where that is empty.
    """

    title: str
    width: int = 0
    right: bool = False
    least: int = 0
    name: str = ""

    @property
    def called(self) -> str:
        """Its name."""
        return self.name or self.title


Row = Sequence[str | Span]  # a cell, or a cell with the name of its style
RowsBetween = Callable[[int, int], Sequence[Row]]
Sort = tuple[str, bool]
"""A column's name, and True where its values fall."""


class Table(ScrollView, can_focus=True):
    """Rows with a cursor. The first line is the heading and stays.

    A table of many columns has a second cursor, in its heading: columns that have no room come into sight with it.
    """

    DEFAULT_CSS = """
    Table { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; }
    """
    BINDINGS = keys.bindings("list")

    class Moved(Message):
        """The cursor came to another row, moved by a person or because rows went away."""

        def __init__(self, table: "Table", position: int, *, by_hand: bool) -> None:
            super().__init__()
            self.table = table
            self.position = position
            self.by_hand = by_hand
            self.to_last = position == table.count - 1  # when it moved: rows may have come since

        @property
        def control(self) -> "Table":
            """The table."""
            return self.table

    class Turned(Message):
        """The cursor in the heading came to another column."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: Sequence[str] = (),
        across: bool = False,
        unsorted: Sort = ("", False),
        id: str | None = None,  # noqa: A002
    ) -> None:
        """An empty table.

        Args:
            columns: From left to right.
            empty: What fills the pane, and which key, while there are no rows.
            across: The heading has a cursor.
            unsorted: The order that rows have by themselves, which no arrow shows.
            id: The widget's.
        """
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.unsorted = self.sort = unsorted
        self.column = 0 if across else None
        self.cursor = 0
        self.count = 0
        self._empty = tuple(empty)
        self._rows: RowsBetween = lambda _start, _stop: ()
        self._widths: Sequence[tuple[int, int]] = ()

    def show(self, count: int, rows: RowsBetween) -> None:
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
            self.post_message(self.Moved(self, self.cursor, by_hand=False))

    def set_columns(self, columns: Sequence[Column], column: int | None = None) -> None:
        """Shows other columns.

        Args:
            columns: From left to right.
            column: Where the cursor in the heading goes, in a table that has one.
        """
        self.columns, self._widths = tuple(columns), ()
        self.column = None if column is None else max(0, min(column, len(columns) - 1))
        self.refresh()

    @property
    def column_name(self) -> str:
        """The name of the column under the cursor in the heading."""
        return self.columns[self.column or 0].called

    def sort_by(self, sort: Sort) -> None:
        """Shows in the heading what the rows are sorted by."""
        self.sort, self._widths = sort, ()
        self.refresh()

    def sort_next(self) -> Sort:
        """Sorts by the column under the cursor: rising, falling, then as the rows come; says how."""
        name, (column, falling) = self.column_name, self.sort
        self.sort_by((name, False) if name != column else self.unsorted if falling else (name, True))
        return self.sort

    def set_empty(self, *lines: str) -> None:
        """Changes what an empty table says."""
        self._empty = lines
        self.refresh()

    def move_to(self, position: int, *, by_hand: bool = False) -> None:
        """Puts the cursor on a row, redrawing only the two lines that change.

        Args:
            position: Of the row; the nearest there is.
            by_hand: A person did it.
        """
        position = max(0, min(position, self.count - 1))
        if position == self.cursor or not self.count:
            return
        old, self.cursor = self.cursor, position
        if self._keep_in_sight():
            self.refresh()
        else:
            self.refresh(self._region(old), self._region(position))
        self.post_message(self.Moved(self, position, by_hand=by_hand))

    def refresh_row(self, position: int) -> None:
        """Redraws one row."""
        self.refresh(self._region(position))

    def action_cursor(self, by: int) -> None:
        """Moves by rows."""
        self.move_to(self.cursor + by, by_hand=True)

    def action_column(self, by: int) -> None:
        """Moves the cursor in the heading, over columns that could be shown."""
        if self.column is None:
            return
        able = [number for number, column in enumerate(self.columns) if column.least <= self.size.width]
        at = able.index(self.column) if self.column in able else 0
        wanted = able[max(0, min(at + by, len(able) - 1))]
        if wanted != self.column:
            before, self.column, self._widths = self._columns(), wanted, ()
            self.refresh(*(() if self._columns() != before else (Region(0, 0, self.size.width, 1),)))
            self.post_message(self.Turned(wanted))

    def action_page(self, by: int) -> None:
        """Moves by pages."""
        self.move_to(self.cursor + by * self._height, by_hand=True)

    def action_first(self) -> None:
        """To the first row."""
        self.move_to(0, by_hand=True)

    def action_last(self) -> None:
        """To the last row; said also by who stands there, for more may come."""
        if self.count and self.cursor == self.count - 1:
            self.post_message(self.Moved(self, self.cursor, by_hand=True))
        self.move_to(self.count - 1, by_hand=True)

    def on_click(self, event: Click) -> None:
        """A click puts the cursor there."""
        if event.y > 0:
            self.move_to(self.scroll_offset.y + event.y - 1, by_hand=True)

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
            return strip(self._heading(), width, look)
        position = self.scroll_offset.y + y - 1
        if position >= self.count:
            return strip(self._blank(y), width, look)
        try:
            rows = self._rows(position, position + 1)
        except OutcropError as error:  # a file that became shorter, a disk that is gone: said where the row would be
            return strip([("  " + str(error), "bad")], width, look)
        if not rows:
            return strip([], width, look)
        over: Style | None = None
        if position == self.cursor:
            over = look.cursor if self.has_focus else look.cursor_away
        return strip(self._line(rows[0], position), width, look, over)

    def _blank(self, y: int) -> list[Span]:
        lines = [] if self.count else [line for text in self._empty for line in wrap(text, self.size.width - 3)]
        return [("  " + lines[y - 2], "dim")] if y - 2 in range(len(lines)) else []

    def _heading(self) -> list[Span]:
        line: list[Span] = [(" ", "head")]
        for number, width in self._columns():
            column = self.columns[number]
            gap, style = ("›", "accent") if number == self.column else (" ", "head")
            line += [(gap, style), (fit(self._title(column), width, right=column.right), style)]
        return line

    def _line(self, row: Row, position: int) -> list[Span]:
        line: list[Span] = [(CURSOR if position == self.cursor else " ", "text")]
        for number, width in self._columns():
            cell = row[number]
            text, style = cell if isinstance(cell, tuple) else (cell, "text")
            line += [(" ", "text"), (fit(text, width, right=self.columns[number].right), style)]
        return line

    def shows(self, name: str) -> bool:
        """There is room for a column."""
        return any(self.columns[number].called == name for number, _ in self._columns())

    def _title(self, column: Column) -> str:
        name, falling = self.sort
        arrow = ("↓" if falling else "↑") if name == column.called and self.sort != self.unsorted else ""
        return f"{column.title}{arrow}"

    def _width(self, column: Column) -> int:
        """As wide as it wants to be, and its heading; 0 where it shares what is left."""
        return max(column.width, cells(self._title(column))) if column.width else 0

    def _columns(self) -> Sequence[tuple[int, int]]:
        """The columns that there is room for: number and width."""
        if not self._widths:
            room = self.size.width
            shown = [
                (number, self._width(column)) for number, column in enumerate(self.columns) if column.least <= room
            ]
            if self.column is not None:
                shown = _window(shown, self.column, room)
            left = room - sum(width for _, width in shown) - len(shown) - 1
            sharing = [number for number, width in shown if not width]
            shares = {number: max(_NARROWEST, (left + at) // len(sharing)) for at, number in enumerate(sharing)}
            self._widths = tuple((number, width or shares[number]) for number, width in shown)
        return self._widths

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


def _window(columns: list[tuple[int, int]], wanted: int, room: int) -> list[tuple[int, int]]:
    """The columns that fit: the first, and as many others as there is room for, one of them among those.

    Args:
        columns: Number and width of each.
        wanted: The number of the one that has to be there.
        room: In cells.
    """
    first, rest = columns[:1], columns[1:]
    room -= sum(_least(width) for _, width in first) + 1
    while rest and wanted != rest[0][0] and any(number == wanted for number, _ in rest):
        upto = next(at for at, (number, _) in enumerate(rest) if number == wanted)
        if sum(_least(width) for _, width in rest[: upto + 1]) <= room:
            break
        rest = rest[1:]
    found: list[tuple[int, int]] = []
    for number, width in rest:
        room -= _least(width)
        if room < 0 and found:
            break
        found.append((number, width))
    return [*first, *found]


def _least(width: int) -> int:
    return (width or _NARROWEST) + 1
