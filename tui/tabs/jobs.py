"""Stage 5 on screen: every job live, its phases with their times, its loss curves when done, why it failed."""

from datetime import datetime
from typing import Any

from textual.app import ComposeResult

from core.text import count, duration, when
from tui import glyphs, keys
from tui.messages import StageOpened
from tui.tabs.stage import Stage
from tui.widgets.line import Line, fact_lines, flow, wrap
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job, Phase
    from core.training.jobs import JobsSnapshot
    from core.training.metrics import Curves

_VIEWS = ("curves", "parameters")


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

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._snapshot: JobsSnapshot | None = None
        self._curves: dict[str, Curves] = {}
        self._charts: dict[tuple[str, int, int], list[Line]] = {}
        self._view = 0
        self._asked: set[str] = set()

    def compose(self) -> ComposeResult:
        """The jobs, and below them the one under the cursor."""
        yield Table(
            [
                Column("", 1),
                Column("job"),
                Column("model", 14, least=60),
                Column("n", 6, right=True, least=50),
                Column("ep", 3, right=True, least=60),
                Column("status", 16),
                Column("loss", 6, right=True, least=60),
            ],
            empty=["No jobs yet.", "", "4 goes to Tune, where S submits one."],
            id="jobs",
        )
        yield TextView(id="job")

    @property
    def table(self) -> Table:
        """The jobs."""
        return self.query_one("#jobs", Table)

    def begin(self) -> None:
        """Shows what is known already."""
        if self.outcrop.jobs is not None:
            self.jobs_polled(self.outcrop.jobs)

    def opened(self, target: Any = None) -> None:
        """At a job, when one was asked for."""
        if target is not None and self._snapshot is not None:
            names = [job.arn for job in self._snapshot.jobs]
            if target in names:
                self.table.move_to(names.index(target))
        self._show()
        self._say()

    def reload(self) -> None:
        """Draws anew; the watcher asks by itself. Curves that could not be read are asked for once more."""
        self._asked = {arn for arn, curves in self._curves.items() if curves.training}
        self._show()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """All jobs, as of now."""
        chosen = self._job()
        self._snapshot = snapshot
        self.table.show(len(snapshot.jobs), self._rows)
        if chosen is not None:
            arns = [job.arn for job in snapshot.jobs]
            if chosen.arn in arns:
                self.table.move_to(arns.index(chosen.arn))
        self._show()
        self._say()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows the job under the cursor."""
        event.stop()
        self._show()
        self._say()

    def action_view(self) -> None:
        """Curves or parameters."""
        self._view = (self._view + 1) % len(_VIEWS)
        self._show()
        self._say()

    def action_detail(self) -> None:
        """To the job below."""
        self.bring(self.query_one("#job"))

    def back(self) -> bool:
        """Back to the list."""
        return self.leave_detail()

    def action_stop(self) -> None:
        """Asks, then stops the job under the cursor."""
        job = self._job()
        if job is None:
            return
        self.outcrop.refuse_if_read_only()
        if not job.running:
            self.say(f"{job.name} is {job.status.lower()}: there is nothing to stop", "warn")
            return
        from tui.widgets.confirm import Confirm

        facts = [
            ("job", job.name),
            ("where", str(self.workspace.location)),
            ("status", job.status),
            ("then", "what it has trained is lost; what it has used may be billed"),
        ]
        self.app.push_screen(Confirm("Stop this job?", facts), lambda yes: self._stop(job) if yes else None)

    def action_evaluate(self) -> None:
        """To Evaluate, with this job."""
        job = self._job()
        if job is not None and job.status != "Completed":
            self.say(f"{job.name} is {job.status.lower()}: only a completed job has a model", "warn")
        elif job is not None:
            self.post_message(StageOpened(keys.STAGE_NAMES.index("evaluate") + 1, job.arn))

    def copied(self) -> str:
        """The job's ARN."""
        job = self._job()
        return job.arn if job else ""

    def done(self, what: str, result: Any) -> None:
        """Curves came, a chart was drawn, or a stop was answered."""
        if what == "curves":
            arn, curves = result
            self._curves[arn] = curves
        elif what == "chart":
            key, lines = result
            self._charts = {key: lines}
        elif what == "stop":
            self.outcrop.action_refresh_stage()
        self._show()

    def _stop(self, job: "Job") -> None:
        workspace = self.workspace

        def work() -> None:
            from core.training.jobs import stop

            stop(workspace, job)

        in_thread(self, "stop", work)
        self.say(f"stopping {job.name}")

    def _job(self) -> "Job | None":
        if self._snapshot is None or not self._snapshot.jobs:
            return None
        return self._snapshot.jobs[min(self.table.cursor, len(self._snapshot.jobs) - 1)]

    def _rows(self, start: int, stop: int) -> list[Row]:
        snapshot = self._snapshot
        if snapshot is None:
            return []
        return [self._cells(snapshot, job) for job in snapshot.jobs[start:stop]]

    def _cells(self, snapshot: "JobsSnapshot", job: "Job") -> Row:
        ours = snapshot.ours.get(job.arn)
        base = self.workspace.catalog.find(job.base_model)
        glyph = glyphs.JOBS.get(job.status, glyphs.UNKNOWN)
        return (
            glyph,
            job.name,
            base.key if base else job.base_model.rpartition("/")[2],
            count(ours.export.records("train")) if ours else "?",
            job.hyperparameters.get("epochCount", ""),
            (_status(job), glyph[1]),
            "–" if job.training_loss is None else f"{job.training_loss:.2f}",
        )

    def _show(self) -> None:
        job = self._job()
        text = self.query_one("#job", TextView)
        if job is None:
            text.show(lambda _width: [])
            return
        self._ask_for_curves(job)
        now = self.workspace.clock.now()
        text.show(lambda width: self._lines(job, width, now), keep_place=True)

    def _lines(self, job: "Job", width: int, now: datetime) -> list[Line]:
        lines: list[Line] = [*_timeline(job, now, width)]
        if job.failure:
            lines += _failure(job, width)
        if _VIEWS[self._view] == "parameters":
            return [*lines, [], *_parameters(job, width)]
        events = _events(job, width)
        return [*lines, *self._chart(job, width, len(lines) + len(events) + 1), *events]

    def _chart(self, job: "Job", width: int, beside: int) -> list[Line]:
        curves = self._curves.get(job.arn)
        if curves is None or not curves.training:
            if job.running:
                return [[], [("Bedrock writes the loss when the job is done", "dim")], []]
            if curves is not None:
                return [[], [("There are no loss curves in its results yet: r looks again", "dim")], []]
            return []
        height = max(6, self.query_one("#job", TextView).size.height - beside)
        key = (job.arn, width, height)
        if key not in self._charts:
            self._draw(key, curves, width, height)
            return [[], [("drawing…", "dim")]]
        legend: list[Line] = [
            [("loss by step", "dim")],
            [("⠒⠒ ", "text"), ("training", "dim")],
            *([[("•  ", "accent"), ("validation", "dim")]] if curves.validation else []),
        ]
        return [*flow(legend, width), *self._charts[key]]

    def _draw(self, key: tuple[str, int, int], curves: "Curves", width: int, height: int) -> None:
        def work() -> tuple[tuple[str, int, int], list[Line]]:
            from tui.widgets import plot

            series = [plot.Series([p.step for p in curves.training], [p.loss for p in curves.training])]
            if curves.validation:
                steps, losses = [p.step for p in curves.validation], [p.loss for p in curves.validation]
                series.append(plot.Series(steps, losses, "accent", "•"))
            return key, plot.curves(series, width, height)

        in_thread(self, "chart", work)

    def _ask_for_curves(self, job: "Job") -> None:
        if job.status != "Completed" or job.arn in self._asked:
            return
        self._asked.add(job.arn)
        workspace = self.workspace

        def work() -> "tuple[str, Curves]":
            from core.training.metrics import read

            return job.arn, read(workspace.connection, job)

        in_thread(self, "curves", work)

    def _say(self) -> None:
        if self._snapshot is None:
            self.say("asking for the jobs…")
            return
        at = f"{self._snapshot.at.astimezone():%H:%M:%S}"
        self.tell(
            [(count(len(self._snapshot.jobs), "job"), "text"), (f"  {self._snapshot.location}  at {at}", "dim")],
            f"view: {_VIEWS[self._view]}",
        )


