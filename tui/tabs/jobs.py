"""Stage 5 on screen: every job live, its phases with their times, its loss curves when done, why it failed."""

from datetime import datetime
from typing import Any

from textual.app import ComposeResult

from core.text import count, duration, when
from tui import keys
from tui.messages import Done, StageOpened
from tui.tabs.stage import Stage
from tui.widgets.line import Line, Span, fact_lines, wrap
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job, Phase
    from core.training.jobs import JobsSnapshot
    from core.training.metrics import Curves

GLYPHS: dict[str, Span] = {
    "InProgress": ("◐", "accent"),
    "Completed": ("✓", "good"),
    "Failed": ("✗", "bad"),
    "Stopping": ("■", "warn"),
    "Stopped": ("■", "warn"),
    "NotStarted": ("◌", "dim"),
}
_VIEWS = ("curves", "parameters")


class Tab(Stage):
    """The Jobs tab."""

    SCOPE = "jobs"
    BINDINGS = [*keys.bindings("jobs"), ("enter", "detail", "job")]
    DEFAULT_CSS = """
    Tab #jobs { height: 7; min-height: 3; }
    Tab #job { height: 1fr; border-top: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._snapshot: JobsSnapshot | None = None
        self._curves: dict[str, Curves] = {}
        self._charts: dict[tuple[str, int, int], list[str]] = {}
        self._view = 0
        self._asked: set[str] = set()

    def compose(self) -> ComposeResult:
        """The jobs, and below them the one under the cursor."""
        yield Table(
            [
                Column("", 1),
                Column("job"),
                Column("model", 14),
                Column("n", 6, right=True),
                Column("ep", 3, right=True),
                Column("status", 20),
                Column("loss", 6, right=True),
            ],
            empty=["No jobs yet. 4 goes to Tune, where S submits one."],
            id="jobs",
        )
        yield TextView(id="job")

    @property
    def table(self) -> Table:
        """The jobs."""
        return self.query_one("#jobs", Table)

    def on_mount(self) -> None:
        """Shows what is known already."""
        if self.outcrop.jobs is not None:
            self.jobs_polled(self.outcrop.jobs)

    def opened(self, target: Any = None) -> None:
        """The keys go to the jobs."""
        self.table.focus()
        if target is not None and self._snapshot is not None:
            names = [job.arn for job in self._snapshot.jobs]
            if target in names:
                self.table.move_to(names.index(target))
        self._say()

    def on_resize(self) -> None:
        """A third of the pane is for the list."""
        self.table.styles.height = max(3, self.size.height // 3 + 1)

    def reload(self) -> None:
        """Draws anew; the watcher asks by itself."""
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
        self.query_one("#job", TextView).focus()

    def back(self) -> bool:
        """Back to the list."""
        self.table.focus()
        return True

    def action_stop(self) -> None:
        """Asks, then stops the job under the cursor."""
        job = self._job()
        if job is None or not self.attempt(self.outcrop.refuse_if_read_only):
            return
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

    def on_done(self, event: Done) -> None:
        """Curves came, a chart was drawn, or a stop was answered."""
        event.stop()
        if event.error is not None:
            self.outcrop.complain(event.error)
            return
        if event.what == "curves":
            arn, curves = event.result
            self._curves[arn] = curves
        elif event.what == "chart":
            key, lines = event.result
            self._charts = {key: lines}
        elif event.what == "stop":
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
        glyph = GLYPHS[job.status]
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
        lines: list[Line] = [_timeline(job, now)]
        if job.failure:
            lines += _failure(job, width)
        if _VIEWS[self._view] == "parameters":
            return [*lines, [], *_parameters(job, width)]
        return [*lines, *self._chart(job, width), *_events(job)]

    def _chart(self, job: "Job", width: int) -> list[Line]:
        curves = self._curves.get(job.arn)
        if curves is None or not curves.training:
            if job.running:
                return [[], [("Bedrock writes the loss when the job is done", "dim")]]
            return []
        height = max(6, self.query_one("#job", TextView).size.height - 3)
        key = (job.arn, width, height)
        if key not in self._charts:
            self._draw(key, curves, width, height)
            return [[], [("drawing…", "dim")]]
        legend: Line = [
            ("loss   ", "dim"),
            ("── training  ", "text"),
            ("┄┄ validation", "text"),
            ("   by step", "dim"),
        ]
        return [legend, *([(line, "text")] for line in self._charts[key])]

    def _draw(self, key: tuple[str, int, int], curves: "Curves", width: int, height: int) -> None:
        def work() -> tuple[tuple[str, int, int], list[str]]:
            from tui.widgets import plot

            series = [
                plot.Series("training", [p.step for p in curves.training], [p.loss for p in curves.training]),
                plot.Series(
                    "validation",
                    [p.step for p in curves.validation],
                    [p.loss for p in curves.validation],
                    dashed=True,
                ),
            ]
            return key, plot.curves([each for each in series if each.x], width, height)

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
        self.bar.show(
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


def _timeline(job: "Job", now: datetime) -> Line:
    spans: list[Span] = []
    for phase in job.phases:
        spans += [(f"{phase.name} ", "dim"), GLYPHS.get(phase.status, ("?", "dim")), (_took(phase, now), "text")]
        spans.append(("   ", "text"))
    if job.ended:
        spans.append((f"ended {when(job.ended, now)}", "dim"))
    return spans


def _took(phase: "Phase", now: datetime) -> str:
    if phase.started is None:
        return ""
    end = now if phase.status == "InProgress" else phase.changed or now
    return " " + duration(max(0.0, (end - phase.started).total_seconds()))


def _failure(job: "Job", width: int) -> list[Line]:
    from core.training import explain

    lines: list[Line] = [[(line, "bad")] for line in wrap(job.failure, width)]
    found = explain(job.failure)
    if found is not None:
        lines += [[("that means  ", "dim"), (found.meaning, "text")], [("do          ", "dim"), (found.todo, "text")]]
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
    return fact_lines(rows, width, 26)


def _events(job: "Job") -> list[Line]:
    found: list[tuple[datetime, str]] = [(job.created, "created")]
    for phase in job.phases:
        if phase.started:
            found.append((phase.started, f"{phase.name} started"))
        if phase.changed and phase.status in ("Completed", "Failed", "Stopped"):
            found.append((phase.changed, f"{phase.name} {phase.status.lower()}"))
    if job.ended:
        found.append((job.ended, job.status.lower()))
    spans: list[Span] = []
    for moment, what in sorted(found, reverse=True)[:4]:
        spans += [(f"{moment.astimezone():%H:%M:%S} ", "dim"), (f"{what}   ", "text")]
    return [spans]
