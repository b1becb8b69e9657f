"""The rows of the open file: opened, followed while they come in, sorted, their columns chosen."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import OutcropError
from core.progress import Progress
from core.text import count
from tui.tabs.data import record_columns
from tui.tabs.data.column_choice import ColumnChoice
from tui.tabs.data.open_file import OpenFile
from tui.tabs.data.pace import Pace
from tui.tabs.data.record_columns import UNSORTED
from tui.tabs.data.record_table import RecordTable
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.data.view import Shown

NO_RECORDS = (
    "No records yet.",
    "",
    "outcrop import tatqa FILE -o data",
    "then r, or set data.source in outcrop.yaml",
)
_NONE_FIT = ("No record fits this filter.", "", "escape shows all of them, / changes it")


class RecordRows:
    """Opens the project's file, and hears of what threads find out about it.

    Attributes:
        more_may_come: The file is still being read.
    """

    def __init__(
        self,
        stage: Stage,
        selection: DataSelection,
        *,
        draw_record: Callable[[], None],
        indexed: Callable[[], None],
        filter_failed: Callable[[], None],
    ) -> None:
        """Prepares the rows.

        Args:
            stage: The tab.
            selection: Gets the file, and what a filter leaves of it.
            draw_record: Draws the record under the cursor.
            indexed: Called when every row can be reached, though not all is known of it.
            filter_failed: Called when the filter cannot be applied.
        """
        self._stage, self._selection = stage, selection
        self._draw_record = draw_record
        self._indexed, self._filter_failed = indexed, filter_failed
        self._pace = Pace()
        self._made_from: object = None
        self.more_may_come = False
        self._reordered = False  # another order was asked for: the cursor keeps its place, not its record

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"columns": self.choose_columns, "sort": self.sort}

    @property
    def _table(self) -> RecordTable:
        return self._selection.table

    # Opening

    def restore(self) -> None:
        """Columns, order, filter and row of the last time."""
        settings, table = self._stage.shell.settings, self._table
        self._selection.filter = settings.text("data.filter")
        sort = record_columns.known_sort(settings.get("data.sort"))
        table.restore(record_columns.known(settings.get("data.columns")), sort)
        table.wanted = settings.number("data.row", 0)

    def open(self) -> None:
        """Shows the first rows at once; the facts come after the first paint.

        Raises:
            InputError: The file cannot be opened, is empty, or is not of records.
        """
        selection, table = self._selection, self._table
        if selection.file is not None:
            selection.file.close()
        selection.file, selection.shown, selection.applied, selection.progress = None, None, "", ""
        self._made_from, self.more_may_come = self._basis(), True
        table.set_empty(*NO_RECORDS)
        table.look_at(None)
        if self._stage.workspace.config.data.source:
            try:
                selection.file = OpenFile(self._stage, self)
            except OutcropError as error:
                table.set_empty(error.what, "", *filter(None, (str(error.where or ""), error.why, error.todo)))
                raise
            finally:
                self._stage.call_after_refresh(self._draw_record)
            table.look_at(selection.file)
            self.draw()
            self._stage.call_after_refresh(selection.file.read)

    def reopen(self) -> None:
        """Opens the file anew, the cursor on the same row."""
        self._table.wanted = self._table.number
        self.open()

    def reopen_if_other(self) -> None:
        """Opens the file anew where the project names other records or another model."""
        if self._made_from != self._basis():
            self.reopen()

    def _basis(self) -> object:
        config = self._stage.workspace.config
        try:
            status = self._stage.workspace.path(config.data.source).stat()
        except OSError:
            status = None
        file = (status.st_ino, status.st_mtime_ns) if status is not None and config.data.source else None
        return config.data.source, config.model, config.format, file

    # What threads find out

    def advanced(self, progress: Progress) -> None:
        """Some work on the file came further."""
        self._selection.progress = self._pace.told(progress)
        self._table.grown()
        self._stage.say_state()

    def known(self) -> None:
        """There are facts and decisions about rows."""
        self.draw()
        self._draw_record()
        self._stage.say_state()

    def indexed(self) -> None:
        """All rows can be reached."""
        self._indexed()
        self._stage.say_state()

    def read(self) -> None:
        """There are facts about every row."""
        self._selection.progress, self.more_may_come = "", False
        if self._selection.filter or self._table.sort != UNSORTED:
            self.select()
        else:
            self.draw()
            self._draw_record()
            self._table.follow()
        self._stage.say_state()

    def found_some(self) -> None:
        """A search found more rows: the cursor is on the first match, which does not move under the reader."""
        table = self._table
        wanted = table.wanted
        self.draw()
        if table.wanted is not None:
            table.move_to(0)
        table.wanted = wanted  # until the rows stand in their order as well
        self._stage.say_state()

    def selected(self, shown: "Shown") -> None:
        """The rows are filtered and sorted."""
        selection = self._selection
        selection.progress, selection.shown, selection.applied = "", shown, selection.filter
        self._reordered = False
        self.draw()
        self._draw_record()
        if self._table.wanted is not None:  # the filter hides that row
            self._table.move_to(0)
        self._stage.say_state()

    def not_selected(self, error: OutcropError) -> None:
        """The filter cannot be applied."""
        self.unreadable(error)
        self._filter_failed()

    def unreadable(self, error: OutcropError) -> None:
        """The file cannot be read to its end."""
        self._selection.progress = ""
        self._stage.shell.complain(error)

    # The rows

    def draw(self) -> None:
        """Draws the rows again, the cursor on the record that it is to be on, where that is shown."""
        if self._selection.file is not None:
            self._table.set_empty(*(_NONE_FIT if self._selection.filter else NO_RECORDS))
            self._table.draw()

    def moved_by_hand(self, *, to_last: bool) -> None:
        """The user moved the cursor.

        Args:
            to_last: To the last row, where it stays while more come.
        """
        self._table.wanted = None
        self._table.at_end = to_last
        self._table.grown()  # more rows may have come since
        self._table.at_end &= self.more_may_come

    def go_to(self, number: int) -> None:
        """Puts the cursor on a row, by its number in the file."""
        if not self._table.go_to(number):
            self._stage.say("The filter hides that row: escape shows all", "warn")

    def select(self) -> None:
        """Filters and sorts what is known; once the whole file is read, that is done again."""
        file, table = self._selection.file, self._table
        if file is None or not file.dataset.index.complete:
            return
        if table.wanted is None and not self._reordered:
            table.wanted = table.number
        file.select(self._selection.filter, table.sort)

    def choose_columns(self) -> None:
        """Asks which columns are shown, and in which order."""
        view = self._selection.view
        every = view.columns() if view else tuple(record_columns.READY)
        self._stage.dialog(ColumnChoice(self._table.names, every), self._take_columns)

    def sort(self) -> None:
        """Sorts by the column under the cursor: rising, falling, then as the file has them.

        The cursor goes to the first row at once, so that keys typed before the rows are sorted count from there.
        """
        self._stage.shell.settings.keep("data.sort", self._table.sort_next())
        self._table.move_to(0)
        self._table.wanted, self._table.at_end, self._reordered = None, False, True
        self.select()
        self._stage.say_state()

    def counts(self) -> str:
        """How many rows are shown of how many, their order, and how many are decided."""
        file, view, table = self._selection.file, self._selection.view, self._table
        if file is None:
            return ""
        shown, total = table.count, file.dataset.count
        of = count(total, "record") if shown == total else f"{count(shown)} of {count(total)}"
        decided = f"  {count(view.decided)} decided" if view else ""
        name, falling = table.sort
        order = f"  by {name}{' ↓' if falling else ' ↑'}" if table.sort != UNSORTED else ""
        return f"{of}{order}{decided}"

    def line(self) -> str:
        """The line of the record under the cursor, as an edit makes it; empty where there is none."""
        file, view, number = self._selection.file, self._selection.view, self._selection.number
        if file is None or number is None:
            return ""
        line = view.line(number) if view else file.dataset.index.line(number)
        return line.decode("utf-8", "replace")

    def _take_columns(self, names: tuple[str, ...] | None) -> None:
        if names:
            self._table.choose(names)
            self._stage.shell.settings.keep("data.columns", None if names == record_columns.CHOSEN else list(names))
