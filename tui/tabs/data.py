"""Stage 2 on screen: rows in a table beside the whole record; decide, filter, sort, go along a table's questions."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from core.data import Dataset, FirstRows, RowSource
from core.data.decisions import Kind
from core.errors import OutcropError
from core.progress import Cancel, Progress
from core.text import count
from tui import keys
from tui.messages import Done
from tui.tabs.stage import Stage
from tui.widgets.line import Span
from tui.widgets.record_view import FLAGS, record_lines
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.data.view import Shown, View

_DETAIL_AFTER = 0.06  # seconds of rest before the record beside is drawn, so that a held key scrolls only the list
_NARROW = 64  # columns below which the record takes the list's place
_SORTS = ("row", "input_tokens", "output_tokens", "flag", "issue", "answer")


class Tab(Stage):
    """The Data tab."""

    SCOPE = "data"
    BINDINGS = [*keys.bindings("data"), ("enter", "detail", "record")]
    DEFAULT_CSS = """
    Tab > #data { height: 1fr; }
    Tab #rows { width: 51; }
    Tab #record { width: 1fr; border-left: solid $line; }
    Tab.-narrow #rows { width: 1fr; }
    Tab.-narrow #record { display: none; border-left: none; }
    Tab.-narrow.-detail #rows { display: none; }
    Tab.-narrow.-detail #record { display: block; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._dataset: Dataset | None = None
        self._source: RowSource | None = None
        self._view: View | None = None
        self._shown: Shown | None = None
        self._filter = ""
        self._sort = ("row", False)
        self._progress = ""
        self._cancel = Cancel()
        self._detail_timer: Timer | None = None
        self._wanted_row = 0

    def compose(self) -> ComposeResult:
        """The rows, and beside them the record."""
        with Horizontal(id="data"):
            yield Table(
                [
                    Column("#", 6, right=True),
                    Column("flag", 4),
                    Column("in tok", 6, right=True),
                    Column("out", 4, right=True),
                    Column("issue", 12),
                    Column("answer"),
                ],
                empty=[
                    "No records yet.",
                    "outcrop import tatqa FILE -o data",
                    "then r, or set data.source in outcrop.yaml",
                ],
                id="rows",
            )
            yield TextView(id="record")

    @property
    def table(self) -> Table:
        """The rows."""
        return self.query_one("#rows", Table)

    # Opening

    def on_mount(self) -> None:
        """Shows the first rows at once; the facts come after the first paint."""
        self._filter = self.outcrop.settings.text("data.filter")
        self._wanted_row = self.outcrop.settings.number("data.row", 0)
        self.table.focus()
        self._open()

    def opened(self, target: Any = None) -> None:
        """The keys go to the rows."""
        if not self.bar.asking:
            self.table.focus()
        if isinstance(target, int):
            self._go_to(target)
        self._say()

    def reload(self) -> None:
        """Opens the file anew."""
        self._cancel.cancel()
        self._view = None
        self._open()

    def changed(self, topic: str) -> None:
        """Another Outcrop decided something."""
        del topic
        if self._view is not None:
            self._view.refresh()
            self._redraw()

    def on_resize(self) -> None:
        """A narrow screen shows the list or the record."""
        self.set_class(self.size.width < _NARROW, "-narrow")

    def _open(self) -> None:
        source = self.workspace.config.data.source
        if not source:
            self.table.show(0, lambda _start, _stop: ())
            return
        try:
            self._dataset = Dataset(self.workspace.path(source))
        except OutcropError as error:
            self.outcrop.complain(error)
            return
        self._show_source(FirstRows(self._dataset, self.workspace.store))
        self._go_to(self._wanted_row)
        self._cancel = Cancel()
        self.call_after_refresh(self._read)

    def _read(self) -> None:
        dataset, cancel = self._dataset, self._cancel
        if dataset is None:
            return

        def work() -> "View":
            from core.data.facts import Facts
            from core.data.training_set import project_rules, renderer
            from core.data.view import View

            dataset.renderer = renderer(self.workspace)
            facts = Facts(dataset, project_rules(self.workspace))
            view = View(dataset, facts, self.workspace.store)
            facts.scan(self._tell, cancel)
            return view

        in_thread(self, "read", work)

    def _tell(self, progress: Progress) -> None:
        """From a thread: how far it is."""
        self.post_message(Done("progress", progress))

    def on_done(self, event: Done) -> None:
        """Something in a thread came to an end, or a step further."""
        event.stop()
        if event.error is not None:
            self._progress = ""
            self.outcrop.complain(event.error)
        elif event.what == "progress":
            self._progress = _progress(event.result)
            self._say()
        elif event.what == "read":
            self._progress = ""
            self._view = event.result
            self._show_source(event.result)
            if self._filter:
                self._apply(self._filter)
            self._say()
        elif event.what == "filter":
            self._progress = ""
            self._shown = event.result
            self.outcrop.settings.keep("data.filter", self._filter)
            self._redraw()
            self._say()
        elif event.what == "decided":
            self._redraw()
            self._say()

    def _show_source(self, source: RowSource) -> None:
        self._source = source
        self.table.show(source.count, self._rows)
        self._draw_record()

    def _rows(self, start: int, stop: int) -> list[Row]:
        if self._source is None:
            return []
        return [
            (
                f"{cells.number + 1:,}",
                FLAGS.get(cells.flag or "", ("·", "dim")),
                "" if cells.input_tokens is None else count(cells.input_tokens),
                "" if cells.output_tokens is None else count(cells.output_tokens),
                (cells.issue or "·", _severity(cells.severity)),
                cells.answer,
            )
            for cells in self._source.rows(start, stop)
        ]

    # The record beside

    def on_table_moved(self, event: Table.Moved) -> None:
        """Draws the record once the cursor rests."""
        event.stop()
        if self._detail_timer is not None:
            self._detail_timer.stop()
        self._detail_timer = self.set_timer(_DETAIL_AFTER, self._draw_record)
        self._say()

    def _draw_record(self) -> None:
        number = self._number()
        record = self.query_one("#record", TextView)
        if number is None or self._dataset is None:
            record.show(lambda _width: [])
            return
        self.outcrop.settings.keep("data.row", number)
        row = self._dataset.row(number)
        view = self._view
        from core.data import Decided

        decided = view.decision(number) if view else Decided()
        stale = view.stale(row) if view else False
        place = self._place(number)
        record.show(lambda width: record_lines(row, decided, place, width, stale=stale))

    def _place(self, number: int) -> str:
        if self._view is None:
            return ""
        siblings = self._view.siblings(number)
        return f"q {siblings.index(number) + 1} of {len(siblings)}" if len(siblings) > 1 else ""

    def _number(self) -> int | None:
        if self._source is None or not self.table.count:
            return None
        return self._source.number(self.table.cursor)

    def _go_to(self, number: int) -> None:
        position = self._view.position(number) if self._view else number
        if position is None:
            self.say("The filter hides that row: escape shows all", "warn")
            return
        self.table.move_to(position)

    # Deciding

    def action_flag(self, flag: str) -> None:
        """Keep, reject or fix, and on to the next row; the same flag again takes it away."""
        number = self._number()
        if number is None or self._view is None:
            return
        held = self._view.decision(number).flag
        if self.attempt(lambda: self._decide("flag", None if held == flag else flag)):
            self.table.action_cursor(1)

    def action_note(self) -> None:
        """Asks for a note."""
        number = self._number()
        if number is None or self._view is None:
            return
        self.bar.ask("note", self._view.decision(number).note, lambda text: self._decide("note", text or None))

    def _decide(self, kind: Kind, value: str | None) -> None:
        from core.data import decisions
        from core.data.reviewer import reviewer

        view, number = self._view, self._number()
        if view is None or number is None:
            return
        self.outcrop.refuse_if_read_only()
        subjects = view.subjects([number])
        if not subjects:
            self.say("This line cannot be read, so nothing can be decided about it", "warn")
            return
        workspace = self.workspace
        decisions.decide(
            workspace.store,
            subjects,
            kind,
            value,
            who=reviewer(workspace),
            now=workspace.clock.now(),
        )
        view.refresh()
        self._redraw()
        self._say()

    def action_undo(self) -> None:
        """Takes back the last decision."""
        from core.data import decisions

        self._after_change("undone", decisions.undo(self.workspace.store, self.workspace.clock.now()))

    def action_redo(self) -> None:
        """Brings back what was taken back."""
        from core.data import decisions

        self._after_change("redone", decisions.redo(self.workspace.store))

    def _after_change(self, what: str, change: Any) -> None:
        if self._view is None:
            return
        if change is None:
            self.say("nothing to undo" if what == "undone" else "nothing to redo")
            return
        self._view.refresh()
        self._redraw()
        self.say(f"{what}: {change.kind} of {count(len(change.records), 'record')}")

    def _redraw(self) -> None:
        if self._source is not None:
            self.table.show(self._source.count, self._rows)
        self._draw_record()

    # Finding

    def action_filter(self) -> None:
        """Asks for a filter."""
        self.bar.ask("/", self._filter, self._apply)

    def _apply(self, text: str) -> None:
        """Parses here, so that a mistake is shown in the field; applies in a thread."""
        view = self._view
        if view is None:
            return
        from core.data import filter  # noqa: A004 - the filter of the filter bar

        filter.parse(text, view.columns())
        self._filter = text.strip()
        self._cancel.cancel()
        cancel = self._cancel = Cancel()
        in_thread(self, "filter", lambda: view.apply(text, self._tell, cancel))

    def back(self) -> bool:
        """Leaves the record, else gives up the filter."""
        if self.has_class("-detail"):
            self.remove_class("-detail")
            self.table.focus()
            return True
        if self._filter:
            number = self._number()
            self._apply("")
            if number is not None:
                self.call_after_refresh(self._go_to, number)
            return True
        return False

    def action_sort(self) -> None:
        """Sorts by the next column, rising then falling."""
        view = self._view
        if view is None:
            return
        column, falling = self._sort
        if not falling and column != "row":
            self._sort = (column, True)
        else:
            at = _SORTS.index(column)
            self._sort = (_SORTS[(at + 1) % len(_SORTS)], False)
        view.sort(self._sort[0], descending=self._sort[1])
        self._redraw()
        self._say()

    def action_sibling(self, by: int) -> None:
        """To the next or previous question of the same table."""
        number = self._number()
        if number is None or self._view is None:
            return
        siblings = self._view.siblings(number)
        at = siblings.index(number) + by
        if 0 <= at < len(siblings):
            self._go_to(siblings[at])
        else:
            self.say(f"{count(len(siblings), 'question')} to this table; this is the {'last' if by > 0 else 'first'}")

    def action_detail(self) -> None:
        """To the record, which a narrow screen shows instead of the list."""
        self.add_class("-detail")
        self.query_one("#record", TextView).focus()

    # The bar

    def _say(self) -> None:
        if self.bar.asking or not self.display:
            return
        left: list[Span] = [("/ ", "accent"), (self._filter or "filter", "text" if self._filter else "dim")]
        if self._shown is not None and self._shown.kind:
            left.append((f"   {self._shown.kind.upper()}", "accent"))
        if self._shown is not None and self._shown.hint:
            left.append((f"  {self._shown.hint}", "warn"))
        self.bar.show(left, self._progress or self._counts())

    def _counts(self) -> str:
        if self._dataset is None:
            return ""
        shown, total = self.table.count, self._dataset.count
        of = count(total, "record") if shown == total else f"{count(shown)} of {count(total)}"
        decided = f"  {count(self._view.decided)} decided" if self._view else ""
        name, falling = self._sort
        order = f"  by {name}{' ↓' if falling else ' ↑'}" if name != "row" else ""
        return f"{of}{order}{decided}"

    def copied(self) -> str:
        """The record's line."""
        number = self._number()
        if number is None or self._dataset is None:
            return ""
        return self._dataset.row(number).raw.decode("utf-8", "replace")


def _progress(progress: Progress) -> str:
    total = f" of {count(progress.total)}" if progress.total is not None else ""
    return f"{progress.note} {count(progress.done)}{total}"


def _severity(severity: str | None) -> str:
    return {"error": "bad", "warning": "warn"}.get(severity or "", "dim")
