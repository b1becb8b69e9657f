"""The table of records: columns chosen, ordered and sorted by, the cursor kept on its record while others come in."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui.present import glyphs
from tui.present.line import Span
from tui.tabs.data import record_columns
from tui.tabs.data.record_columns import UNSORTED
from tui.widgets.table import Row, Sort, Table

if TYPE_CHECKING:
    from core.data.view import CellValue
    from tui.tabs.data.open_file import OpenFile

_AHEAD = 40  # rows whose chosen columns are looked up at once


class RecordTable(Table):
    """Draws the records in sight, and asks for no others.

    Attributes:
        names: The columns, in order.
        wanted: The row to come to as soon as it is there.
        at_end: The cursor stays at the end while that is still being looked for.
    """

    def __init__(self, *, empty: Sequence[str], id: str) -> None:  # noqa: A002
        """A table of no records.

        Args:
            empty: What fills the pane, and which key, while there are none.
            id: The widget's.
        """
        super().__init__(
            record_columns.made(record_columns.CHOSEN), empty=empty, across=True, unsorted=UNSORTED, id=id
        )
        self.names = record_columns.CHOSEN
        self.wanted: int | None = None
        self.at_end = False
        self._file: OpenFile | None = None
        self._values: dict[int, Mapping[str, CellValue]] = {}  # of chosen columns, by row, as they were drawn last

    @property
    def number(self) -> int | None:
        """The row under the cursor, by its number in the file."""
        return None if self._file is None or not self.count else self._file.number(self.cursor)

    def restore(self, names: tuple[str, ...], sort: Sort) -> None:
        """Columns and order of another time, the cursor in the heading on the column that rows are sorted by."""
        self.names = names
        self.sort_by(sort)
        self._set_columns(names.index(sort[0]) if sort != UNSORTED and sort[0] in names else 0)

    def look_at(self, file: "OpenFile | None") -> None:
        """Shows other records, from the first; none at all for None."""
        self._file, self.at_end = file, False
        self.draw()

    def draw(self) -> None:
        """Draws the rows again, the cursor on the record that it is to be on, where that is shown."""
        self._values = {}
        file = self._file
        self.show(file.count if file else 0, self._in_sight)
        self._set_columns()
        if file is not None and self.wanted is not None and self.go_to(self.wanted):
            self.wanted = None

    def grown(self) -> None:
        """More rows may be known: draws them, and goes on to the end where the cursor is to stay there."""
        if self._file is not None and self._file.count != self.count:
            self.draw()
            self.follow()

    def follow(self) -> None:
        """Keeps the cursor at the end, where it was put while that was still being looked for."""
        if self.at_end:
            self.move_to(self.count - 1)

    def go_to(self, number: int) -> bool:
        """Goes to a row of the file; False where it is not shown."""
        position = self._file.position(number) if self._file else None
        if position is not None:
            self.move_to(position)
        return position is not None

    def choose(self, names: tuple[str, ...]) -> None:
        """Shows other columns, the cursor in the heading on the one that it is on, where that is still shown."""
        at = names.index(self.column_name) if self.column_name in names else 0
        self.names = names
        self._set_columns(at)
        self.draw()

    def _set_columns(self, at: int | None = None) -> None:
        made = record_columns.made(self.names, self._file.total if self._file else 0)
        if at is not None or tuple(made) != self.columns:
            self.set_columns(made, self.column if at is None else at)

    def _in_sight(self, start: int, stop: int) -> list[Row]:
        file = self._file
        if file is None:
            return []
        others = [name for name in self.names if name not in record_columns.READY]
        asks = "question" in self.names and self.shows("question")
        rows: list[Row] = []
        for at, cells in enumerate(file.cells(start, stop), start):
            known: dict[str, str | Span] = {
                "row": f"{cells.number + 1:,}",
                "flag": self._flag(cells.number, cells.flag),
                "input_tokens": record_columns.written(cells.input_tokens),
                "output_tokens": record_columns.written(cells.output_tokens),
                "issue": (cells.issue or "·", _severity(cells.severity)),
                "question": file.question(cells.number) if asks else "",
                "answer": cells.answer,
            }
            more = self._looked_up(cells.number, at, others) if others else {}
            rows.append(
                [known[name] if name in known else record_columns.written(more.get(name)) for name in self.names]
            )
        return rows

    def _looked_up(self, number: int, position: int, names: list[str]) -> "Mapping[str, CellValue]":
        """Chosen columns of a row, looked up a screenful at a time."""
        if number not in self._values and self._file is not None:
            self._values |= self._file.values(names, position, position + _AHEAD)
        return self._values.get(number, {})

    def _flag(self, number: int, flag: str | None) -> Span:
        if flag is None or self._file is None:
            return "·", "dim"
        glyph, style = glyphs.FLAGS[flag]
        return (f"{glyph} !", "warn") if self._file.stale(number) else (glyph, style)


def _severity(severity: str | None) -> str:
    return {"error": "bad", "warning": "warn"}.get(severity or "", "dim")
