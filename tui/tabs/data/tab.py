"""The Data tab: the rows, and beside them the record under the cursor; whoever goes into it has the whole width."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.events import Resize
from textual.widget import Widget

from core.text import count
from tui import keys
from tui.messages import Topic
from tui.present.line import Span
from tui.tabs.data.bulk import BulkActions
from tui.tabs.data.decisions import DecisionActions
from tui.tabs.data.edits import EditActions
from tui.tabs.data.filters import FilterBar
from tui.tabs.data.findings import Findings
from tui.tabs.data.judge import Judge
from tui.tabs.data.record_pane import RecordPane
from tui.tabs.data.record_table import RecordTable
from tui.tabs.data.review import ReviewQueue
from tui.tabs.data.reviewer import Reviewer
from tui.tabs.data.rows import NO_RECORDS, RecordRows
from tui.tabs.data.selection import DataSelection
from tui.tabs.data.statistics import StatisticsActions
from tui.tabs.stage import Stage

if TYPE_CHECKING:
    from core.tasks import Task

_WIDE = 116  # columns from which the rows show the question as well


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
    DataTab.-reading > #rows { display: none; }
    DataTab.-reading > #record { border-left: none; }
    DataTab.-wide.-reading > #rows { display: block; }
    DataTab.-wide.-reading > #record { border-left: solid $line; }
    DataTab.-review > #rows { display: none; }
    DataTab.-review > #record { border-left: none; }
    """

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__(target)
        self.selection = selection = DataSelection(RecordTable(empty=NO_RECORDS, id="rows"))
        self._reviewer = reviewer = Reviewer(self, selection)
        self.filters = FilterBar(self, selection, self._select)
        self.rows = RecordRows(
            self,
            selection,
            draw_record=self._draw_record,
            indexed=self.filters.apply_words,
            filter_failed=self._filter_failed,
        )
        self._review = ReviewQueue(
            self,
            selection,
            reviewer,
            filter_by=self.filters.apply,
            turned=self._review_turned,
            come_to=self._come_to,
        )
        self._findings = Findings(self, selection, reviewer, filter_by=self.filters.apply, decided=self._decided_many)
        self._judge = Judge(
            self,
            selection,
            filter_by=self.filters.apply,
            filter_option=self.filters.as_option,
            heard=self._redraw,
        )
        self._record = RecordPane(
            self,
            selection,
            above=self._review.above,
            below=(self._findings.below, self._judge.below),
            go_to=self.rows.go_to,
        )
        self._decisions = DecisionActions(
            self, selection, reviewer, decided=self._redraw, next_record=self._next_record
        )
        self.bind_actions(
            self.rows,
            self.filters,
            self._record,
            self._review,
            self._findings,
            self._judge,
            self._decisions,
            BulkActions(self, selection, reviewer, self._decided_many),
            EditActions(self, selection, reviewer, self._redraw),
            StatisticsActions(self, selection, self._redraw),
        )

    def compose(self) -> ComposeResult:
        """The rows, and beside them the record."""
        yield self.table
        yield self._record.pane

    @property
    def table(self) -> RecordTable:
        """The rows."""
        return self.selection.table

    # News

    def begin(self) -> None:
        """Shows the first rows at once, where the cursor was; the facts come after the first paint."""
        self.rows.restore()
        self.rows.open()

    def opened(self, target: int | str | None = None) -> None:
        """At a row, when one was asked for."""
        if isinstance(target, int):
            self.rows.go_to(target)
        self.say_state()

    def reload(self) -> None:
        """Opens the file anew."""
        self.rows.reopen()

    def changed(self, topic: Topic) -> None:
        """Another Outcrop decided or judged something, or the project's records or model are others."""
        view = self.selection.view
        if topic == "decisions" and self._reviewer.writing:
            return  # what others decided is read once all is written
        if topic == "config":
            self.rows.reopen_if_other()
        elif view is not None and topic in ("decisions", "answers", "project"):
            read = view.catch_up if topic == "decisions" else view.refresh

            def heard(news: bool) -> None:
                if news and view is self.selection.view:
                    self._redraw()

            self.in_thread("Reading decisions", read, heard)

    def task_advanced(self, task: "Task") -> None:
        """A judge came further."""
        self._judge.task_advanced(task)

    def on_resize(self, event: Resize) -> None:
        """Where there is room, the rows show the question as well."""
        self.set_class(event.size.width >= _WIDE, "-wide")

    def pane_came(self, pane: Widget) -> None:
        """Who goes into the record sees all of it."""
        reading = pane is self._record.pane
        if self.has_class("-reading") != reading:
            self.set_class(reading, "-reading")
            self._record.draw()

    def on_table_moved(self, event: RecordTable.Moved) -> None:
        """Draws the record once the cursor rests."""
        event.stop()
        self._record.draw_soon()
        if event.by_hand:
            self.rows.moved_by_hand(to_last=event.to_last)
        self.say_state()

    # Keys

    def action_detail(self) -> None:
        """To the record, which a narrow screen shows instead of the list."""
        self._record.draw_at_once()
        self.bring(self._record.pane)

    def action_journal(self) -> None:
        """Everything that was ever decided: who, when, what."""
        from tui.tabs.data.journal import Journal

        workspace = self.workspace
        journal = Journal(workspace.store, workspace.clock, self._question_of, self._decisions.toggle_entry)
        self.dialog(journal, self._left_journal)

    def back(self) -> bool:
        """Leaves a review, stops a search, leaves the record, else gives up the filter."""
        file = self.selection.file
        if self.selection.queue is not None:
            self._review.leave()
        elif file is not None and file.selecting:
            file.stop_selecting()
        elif self.leave_detail():
            pass
        elif self.selection.filter:
            self.filters.apply("")
        else:
            return False
        return True

    def copied(self) -> str:
        """The record's line."""
        return self.rows.line()

    # What is shown

    def _select(self) -> None:
        self.rows.select()

    def _draw_record(self) -> None:
        self._record.draw()

    def _redraw(self) -> None:
        self.rows.draw()
        self._record.draw()
        self.say_state()

    def _filter_failed(self) -> None:
        if self.filters.give_up():
            self._redraw()

    def _decided_many(self, many: int) -> None:
        self.rows.draw()
        self._record.draw()
        self.say(f"✓ decided about {count(many, 'record')}; u takes it back", "good")

    def _next_record(self) -> None:
        if self.selection.queue is not None:
            self._review.next()
        else:
            self.table.action_cursor(1)

    def _review_turned(self, begun: bool) -> None:
        self.set_class(begun, "-review")
        self.bring(self._record.pane if begun else self.table)
        if not begun:
            self._record.draw()
            self.say_state()

    def _come_to(self, row: int) -> None:
        self.table.wanted = row
        self._redraw()

    def _question_of(self, record: str) -> str:
        view = self.selection.view
        rows = view.facts.ids.rows_of({record}) if view else {}
        return view.dataset.question(next(iter(rows))) if view and rows else "not in this file"

    def _left_journal(self, record: str | None) -> None:
        view = self.selection.view
        rows = view.facts.ids.rows_of({record}) if record and view else {}
        if rows:
            self.rows.go_to(next(iter(rows)))

    def say_state(self) -> None:
        """The filter and its counts, or what some work says of its progress."""
        words, shown = self.selection.filter, self.selection.shown
        left: list[Span] = [("/ ", "accent"), (words or "filter", "text" if words else "dim")]
        if shown is not None and shown.kind:
            left.append((f"   {shown.kind.upper()}", "accent"))
        if shown is not None and shown.partial:
            left.append(("  stopped: a part of the file", "warn"))
        if shown is not None and shown.hint:
            left.append((f"  {shown.hint}", "warn"))
        self.tell(left, self.selection.progress or self._review.progress() or self.rows.counts())
