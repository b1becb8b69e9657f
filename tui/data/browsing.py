"""Rows in a table: opened, paged, sorted, their columns chosen."""

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from core.errors import OutcropError
from core.progress import Progress
from core.text import count
from tui.data.pace import Pace
from tui.data.records import Records
from tui.present.line import Span
from tui.tabs.stage import Stage
from tui.widgets import record_columns as columns
from tui.widgets.record_columns import UNSORTED
from tui.widgets.record_table import RecordTable
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.data.project_view import ProjectView
    from core.data.view import Shown

_DETAIL_AFTER = 0.06  # seconds of rest before the record beside is drawn, so that a held key scrolls only the list
_NO_RECORDS = (
    "No records yet.",
    "",
    "outcrop import tatqa FILE -o data",
    "then r, or set data.source in outcrop.yaml",
)
_NONE_FIT = ("No record fits this filter.", "", "escape shows all of them, / changes it")


class Browsing(Stage):
    """The rows of a file, and room for a record beside them; whoever goes into it has the whole width for it."""

    PANES = ("rows", "record")
    DEFAULT_CSS = """
    Browsing { layout: horizontal; }
    Browsing > #rows { width: 52; padding-right: 1; }
    Browsing.-wide > #rows { width: 55%; }
    Browsing > #record { width: 1fr; border-left: solid $line; }
    Browsing.-reading > #rows { display: none; }
    Browsing.-reading > #record { border-left: none; }
    Browsing.-wide.-reading > #rows { display: block; }
    Browsing.-wide.-reading > #record { border-left: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._records: Records | None = None
        self._shown: Shown | None = None
        self._filter = ""
        self._applied = ""  # the filter that the rows shown went through
        self._progress = ""
        self._pace = Pace()
        self._made_from: object = None
        self._rest: Timer | None = None
        self._reading = False  # whether more rows may come
        self._reordered = False  # whether another order was asked for: the cursor keeps its place, not its record

    def compose(self) -> ComposeResult:
        """The rows, and beside them the record."""
        yield RecordTable(empty=_NO_RECORDS, id="rows")
        yield TextView(id="record")

    @property
    def table(self) -> RecordTable:
        """The rows."""
        return self.query_one("#rows", RecordTable)

    @property
    def view(self) -> "ProjectView | None":
        """Rows with facts and decisions, as soon as there are any."""
        return self._records.view if self._records else None

    # Opening

    def begin(self) -> None:
        """Shows the first rows at once, where the cursor was; the facts come after the first paint."""
        settings, table = self.shell.settings, self.table
        self._filter = settings.text("data.filter")
        sort = columns.known_sort(settings.get("data.sort"))
        table.restore(columns.known(settings.get("data.columns")), sort)
        table.wanted = settings.number("data.row", 0)
        self._open()

    def opened(self, target: Any = None) -> None:
        """At a row, when one was asked for."""
        if isinstance(target, int):
            self._go_to(target)
        self._say()

    def reload(self) -> None:
        """Opens the file anew."""
        self.table.wanted = self.table.number
        self._open()

    def changed(self, topic: str) -> None:
        """Another Outcrop decided or judged something, or the project's records or model are others."""
        if topic == "config":
            if self._made_from != self._basis():
                self.reload()
        elif self.view is not None and topic in ("decisions", "answers", "project"):
            view = self.view
            read = view.catch_up if topic == "decisions" else view.refresh
            self.in_thread("Reading decisions", read, lambda news: self._heard(view) if news else None)

    def _heard(self, view: "ProjectView") -> None:
        """Shows what has come in."""
        if view is self.view:
            self._redraw()
            self._say()

    def on_resize(self, event: Any) -> None:
        """Where there is room, the rows show the question as well."""
        self.set_class(event.size.width >= 116, "-wide")

    def _mark(self, front: Widget) -> None:
        super()._mark(front)
        if self.has_class("-reading") != (front.id == "record"):
            self.set_class(front.id == "record", "-reading")
            self._draw_record()  # who goes into it sees all of it

    def _basis(self) -> object:
        config = self.workspace.config
        try:
            status = self.workspace.path(config.data.source).stat()
        except OSError:
            status = None
        file = (status.st_ino, status.st_mtime_ns) if status is not None and config.data.source else None
        return config.data.source, config.model, config.format, file

    def _open(self) -> None:
        if self._records is not None:
            self._records.close()
        self._records, self._shown, self._progress, self._made_from = None, None, "", self._basis()
        self._applied, self._reading = "", True
        self.table.set_empty(*_NO_RECORDS)
        self.table.look_at(None)
        if self.workspace.config.data.source:
            try:
                self._records = Records(self.workspace, self)
            except OutcropError as error:
                self.table.set_empty(error.what, "", *filter(None, (str(error.where or ""), error.why, error.todo)))
                raise
            finally:
                self.call_after_refresh(self._draw_record)
            self.table.look_at(self._records)
            self._redraw_rows()
            self.call_after_refresh(self._records.read)

    def done(self, what: str, result: Any) -> None:
        """Something in a thread came to an end, or a step further."""
        records: Records = result[0]
        found = result[1]
        if records is not self._records:
            return
        if what == "progress":
            self._advanced(found)
        elif what == "view":
            records.adopt(found)
            self._redraw()
        elif what == "read":
            self._progress, self._reading = "", False
            if self._filter or self.table.sort != UNSORTED:
                self._select()
            else:
                self._redraw()
                self.table.follow()
        elif what == "some":
            wanted = self.table.wanted
            self._redraw_rows()
            if self.table.wanted is not None:
                self.table.move_to(0)  # not found yet: the first match, which does not move under the reader
            self.table.wanted = wanted  # until they stand in their order as well
        elif what == "selected":
            self._progress, self._shown, self._applied = "", found, self._filter
            self._reordered = False
            self._redraw()
            if self.table.wanted is not None:  # the filter hides that row
                self.table.move_to(0)
        self._say()

    def failed(self, what: str, error: OutcropError) -> None:
        """The file, or a filter on it, cannot be read to its end."""
        self._progress = ""
        super().failed(what, error)

    def _advanced(self, progress: Progress) -> None:
        self._progress = self._pace.told(progress)
        self.table.grown()

    # The rows

    def _redraw(self) -> None:
        self._redraw_rows()
        self._draw_record()

    def _redraw_rows(self) -> None:
        """Draws the rows again, the cursor on the record that it is to be on, where that is shown."""
        if self._records is not None:
            self.table.set_empty(*(_NONE_FIT if self._filter else _NO_RECORDS))
            self.table.draw()

    def _number(self) -> int | None:
        """The row under the cursor, by its number in the file."""
        return self.table.number

    def _go_to(self, number: int) -> None:
        if not self.table.go_to(number):
            self.say("The filter hides that row: escape shows all", "warn")

    # Columns and order

    def action_columns(self) -> None:
        """Asks which columns are shown, and in which order."""
        from tui.widgets.column_choice import ColumnChoice

        every = self.view.columns() if self.view else tuple(columns.READY)
        self.app.push_screen(ColumnChoice(self.table.names, every), self._choose_columns)

    def _choose_columns(self, names: tuple[str, ...] | None) -> None:
        if names:
            self.table.choose(names)
            self.shell.settings.keep("data.columns", None if names == columns.CHOSEN else list(names))

    def action_sort(self) -> None:
        """Sorts by the column under the cursor: rising, falling, then as the file has them.

        The cursor goes to the first row at once, so that keys typed before the rows are sorted count from there.
        """
        self.shell.settings.keep("data.sort", self.table.sort_next())
        self.table.move_to(0)
        self.table.wanted, self.table.at_end, self._reordered = None, False, True
        self._select()
        self._say()

    def _select(self) -> None:
        """Filters and sorts what is known; once the whole file is read, that is done again."""
        if self._records is None or not self._records.dataset.index.complete:
            return
        if self.table.wanted is None and not self._reordered:
            self.table.wanted = self.table.number
        self._records.select(self._filter, self.table.sort)

    # The record beside

    def on_table_moved(self, event: RecordTable.Moved) -> None:
        """Draws the record once the cursor rests."""
        event.stop()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_DETAIL_AFTER, self._draw_record)
        if event.by_hand:
            self.table.wanted = None
            self.table.at_end = event.to_last
            self.table.grown()  # more rows may have come since
            self.table.at_end &= self._reading
        self._say()

    def _draw_record(self) -> None:
        self._rest = None
        self.attempt(self._show_record)

    def _draw_at_once(self) -> None:
        """Draws a record that waits for the cursor to rest."""
        if self._rest is not None:
            self._rest.stop()
            self._draw_record()

    def _show_record(self) -> None:
        """Shows the record under the cursor."""

    def back(self) -> bool:
        """Leaves the record."""
        return self.leave_detail()

    # The bar

    def _say(self) -> None:
        left: list[Span] = [("/ ", "accent"), (self._filter or "filter", "text" if self._filter else "dim")]
        if self._shown is not None and self._shown.kind:
            left.append((f"   {self._shown.kind.upper()}", "accent"))
        if self._shown is not None and self._shown.partial:
            left.append(("  stopped: a part of the file", "warn"))
        if self._shown is not None and self._shown.hint:
            left.append((f"  {self._shown.hint}", "warn"))
        self.tell(left, self._progress or self._counts())

    def _counts(self) -> str:
        if self._records is None:
            return ""
        shown, total = self.table.count, self._records.dataset.count
        of = count(total, "record") if shown == total else f"{count(shown)} of {count(total)}"
        decided = f"  {count(self.view.decided)} decided" if self.view else ""
        name, falling = self.table.sort
        order = f"  by {name}{' ↓' if falling else ' ↑'}" if self.table.sort != UNSORTED else ""
        return f"{of}{order}{decided}"

    def copied(self) -> str:
        """The record's line."""
        number = self._number()
        if number is None or self._records is None:
            return ""
        view = self.view
        line = view.line(number) if view else self._records.dataset.index.line(number)
        return line.decode("utf-8", "replace")
