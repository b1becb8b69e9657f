"""The Jobs tab: the jobs, and below them the one under the cursor, in one of several views."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from core.errors import OutcropError
from core.text import count
from tui import keys
from tui.present.line import Line
from tui.tabs.jobs import text
from tui.tabs.jobs.actions import JobActions
from tui.tabs.jobs.curves import CurveView
from tui.tabs.jobs.job_files import FilesInS3
from tui.tabs.jobs.rows import COLUMNS, MARKED, Item, cells, items, searched
from tui.tabs.jobs.selection import JobsSelection
from tui.tabs.jobs.sweeps import Sweeps
from tui.tabs.stage import Stage
from tui.widgets.listing import Listing
from tui.widgets.table import Row, Table
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.jobs import JobsSnapshot
    from core.training.loss_curves import Measure

VIEWS = ("loss", "perplexity", "events", "lineage", "files", "sweep")
_MINUTE = 60.0  # seconds between two looks at what has only grown older


class JobsTab(Stage):
    """The Jobs tab."""

    SCOPE = "jobs"
    PANES = ("jobs", "job")
    BINDINGS = keys.bindings("jobs")
    DEFAULT_CSS = """
    JobsTab { layout: vertical; }
    JobsTab > #jobs { height: 1fr; min-height: 3; }
    JobsTab > #job { height: 2fr; border-top: solid $line; }
    """

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__(target)
        self.table = Table(COLUMNS, id="jobs")
        self._pane = TextView(id="job")
        self._listing = Listing(self.table, self._cells, key=lambda item: item.arn, text=self._searched)
        self._selection = JobsSelection(lambda: self._listing.item)
        self._view = 0
        self.sweeps = Sweeps(self, self._selection, self._show)
        self._files = FilesInS3(self, self._selection, self._show)
        self._curves = CurveView(self, self._selection, view=lambda: VIEWS[self._view], changed=self._redraw)
        self.bind_actions(self.sweeps, self._files, JobActions(self, self._selection, self._best_in_sight))
        self.bind_actions(self._curves)

    def compose(self) -> ComposeResult:
        """The jobs, and below them the one under the cursor."""
        yield self.table
        yield self._pane

    @property
    def item(self) -> Item | None:
        """The row under the cursor."""
        return self._selection.item

    # News

    def begin(self) -> None:
        """Where it was left, with what is known already."""
        settings = self.shell.settings
        self._view = settings.number("jobs.view", 0) % len(VIEWS)
        self._curves.restore()
        self._listing.narrow(settings.text("jobs.filter"))
        self._listing.go_to(settings.text("jobs.row") or None)
        self.set_interval(_MINUTE, self._grow_older)
        self._selection.endpoints = self.shell.endpoints
        if self.shell.jobs is not None:
            self.jobs_polled(self.shell.jobs)
        else:
            self._list()

    def opened(self, target: int | str | None = None) -> None:
        """At a job, when one was asked for."""
        if isinstance(target, str):
            self._listing.narrow("")
            self._listing.go_to(target)
        self._show()
        self.say_state()

    def reload(self) -> None:
        """Draws anew; the watcher asks by itself. What could not be read is asked for once more."""
        self._curves.forget()
        self._files.forget()
        self.sweeps.ask()
        self._show()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """All jobs, as of now."""
        self._selection.jobs = snapshot
        self.sweeps.ask()
        self._list()
        self._show()
        self.say_state()

    def poll_failed(self, error: OutcropError) -> None:
        """Nobody answers; what was known stays, and an empty list says why it is empty."""
        del error  # the shell keeps it
        self._list()
        self.say_state()

    def endpoints_polled(self, snapshot: "EndpointsSnapshot") -> None:
        """All endpoints, as of now."""
        self._selection.endpoints = snapshot
        self._list()
        self._show()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows what is under the cursor, and keeps where that is."""
        event.stop()
        item = self.item
        if event.by_hand and item is not None:
            self._listing.go_to(None)
            self.shell.settings.keep("jobs.row", item.arn)
        self._show()
        self.say_state()

    # Keys

    def action_view(self) -> None:
        """The next view: curves, events, lineage, files, and the sweep where the job belongs to one."""
        self._view = (self._view + 1) % len(VIEWS)
        if VIEWS[self._view] == "sweep" and self.sweeps.of(self.item) is None:
            self._view = 0
        self.shell.settings.keep("jobs.view", self._view)
        self._show()
        self.say_state()

    def action_detail(self) -> None:
        """To the job below."""
        self.bring(self._pane)

    def action_filter(self) -> None:
        """Asks for words that rows must have."""
        self.bar.ask("filter", self._listing.words, self._filter)

    def back(self) -> bool:
        """Back to the list, then to all of its rows."""
        if self.leave_detail():
            return True
        if self._listing.words:
            self._filter("")
            return True
        return False

    def copied(self) -> str:
        """The ARN of what the cursor is on."""
        item = self.item
        return item.arn if item else ""

    # What is shown

    def _filter(self, words: str) -> None:
        self._listing.narrow(words)
        self.shell.settings.keep("jobs.filter", self._listing.words)
        self._list()
        self._show()
        self.say_state()

    def _list(self) -> None:
        if self._listing.words:
            self.table.set_empty(f"Nothing here has: {self._listing.words}", "", "esc shows all.")
        else:
            settled = self.workspace.store.settled
            self.table.set_empty(*text.nothing(self._selection.jobs, self.shell.silence, settled=settled))
        self._listing.fill(items(self._selection.jobs, self._selection.endpoints, self.workspace.catalog))

    def _cells(self, item: Item) -> Row:
        marked = dict.fromkeys(self._curves.marked, MARKED)
        return cells(item, self.workspace.catalog, self.workspace.clock.now(), marked)

    def _searched(self, item: Item) -> str:
        return searched(item, self.workspace.catalog)

    def _grow_older(self) -> None:
        jobs = self._selection.jobs
        if self.display and jobs is not None and jobs.running:
            self._show()

    def _redraw(self) -> None:
        self._listing.redraw()
        self._show()
        self.say_state()

    def _show(self) -> None:
        item = self.item
        if item is None:
            self._pane.show(lambda _width: [])
            return
        self._curves.ask()
        self._pane.show(lambda width: self._lines(item, width), keep_place=True)

    def _lines(self, item: Item, width: int) -> list[Line]:
        job, now, jobs = item.job, self.workspace.clock.now(), self._selection.jobs
        if job is None or jobs is None:
            return text.other(item, self._selection.endpoints, self.workspace.catalog, now, width)
        lines = [
            *text.timeline(job, now, width),
            *text.progress(job, jobs, now, width),
            *text.failure(job, width),
            *([[("its custom model is deleted", "warn")]] if jobs.model_deleted(job) else []),
        ]
        view = VIEWS[self._view]
        if view == "events":
            return [*lines, [], *text.events(job, self.workspace.store, width)]
        if view == "lineage":
            return [*lines, [], *text.lineage(item, job, width)]
        if view == "files":
            return [*lines, [], *text.files(self._files.of(job), job, width)]
        sweep = self.sweeps.of(item)
        if view == "sweep" and sweep is not None:
            return text.sweep(sweep, job.arn, width)
        latest = text.latest_events(job, width)
        room = self._pane.size.height - len(lines) - len(latest)
        measure: Measure = "perplexity" if view == "perplexity" else "loss"
        return [*lines, *self._curves.lines(job, measure, width, room), *latest]

    def _best_in_sight(self) -> "Job | None":
        """The job that the sweep in sight has chosen, once all of its jobs have ended."""
        found = self.sweeps.of(self.item) if VIEWS[self._view] == "sweep" else None
        return found.best if found is not None and found.ended == len(found.standings) else None

    def say_state(self) -> None:
        """How many rows, as of when, and the view."""
        jobs, listing = self._selection.jobs, self._listing
        if jobs is None:
            self.say("" if self.shell.silence else "asking for the jobs…")
            return
        at = f"{jobs.at.astimezone():%H:%M:%S}"
        shown = (
            f"{count(len(listing.shown))} of {count(listing.total)}" if listing.words else count(listing.total, "row")
        )
        view = VIEWS[self._view]
        smooth = f", {self._curves.smoothing}" if view in VIEWS[:2] else ""
        words = [(f"/ {listing.words}  ", "accent")] if listing.words else []
        self.tell([*words, (shown, "text"), (f"  {jobs.location}  at {at}", "dim")], f"view: {view}{smooth}")
