"""Stage 5 on screen: every job live, its phases with their times, its loss curves when done, why it failed.

`tui/jobs` holds what it is made of.
"""

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from core.errors import OutcropError, RefusedError
from core.text import count
from tui import keys
from tui.jobs import chart, text
from tui.jobs.acting import Acting
from tui.jobs.items import COLUMNS, MARKED, Item, cells, items, matching
from tui.present.line import Line
from tui.widgets.table import Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.jobs import JobsSnapshot
    from core.training.metrics import Curves, Measure

VIEWS = ("loss", "perplexity", "events", "lineage", "files", "sweep")
_MINUTE = 60.0  # seconds between two looks at what has only grown older


class JobsTab(Acting):
    """The Jobs tab."""

    SCOPE = "jobs"
    PANES = ("jobs", "job")
    BINDINGS = keys.bindings("jobs")
    DEFAULT_CSS = """
    JobsTab { layout: vertical; }
    JobsTab > #jobs { height: 1fr; min-height: 3; }
    JobsTab > #job { height: 2fr; border-top: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._endpoints: EndpointsSnapshot | None = None
        self._items: list[Item] = []
        self._all = 0
        self._filter = ""
        self._wanted = ""  # the ARN to go to as soon as it is there
        self._curves: dict[str, Curves] = {}
        self._asked: set[str] = set()
        self._charts: dict[chart.Wanted, list[Line]] = {}
        self._drawing: chart.Wanted | None = None
        self._view = 0
        self._window = 0
        self._marked: list[str] = []

    def compose(self) -> ComposeResult:
        """The jobs, and below them the one under the cursor."""
        yield Table(COLUMNS, id="jobs")
        yield TextView(id="job")

    @property
    def table(self) -> Table:
        """The jobs."""
        return self.query_one("#jobs", Table)

    @property
    def item(self) -> Item | None:
        """The row under the cursor."""
        return self._items[min(self.table.cursor, len(self._items) - 1)] if self._items else None

    # What comes from elsewhere

    def begin(self) -> None:
        """Where it was left, with what is known already."""
        kept = self.shell.settings
        self._filter, self._wanted = kept.text("jobs.filter"), kept.text("jobs.row")
        self._view = kept.number("jobs.view", 0) % len(VIEWS)
        self._window = kept.number("jobs.window", 0) % len(chart.WINDOWS)
        self.set_interval(_MINUTE, self._grow_older)
        self._endpoints = self.shell.endpoints
        if self.shell.jobs is not None:
            self.jobs_polled(self.shell.jobs)
        else:
            self._list()

    def opened(self, target: Any = None) -> None:
        """At a job, when one was asked for."""
        if isinstance(target, str):
            self._wanted, self._filter = target, ""
            self._list()
        self._show()
        self._say()

    def reload(self) -> None:
        """Draws anew; the watcher asks by itself. What could not be read is asked for once more."""
        self._asked = {arn for arn, curves in self._curves.items() if curves.training}
        self.forget_files()
        self.ask_for_sweeps()
        self._show()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """All jobs, as of now."""
        self.snapshot = snapshot
        self.ask_for_sweeps()
        self._list()
        self._show()
        self._say()

    def poll_failed(self, error: OutcropError) -> None:
        """Nobody answers; what was known stays, and an empty list says why it is empty."""
        del error  # the application keeps it
        self._list()
        self._say()

    def endpoints_polled(self, snapshot: "EndpointsSnapshot") -> None:
        """All endpoints, as of now."""
        self._endpoints = snapshot
        self._list()
        self._show()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows what is under the cursor, and keeps where that is."""
        event.stop()
        item = self.item
        if event.by_hand and item is not None:
            self._wanted = ""
            self.shell.settings.keep("jobs.row", item.arn)
        self._show()
        self._say()

    def done(self, what: str, result: Any) -> None:
        """Curves came, a chart was drawn, or something was carried out."""
        if what == "curves":
            arn, curves = result
            self._curves[arn] = curves
        elif what == "chart":
            wanted, lines = result
            self._charts = {wanted: lines}
            self._drawing = None
        else:
            super().done(what, result)
        self._show()

    # Keys

    def action_view(self) -> None:
        """The next view: curves, events, lineage, files, and the sweep where the job belongs to one."""
        self._view = (self._view + 1) % len(VIEWS)
        if VIEWS[self._view] == "sweep" and self.sweep_of(self.item) is None:
            self._view = 0
        self.shell.settings.keep("jobs.view", self._view)
        self._show()
        self._say()

    def action_detail(self) -> None:
        """To the job below."""
        self.bring(self.query_one("#job"))

    def action_smooth(self) -> None:
        """The next smoothing of the curves."""
        if VIEWS[self._view] not in ("loss", "perplexity"):
            raise RefusedError(f"There are no curves in the view {VIEWS[self._view]}", todo="v goes to the loss")
        self._window = (self._window + 1) % len(chart.WINDOWS)
        self.shell.settings.keep("jobs.window", self._window)
        self._show()
        self._say()

    def action_overlay(self) -> None:
        """Lays the curves of this job over those of others, or takes them away again."""
        job = self._job()
        if job.arn in self._marked:
            self._marked.remove(job.arn)
        elif job.status != "Completed":
            raise RefusedError(f"{job.name} is {job.status.lower()}", why="only a completed job has curves")
        elif len(self._marked) == chart.MOST:
            raise RefusedError(f"{chart.MOST} jobs are laid over each other already", todo="o takes one away")
        else:
            self._marked.append(job.arn)
        self.table.refresh()
        self._show()
        self._say()
        if self._marked == [job.arn]:
            self.bar.say([("one curve alone", "warn"), (f"  {self._others()}", "dim")])

    def _others(self) -> str:
        """What can be laid over a job's curve."""
        done = sum(each.status == "Completed" for each in self.snapshot.jobs) - 1 if self.snapshot else 0
        if done < 1:
            return "no other job is completed yet"
        return "o on another completed job lays its curve over this one"

    def chosen(self) -> "Job | None":
        """What the sweep in sight has chosen, once all of its jobs have ended."""
        found = self.sweep_of(self.item) if VIEWS[self._view] == "sweep" else None
        return found.best if found is not None and found.ended == len(found.standings) else None

    def action_filter(self) -> None:
        """Asks for words that rows must have."""
        self.bar.ask("filter", self._filter, self._use_filter)

    def back(self) -> bool:
        """Back to the list, then to all of its rows."""
        if self.leave_detail():
            return True
        if self._filter:
            self._use_filter("")
            return True
        return False

    def copied(self) -> str:
        """The ARN of what the cursor is on."""
        item = self.item
        return item.arn if item else ""

    # What is shown

    def _use_filter(self, words: str) -> None:
        self._filter = words.strip()
        self.shell.settings.keep("jobs.filter", self._filter)
        self._list()
        self._show()
        self._say()

    def _list(self) -> None:
        chosen = self._wanted or (self.item.arn if self.item else "")
        catalog = self.workspace.catalog
        found = items(self.snapshot, self._endpoints, catalog)
        self._all, self._items = len(found), matching(found, self._filter, catalog)
        if self._filter:
            self.table.set_empty(f"Nothing here has: {self._filter}", "", "esc shows all.")
        else:
            settled = self.workspace.store.settled
            self.table.set_empty(*text.nothing(self.snapshot, self.shell.silence, settled=settled))
        self.table.show(len(self._items), self._rows)
        arns = [item.arn for item in self._items]
        if chosen in arns:
            self.table.move_to(arns.index(chosen))
            self._wanted = ""

    def _rows(self, start: int, stop: int) -> list[Row]:
        now, marked = self.workspace.clock.now(), dict.fromkeys(self._marked, MARKED)
        return [cells(item, self.workspace.catalog, now, marked) for item in self._items[start:stop]]

    def _grow_older(self) -> None:
        if self.display and self.snapshot is not None and self.snapshot.running:
            self._show()

    def _show(self) -> None:
        item, pane = self.item, self.query_one("#job", TextView)
        if item is None:
            pane.show(lambda _width: [])
            return
        self._ask_for_curves()
        pane.show(lambda width: self._lines(item, width), keep_place=True)

    def _lines(self, item: Item, width: int) -> list[Line]:
        job, now = item.job, self.workspace.clock.now()
        if job is None or self.snapshot is None:
            return text.other(item, self._endpoints, self.workspace.catalog, now, width)
        lines = [
            *text.timeline(job, now, width),
            *text.progress(job, self.snapshot, now, width),
            *text.failure(job, width),
            *([[("its custom model is deleted", "warn")]] if self.snapshot.model_deleted(job) else []),
        ]
        view = VIEWS[self._view]
        if view == "events":
            return [*lines, [], *text.events(job, self.workspace.store, width)]
        if view == "lineage":
            return [*lines, [], *text.lineage(item, job, width)]
        if view == "files":
            return [*lines, [], *text.files(self.files_of(job), job, width)]
        found = self.sweep_of(item)
        if view == "sweep" and found is not None:
            return text.sweep(found, job.arn, width)
        latest = text.latest_events(job, width)
        return [*lines, *self._chart(job, width, len(lines) + len(latest)), *latest]

    def _chart(self, job: "Job", width: int, beside: int) -> list[Line]:
        names = {each.arn: each.name for each in (self.snapshot.jobs if self.snapshot else ())}
        drawn = [arn for arn in self._marked or [job.arn] if arn in self._curves and self._curves[arn].training]
        if not drawn:
            return self._no_chart(job)
        measure: Measure = "perplexity" if VIEWS[self._view] == "perplexity" else "loss"
        wanted = chart.Wanted(
            tuple((arn, names.get(arn, arn)) for arn in drawn), measure, chart.WINDOWS[self._window], width, 0
        )
        legend = chart.legend(wanted, self._curves, width)
        height = max(6, self.query_one("#job", TextView).size.height - beside - len(legend))
        wanted = chart.Wanted(wanted.jobs, measure, wanted.window, width, height)
        if wanted not in self._charts:
            self._draw(wanted)
            return [[], [("drawing…", "dim")]]
        return [*legend, *self._charts[wanted]]

    def _no_chart(self, job: "Job") -> list[Line]:
        if job.running:
            return [[], [("Bedrock writes the loss when the job is done", "dim")], []]
        if job.arn in self._curves:
            return [[], [("There are no loss curves in its results yet: r looks again", "dim")], []]
        return []

    def _draw(self, wanted: chart.Wanted) -> None:
        if wanted == self._drawing:
            return
        self._drawing = wanted
        curves = {arn: self._curves[arn] for arn, _ in wanted.jobs}
        in_thread(self, "chart", lambda: (wanted, chart.draw(wanted, curves)))

    def _ask_for_curves(self) -> None:
        jobs = {job.arn: job for job in (self.snapshot.jobs if self.snapshot else ())}
        here = self.item.arn if self.item else ""
        for arn in dict.fromkeys([*self._marked, here]):
            job = jobs.get(arn)
            if job is None or job.status != "Completed" or not job.detailed or arn in self._asked:
                continue
            self._asked.add(arn)
            self._read_curves(job)

    def _read_curves(self, job: "Job") -> None:
        def work() -> "tuple[str, Curves]":
            from core.training.metrics import read

            return job.arn, read(self.workspace.connection, job)

        in_thread(self, "curves", work)

    def _say(self) -> None:
        if self.snapshot is None:
            self.say("" if self.shell.silence else "asking for the jobs…")
            return
        at = f"{self.snapshot.at.astimezone():%H:%M:%S}"
        shown = count(self._all, "row") if not self._filter else f"{count(len(self._items))} of {count(self._all)}"
        view = VIEWS[self._view]
        smooth = f", {chart.smoothing(chart.WINDOWS[self._window])}" if view in VIEWS[:2] else ""
        words = [(f"/ {self._filter}  ", "accent")] if self._filter else []
        self.tell([*words, (shown, "text"), (f"  {self.snapshot.location}  at {at}", "dim")], f"view: {view}{smooth}")
