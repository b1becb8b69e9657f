"""Stage 2 on screen: rows in a table beside the whole record; decide, filter, sort, go along a table's questions."""

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.timer import Timer

from core.errors import OutcropError, RefusedError
from core.progress import Progress
from core.text import count
from tui import deciding, glyphs, keys
from tui.records import UNSORTED, Records, Sort
from tui.tabs.stage import Stage
from tui.widgets.line import Span
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.data.decisions import Kind
    from core.data.view import Shown, View

_DETAIL_AFTER = 0.06  # seconds of rest before the record beside is drawn, so that a held key scrolls only the list
_SORTS = ("row", "input_tokens", "output_tokens", "flag", "issue", "answer")
_NO_RECORDS = (
    "No records yet.",
    "",
    "outcrop import tatqa FILE -o data",
    "then r, or set data.source in outcrop.yaml",
)
_NONE_FIT = ("No record fits this filter.", "", "escape shows all of them, / changes it")


class DataTab(Stage):
    """The Data tab."""

    SCOPE = "data"
    PANES = ("rows", "record")
    BINDINGS = keys.bindings("data")
    DEFAULT_CSS = """
    DataTab { layout: horizontal; }
    DataTab > #rows { width: 52; padding-right: 1; }
    DataTab.-wide > #rows { width: 55%; }
    DataTab > #record { width: 1fr; border-left: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._records: Records | None = None
        self._shown: Shown | None = None
        self._filter, self._sort = "", UNSORTED
        self._progress = ""
        self._made_from: object = None
        self._rest: Timer | None = None
        self._wanted: int | None = None  # the row to come to as soon as it is there

    def compose(self) -> ComposeResult:
        """The rows, and beside them the record."""
        yield Table(
            [
                Column("#", 6, right=True),
                Column("flag", 4),
                Column("in tok", 6, right=True, least=46),
                Column("out", 4, right=True),
                Column("issue", 12, least=46),
                Column("question", least=64),
                Column("answer"),
            ],
            empty=_NO_RECORDS,
            id="rows",
        )
        yield TextView(id="record")

    @property
    def table(self) -> Table:
        """The rows."""
        return self.query_one("#rows", Table)

    @property
    def view(self) -> "View | None":
        """Rows with facts and decisions, as soon as there are any."""
        return self._records.view if self._records else None

    # Opening

    def begin(self) -> None:
        """Shows the first rows at once, where the cursor was; the facts come after the first paint."""
        settings = self.outcrop.settings
        self._filter = settings.text("data.filter")
        self._sort = _known_sort(settings.get("data.sort"))
        self._wanted = settings.number("data.row", 0)
        self._open()

    def opened(self, target: Any = None) -> None:
        """At a row, when one was asked for."""
        if isinstance(target, int):
            self._go_to(target)
        self._say()

    def reload(self) -> None:
        """Opens the file anew."""
        self._wanted = self._number()
        self._open()

    def changed(self, topic: str) -> None:
        """Another Outcrop decided something, or the project's records or model are others."""
        if topic == "config":
            if self._made_from != self._basis():
                self.reload()
        elif self.view is not None:
            self.view.refresh()
            self._redraw()

    def on_resize(self, event: Any) -> None:
        """Where there is room, the rows show the question as well."""
        super().on_resize(event)
        self.set_class(event.size.width >= 116, "-wide")

    def _basis(self) -> object:
        config = self.workspace.config
        return config.data.source, config.model, config.format

    def _open(self) -> None:
        if self._records is not None:
            self._records.close()
        self._records, self._shown, self._progress, self._made_from = None, None, "", self._basis()
        self.table.set_empty(*_NO_RECORDS)
        self.table.show(0, self._rows)
        if self.workspace.config.data.source:
            try:
                self._records = Records(self.workspace, self)
            except OutcropError as error:
                self.table.set_empty(error.what, "", *filter(None, (str(error.where or ""), error.why, error.todo)))
                raise
            finally:
                self.call_after_refresh(self._draw_record)
            self._redraw_rows()
            self.call_after_refresh(self._records.read)

    def done(self, what: str, result: Any) -> None:
        """Something in a thread came to an end, or a step further."""
        records: Records = result[0]
        found = result[1]
        if records is not self._records:
            return
        if what == "progress":
            self._progress = _progress(found)
            if records.count != self.table.count:
                self._redraw_rows()
        elif what == "view":
            records.adopt(found)
            self._redraw()
        elif what == "read":
            self._progress = ""
            if self._filter or self._sort != UNSORTED:
                self._select()
            else:
                self._redraw()
        elif what == "some":
            self._redraw_rows()
        elif what == "selected":
            self._progress, self._shown = "", found
            self._redraw()
        self._say()

    def failed(self, what: str, error: OutcropError) -> None:
        """The file, or a filter on it, cannot be read to its end."""
        self._progress = ""
        super().failed(what, error)

    # The rows

    def _redraw(self) -> None:
        self._redraw_rows()
        self._draw_record()

    def _redraw_rows(self) -> None:
        """Draws the rows again, the cursor on the record that it is to be on, where that is shown."""
        if self._records is None:
            return
        self.table.set_empty(*(_NONE_FIT if self._filter else _NO_RECORDS))
        self.table.show(self._records.count, self._rows)
        position = None if self._wanted is None else self._records.position(self._wanted)
        if position is not None:
            self._wanted = None
            self.table.move_to(position)

    def _rows(self, start: int, stop: int) -> list[Row]:
        records = self._records
        if records is None:
            return []
        asked = records.dataset.question if self.table.shows("question") else None
        return [
            (
                f"{cells.number + 1:,}",
                self._flag(cells.number, cells.flag),
                "" if cells.input_tokens is None else count(cells.input_tokens),
                "" if cells.output_tokens is None else count(cells.output_tokens),
                (cells.issue or "·", _severity(cells.severity)),
                asked(cells.number) if asked else "",
                cells.answer,
            )
            for cells in records.cells(start, stop)
        ]

    def _flag(self, number: int, flag: str | None) -> Span:
        if flag is None:
            return "·", "dim"
        glyph, style = glyphs.FLAGS[flag]
        return (f"{glyph} !", "warn") if self.view and deciding.is_stale(self.view, number) else (glyph, style)

    def _number(self) -> int | None:
        """The row under the cursor, by its number in the file."""
        if self._records is None or not self.table.count:
            return None
        return self._records.number(self.table.cursor)

    def _go_to(self, number: int) -> None:
        position = self._records.position(number) if self._records else None
        if position is None:
            self.say("The filter hides that row: escape shows all", "warn")
        else:
            self.table.move_to(position)

    # The record beside

    def on_table_moved(self, event: Table.Moved) -> None:
        """Draws the record once the cursor rests."""
        event.stop()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_DETAIL_AFTER, self._draw_record)
        if event.by_hand:
            self._wanted = None
        self._say()

    def _draw_record(self) -> None:
        self.attempt(self._show_record)

    def _show_record(self) -> None:
        number, records, view = self._number(), self._records, self.view
        record = self.query_one("#record", TextView)
        if number is None or records is None:
            record.show(lambda _width: [])
            return
        from core.data import Decided
        from tui.widgets.record_view import record_lines

        if self._wanted is None:
            self.outcrop.settings.keep("data.row", number)
        row = records.dataset.row(number)
        decided = view.decision(number) if view else Decided()
        stale = bool(view and view.stale(row))
        siblings = view.siblings(number) if view else [number]
        place = f"q {siblings.index(number) + 1} of {len(siblings)}" if len(siblings) > 1 else ""
        record.show(lambda width: record_lines(row, decided, place, width, stale=stale))

    def action_detail(self) -> None:
        """To the record, which a narrow screen shows instead of the list."""
        self.bring(self.query_one("#record"))

    def action_sibling(self, by: int) -> None:
        """To the next or previous question of the same table."""
        number, view = self._number(), self.view
        if number is None or view is None:
            return
        siblings = view.siblings(number)
        at = siblings.index(number) + by
        if 0 <= at < len(siblings):
            self._go_to(siblings[at])
        else:
            self.say(f"{count(len(siblings), 'question')} to this table; this is the {'last' if by > 0 else 'first'}")

    # Deciding

    def action_flag(self, flag: str) -> None:
        """Keep, reject or fix, and on to the next row; the same flag again takes it away."""
        view, number = self._decidable()
        held = view.decision(number).flag
        self._decide(view, number, "flag", None if held == flag else flag)
        self.table.action_cursor(1)

    def action_note(self) -> None:
        """Asks for a note."""
        view, number = self._decidable()
        held = view.decision(number).note
        self.bar.ask("note", held, lambda text: self._decide(view, number, "note", text.strip() or None))

    def action_undo(self) -> None:
        """Takes back the last decision."""
        self._turn_back(deciding.undo)

    def action_redo(self) -> None:
        """Brings back what was taken back."""
        self._turn_back(deciding.redo)

    def _decidable(self) -> "tuple[View, int]":
        """The view and the row that a decision is about.

        Raises:
            RefusedError: Read-only, no row, or one that the scan has not come to.
        """
        self.outcrop.refuse_if_read_only()
        number = self._number()
        if number is None:
            raise RefusedError("There is no record here")
        if self.view is None or number >= self.view.facts.count:
            raise RefusedError("This record is still being read", todo="Try again in a moment")
        return self.view, number

    def _decide(self, view: "View", number: int, kind: "Kind", value: str | None) -> None:
        deciding.decide(self.workspace, view, number, kind, value)
        self._redraw()
        self._say()

    def _turn_back(self, turn: "Callable[..., str]") -> None:
        self.outcrop.refuse_if_read_only()
        if self.view is not None:
            said = turn(self.workspace, self.view)
            self._redraw()
            self.say(said)

    # Finding

    def action_filter(self) -> None:
        """Asks for a filter."""
        self.bar.ask("/", self._filter, self._apply)

    def _apply(self, text: str) -> None:
        """Parses here, so that a mistake is shown in the field; applies in a thread."""
        view = self.view
        if view is None:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        from core.data import filter  # noqa: A004 - the filter of the filter bar

        filter.parse(text, view.columns())
        self._filter = text.strip()
        self.outcrop.settings.keep("data.filter", self._filter)
        self._select()

    def _select(self) -> None:
        """Filters and sorts what is known; once the whole file is read, that is done again."""
        if self._records is None or not self._records.dataset.index.complete:
            return
        if self._wanted is None:
            self._wanted = self._number()
        self._records.select(self._filter, self._sort)

    def action_sort(self) -> None:
        """Sorts by the next column, rising then falling."""
        column, falling = self._sort
        following = _SORTS[(_SORTS.index(column) + 1) % len(_SORTS)]
        self._sort = (column, True) if column != "row" and not falling else (following, False)
        self.outcrop.settings.keep("data.sort", self._sort)
        self._select()
        self._say()

    def back(self) -> bool:
        """Leaves the record, else gives up the filter."""
        if self.leave_detail():
            return True
        if self._filter:
            self._apply("")
            return True
        return False

    # The bar

    def _say(self) -> None:
        left: list[Span] = [("/ ", "accent"), (self._filter or "filter", "text" if self._filter else "dim")]
        if self._shown is not None and self._shown.kind:
            left.append((f"   {self._shown.kind.upper()}", "accent"))
        if self._shown is not None and self._shown.hint:
            left.append((f"  {self._shown.hint}", "warn"))
        self.tell(left, self._progress or self._counts())

    def _counts(self) -> str:
        if self._records is None:
            return ""
        shown, total = self.table.count, self._records.dataset.count
        of = count(total, "record") if shown == total else f"{count(shown)} of {count(total)}"
        decided = f"  {count(self.view.decided)} decided" if self.view else ""
        name, falling = self._sort
        order = f"  by {name}{' ↓' if falling else ' ↑'}" if self._sort != UNSORTED else ""
        return f"{of}{order}{decided}"

    def copied(self) -> str:
        """The record's line."""
        number = self._number()
        if number is None or self._records is None:
            return ""
        return self._records.dataset.row(number).raw.decode("utf-8", "replace")


def _known_sort(kept: Any) -> Sort:
    if isinstance(kept, list) and len(kept) == 2 and kept[0] in _SORTS:
        return kept[0], bool(kept[1])
    return UNSORTED


def _progress(progress: Progress) -> str:
    total = f" of {count(progress.total)}" if progress.total is not None else ""
    return f"{progress.note} {count(progress.done)}{total}"


def _severity(severity: str | None) -> str:
    return {"error": "bad", "warning": "warn"}.get(severity or "", "dim")