def _status(job: "Job") -> str:
    if job.running:
        phase = next((each for each in job.phases if each.status == job.status), None)
        started = f" {phase.started.astimezone():%H:%M}" if phase and phase.started else ""
        return f"{phase.name}{started}" if phase and job.status == "InProgress" else job.status.lower()
    took = duration((job.ended - job.created).total_seconds()) if job.ended else ""
    return f"{job.status.lower()} {took}".strip()


def _timeline(job: "Job", now: datetime, width: int) -> list[Line]:
    items: list[Line] = []
    for phase in job.phases:
        glyph = glyphs.JOBS.get(phase.status, glyphs.UNKNOWN)
        items.append([(f"{phase.name} ", "dim"), glyph, (_took(phase, now), "text")])
    if job.ended:
        items.append([(f"ended {when(job.ended, now)}", "dim")])
    return flow(items, width)


def _took(phase: "Phase", now: datetime) -> str:
    """How long a phase took, or when it began: a running clock would write to the line all the time."""
    if phase.started is None:
        return ""
    if phase.status == "InProgress":
        return f" since {when(phase.started, now)}"
    return " " + duration(max(0.0, ((phase.changed or now) - phase.started).total_seconds()))


def _failure(job: "Job", width: int) -> list[Line]:
    from core.training import explain

    lines: list[Line] = [[(line, "bad")] for line in wrap(job.failure, width)]
    found = explain(job.failure)
    if found is not None:
        lines += fact_lines([("that means", found.meaning), ("do", found.todo)], width, 12)
    return lines


def _parameters(job: "Job", width: int) -> list[Line]:
    rows = [
        *job.hyperparameters.items(),
        ("training", job.training_uri),
        ("validation", job.validation_uri),
        ("output", job.output_uri),
        ("model", job.model_arn or job.model_name),
        ("role", job.role),
        ("arn", job.arn),
    ]
    return fact_lines(rows, width, 26 if width >= 60 else 14)


def _events(job: "Job", width: int) -> list[Line]:
    found: list[tuple[datetime, str]] = [(job.created, "created")]
    for phase in job.phases:
        if phase.started:
            found.append((phase.started, f"{phase.name} started"))
        if phase.changed and phase.status in ("Completed", "Failed", "Stopped"):
            found.append((phase.changed, f"{phase.name} {phase.status.lower()}"))
    if job.ended:
        found.append((job.ended, job.status.lower()))
    latest = sorted(found, key=lambda event: event[0], reverse=True)[:4]
    items: list[Line] = [[(f"{moment.astimezone():%H:%M:%S} ", "dim"), (what, "text")] for moment, what in latest]
    return flow(items, width)[: 2 if width < 60 else 1]
