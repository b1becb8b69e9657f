"""Loss curves of one job, or of several laid over each other: read, smoothed, and drawn by plotext in a thread."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from core.drawing import drawable
from core.errors import RefusedError
from core.text import decimal
from tui.present.line import Line, flow
from tui.tabs.jobs.selection import JobsSelection
from tui.tabs.stage import Action, Stage
from tui.widgets import plot
from tui.widgets.plot import Series

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.training.loss_curves import Along, Curves, Measure
    from tui.widgets.plot import Series

_STYLES = ("text", "accent", "good", "warn", "bad")
_MARKERS = ("braille", "•", "×", "+", "*")  # told apart without colour
_MOST = len(_MARKERS)  # jobs whose curves can be laid over each other
_EPOCHS = 0  # a window that takes in a whole epoch
_WINDOWS = (1, 5, 25, _EPOCHS)  # steps that the moving average takes in
_VIEWS = ("loss", "perplexity")  # that have curves
_LOWEST = 6  # lines of a chart


class Chart(msgspec.Struct, frozen=True):
    """What a chart shows: jobs by ARN with their names, the measure, the smoothing and the size in cells."""

    jobs: tuple[tuple[str, str], ...]
    measure: "Measure"
    window: int
    width: int
    height: int


class CurveView:
    """The curves of the job under the cursor, and of those that are marked."""

    def __init__(
        self, stage: Stage, selection: JobsSelection, *, view: Callable[[], str], changed: Callable[[], None]
    ) -> None:
        """Prepares the view.

        Args:
            stage: The tab.
            selection: What the tab shows.
            view: Names the view of the job that is in sight.
            changed: Called when curves were read, drawn, marked or smoothed.
        """
        self._stage, self._selection, self._view, self._changed = stage, selection, view, changed
        self._curves: dict[str, Curves] = {}
        self._asked: set[str] = set()
        self._charts: dict[Chart, list[Line]] = {}
        self._drawing: Chart | None = None
        self._window = 0
        self.marked: list[str] = []

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"smooth": self.smooth, "overlay": self.overlay}

    @property
    def smoothing(self) -> str:
        """How the curves are smoothed, in words."""
        return smoothing(_WINDOWS[self._window])

    def restore(self) -> None:
        """Smooths as it was left."""
        self._window = self._stage.shell.settings.number("jobs.window", 0) % len(_WINDOWS)

    def forget(self) -> None:
        """Reads again what could not be read."""
        self._asked = {arn for arn, curves in self._curves.items() if has_points(curves)}

    def smooth(self) -> None:
        """The next smoothing of the curves."""
        if self._view() not in _VIEWS:
            raise RefusedError(f"There are no curves in the view {self._view()}", todo="v goes to the loss")
        self._window = (self._window + 1) % len(_WINDOWS)
        self._stage.shell.settings.keep("jobs.window", self._window)
        self._changed()

    def overlay(self) -> None:
        """Lays the curves of this job over those of others, or takes them away again."""
        job = self._selection.job()
        if job.arn in self.marked:
            self.marked.remove(job.arn)
        elif job.status != "Completed":
            raise RefusedError(f"{job.name} is {job.status.lower()}", why="only a completed job has curves")
        elif len(self.marked) == _MOST:
            raise RefusedError(f"{_MOST} jobs are laid over each other already", todo="o takes one away")
        else:
            self.marked.append(job.arn)
        self._changed()
        if self.marked == [job.arn]:
            self._stage.bar.say([("one curve alone", "warn"), (f"  {self._others()}", "dim")])

    def ask(self) -> None:
        """Reads the curves that are to be shown, those of each job once."""
        jobs = {job.arn: job for job in self._selection.all_jobs()}
        here = self._selection.item
        for arn in dict.fromkeys([*self.marked, here.arn if here else ""]):
            job = jobs.get(arn)
            if job is None or job.status != "Completed" or not job.detailed or arn in self._asked:
                continue
            self._asked.add(arn)
            self._read(job)

    def lines(self, job: "Job", measure: "Measure", width: int, height: int) -> list[Line]:
        """The chart of a job, or of those that are marked.

        Args:
            job: Under the cursor.
            measure: What is drawn.
            width: In cells.
            height: Lines that there is room for, legend included.
        """
        names = {each.arn: each.name for each in self._selection.all_jobs()}
        drawn = [arn for arn in self.marked or [job.arn] if arn in self._curves and has_points(self._curves[arn])]
        if not drawn:
            return self._no_chart(job)
        chart = Chart(tuple((arn, names.get(arn, arn)) for arn in drawn), measure, _WINDOWS[self._window], width, 0)
        head = legend(chart, self._curves, width)
        chart = msgspec.structs.replace(chart, height=max(_LOWEST, height - len(head)))
        if chart not in self._charts:
            self._draw(chart)
            return [[], [("drawing…", "dim")]]
        return [*head, *self._charts[chart]]

    def _no_chart(self, job: "Job") -> list[Line]:
        if job.running:
            return [[], [("Bedrock writes the loss when the job is done", "dim")], []]
        if job.arn in self._curves:
            return [[], [("There are no loss curves in its results yet: r looks again", "dim")], []]
        return []

    def _others(self) -> str:
        """What can be laid over a job's curve."""
        done = sum(each.status == "Completed" for each in self._selection.all_jobs()) - 1
        if done < 1:
            return "no other job is completed yet"
        return "o on another completed job lays its curve over this one"

    def _draw(self, chart: Chart) -> None:
        if chart == self._drawing:
            return
        self._drawing = chart
        curves = {arn: self._curves[arn] for arn, _ in chart.jobs}

        def drawn(lines: list[Line]) -> None:
            self._charts, self._drawing = {chart: lines}, None
            self._changed()

        self._stage.in_thread("chart", lambda: draw(chart, curves), drawn)

    def _read(self, job: "Job") -> None:
        connection = self._stage.workspace.connection

        def work() -> "Curves":
            from core.training.loss_curves import read

            return read(connection, job)

        def take(curves: "Curves") -> None:
            self._curves[job.arn] = curves
            self._changed()

        self._stage.in_thread("curves", work, take)


def smoothing(window: int) -> str:
    """A window in words."""
    if window == _EPOCHS:
        return "by epoch"
    return "by step" if window == 1 else f"by step, mean of {window}"


def legend(chart: Chart, curves: Mapping[str, "Curves"], width: int) -> list[Line]:
    """Names what is drawn, and how each curve is marked."""
    title: Line = [(f"{chart.measure} {smoothing(chart.window)}", "dim")]
    if len(chart.jobs) == 1:
        shown = curves[chart.jobs[0][0]]
        validation: list[Line] = [[("•  ", "accent"), ("validation", "dim")]] if shown.validation else []
        return flow([title, [("⠒⠒ ", "text"), ("training", "dim"), *_gap(shown)], *validation], width)
    names: list[Line] = []
    for (arn, name), marker, style in zip(chart.jobs, _MARKERS, _STYLES, strict=False):
        last = curves[arn].validation
        end = f" (validation {decimal(last[-1].loss, 2)})" if last else ""
        names.append(
            [("⠒⠒ " if marker == "braille" else f"{marker}  ", style), (name + end, "dim"), *_gap(curves[arn])]
        )
    return flow([title, *names], width)


def has_points(curves: "Curves") -> bool:
    """Whether there is anything to draw."""
    return bool(curves.training or curves.validation)


def _gap(curves: "Curves") -> Line:
    """Where a training loss is not a number, as it is when a job has diverged."""
    step = next((point.step for point in curves.training if not drawable(point.loss)), None)
    return [] if step is None else [(f" no finite loss at step {step}", "bad")]


def draw(chart: Chart, curves: Mapping[str, "Curves"]) -> list[Line]:
    """The chart's lines; called in a thread."""
    return plot.curves(_series(chart, curves), chart.width, chart.height)


def _series(chart: Chart, curves: Mapping[str, "Curves"]) -> "Sequence[Series]":
    from core.training.loss_curves import curve

    along: Along = "epoch" if chart.window == _EPOCHS else "step"
    found = []
    for (arn, _), marker, style in zip(chart.jobs, _MARKERS, _STYLES, strict=False):
        line = curve(curves[arn].training, chart.measure, along, chart.window)
        found.append(Series(line.at, line.values, style, marker))
        if len(chart.jobs) == 1 and curves[arn].validation:
            points = curve(curves[arn].validation, chart.measure, along)
            found.append(Series(points.at, points.values, "accent", "•"))
    return found
