"""Stage 6 on screen: base against tuned on the test set, what the gain is made of, histograms, examples."""

from collections.abc import Sequence
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.widget import Widget

from core.errors import OutcropError
from core.text import count
from tui import keys
from tui.tabs.stage import Stage
from tui.widgets.evaluation_text import example_lines, score_lines
from tui.widgets.line import Line, wrap
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.evaluation.comparison import Comparison
    from core.evaluation.runs import Run
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot

_VIEWS = ("scores", "histograms", "examples")


class Evaluated(msgspec.Struct, frozen=True):
    """The run of a tuned model, its job's name, and the comparison with the base."""

    run: "Run"
    name: str
    comparison: "Comparison"


class EvaluateTab(Stage):
    """The Evaluate tab."""

    SCOPE = "evaluate"
    PANES = ("scores", "examples", "example")
    BINDINGS = keys.bindings("evaluate")
    DEFAULT_CSS = """
    EvaluateTab { layout: vertical; }
    EvaluateTab > #scores { height: 1fr; }
    EvaluateTab > #examples { height: 4fr; display: none; }
    EvaluateTab > #example { height: 5fr; border-top: solid $line; display: none; }
    EvaluateTab.-examples > #scores { display: none; }
    EvaluateTab.-examples > #examples, EvaluateTab.-examples > #example { display: block; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._job = ""
        self._found: Evaluated | None = None
        self._view = 0
        self._charts: tuple[tuple[int, int], list[Line]] | None = None
        self._looking = False

    def compose(self) -> ComposeResult:
        """Scores and histograms, or the examples with one of them in full."""
        yield TextView(id="scores")
        yield Table(
            [
                Column("Δ F1", 5, right=True),
                Column("type", 10, least=60),
                Column("question"),
                Column("truth", 16, least=60),
                Column("tuned", 18, least=60),
            ],
            empty=["No examples yet.", "", "E evaluates a job."],
            id="examples",
        )
        yield TextView(id="example")

    @property
    def table(self) -> Table:
        """The examples."""
        return self.query_one("#examples", Table)

    def panes(self) -> list[Widget]:
        """The examples and one of them, or the scores alone."""
        shown = ("#examples", "#example") if _VIEWS[self._view] == "examples" else ("#scores",)
        return [self.query_one(name) for name in shown]

    def begin(self) -> None:
        """Looks for the newest evaluation, or for the job that was asked for."""
        if isinstance(self._target, str):
            self._job = self._target
        self.reload()

    def opened(self, target: Any = None) -> None:
        """For a job, when one was asked for."""
        if isinstance(target, str) and target != self._job:
            self._job, self._found, self._view = target, None, 0
            self._turn_to(0)
            self.reload()
        self._say()

    def reload(self) -> None:
        """Computes the comparison from the answers that are there; asks nobody."""
        workspace, job = self.workspace, self._job
        self._looking = True

        def work() -> Evaluated | None:
            from core.experiments.evaluation_round import find_comparison, job_name

            found = find_comparison(workspace, job)
            return Evaluated(found[0], job_name(workspace, found[0]), found[1]) if found else None

        in_thread(self, "compare", work)

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """A job that has just completed can be evaluated."""
        del snapshot
        if self._found is None:
            self._show()

    def task_advanced(self, task: "Task") -> None:
        """An evaluation ended: shows it."""
        if task.argv[:1] == ("evaluate",) and task.state != "running":
            self.reload()

    def done(self, what: str, result: Any) -> None:
        """A comparison or a chart is ready."""
        if what == "compare":
            self._looking = False
            self._found, self._charts = result, None
            self._fill()
        elif what == "chart":
            self._charts = result
        self._show()
        self._say()

    def failed(self, what: str, error: OutcropError) -> None:
        """What was looked for cannot be compared."""
        self._looking = False
        self._show()
        super().failed(what, error)

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows the example under the cursor."""
        event.stop()
        self._show_example()

    def action_view(self) -> None:
        """Scores, histograms, examples."""
        self._turn_to((self._view + 1) % len(_VIEWS))

    def action_detail(self) -> None:
        """To the example in full."""
        if _VIEWS[self._view] == "examples":
            self.bring(self.query_one("#example"))

    def back(self) -> bool:
        """From an example to the list, from there to the scores."""
        if self.leave_detail():
            return True
        if self._view == 0:
            return False
        self._turn_to(0)
        return True

    def action_evaluate(self) -> None:
        """Shows the facts, and evaluates once they are confirmed."""
        job = self._candidate()
        if job is None:
            self.say("No job of this project is done yet: 4 goes to Tune", "warn")
            return
        self.outcrop.refuse_if_read_only()
        from core.experiments.evaluation_round import facts
        from tui.widgets.confirm import Confirm

        question = Confirm("Evaluate this job against its base model?", facts(self.workspace, job))
        self.app.push_screen(question, lambda yes: self._evaluate(job) if yes else None)

    def copied(self) -> str:
        """The scores as text, or the example."""
        name = "#example" if _VIEWS[self._view] == "examples" else "#scores"
        return self.query_one(name, TextView).text()

    def _evaluate(self, job: "Job") -> None:
        self._job = job.arn
        if self.attempt(lambda: start_task(self.workspace, "evaluate", "evaluate", job.arn, "--yes")):
            self.say(f"evaluating {job.name}")

    def _candidate(self) -> "Job | None":
        snapshot = self.outcrop.jobs
        done = [job for job in (snapshot.jobs if snapshot else ()) if job.status == "Completed"]
        ours = [job for job in done if snapshot is not None and job.arn in snapshot.ours]
        return next((job for job in ours if job.arn == self._job), ours[0] if ours else None)

    def _turn_to(self, view: int) -> None:
        self._view = view
        self.set_class(_VIEWS[view] == "examples", "-examples")
        self.bring(self.panes()[0])
        self._show()
        self._say()

    def _fill(self) -> None:
        examples = self._found.comparison.examples if self._found else ()

        def rows(start: int, stop: int) -> list[Row]:
            return [
                (
                    (f"{each.change:+.0f}", "bad" if each.change < 0 else "good" if each.change > 0 else "dim"),
                    each.kind,
                    each.question,
                    each.truth,
                    each.tuned,
                )
                for each in examples[start:stop]
            ]

        self.table.show(len(examples), rows)

    def _show(self) -> None:
        if _VIEWS[self._view] == "examples":
            self._show_example()
        else:
            self.query_one("#scores", TextView).show(self._lines, keep_place=True)

    def _show_example(self) -> None:
        examples = self._found.comparison.examples if self._found else ()
        if examples:
            example = examples[min(self.table.cursor, len(examples) - 1)]
            self.query_one("#example", TextView).show(lambda width: example_lines(example, width))

    def _lines(self, width: int) -> Sequence[Line]:
        found = self._found
        if found is None:
            if self._looking:
                return [[("looking for answers…", "dim")]]
            job = self._candidate()
            what = f"E evaluates {job.name}." if job else "No job of this project is done yet: 4 goes to Tune."
            return [
                [],
                [(" Nothing is evaluated yet.", "dim")],
                [],
                *([(" " + line, "dim")] for line in wrap(what, width - 1)),
            ]
        if _VIEWS[self._view] == "histograms":
            return self._histograms(found, width)
        return score_lines(found.comparison, self.workspace.config, width)

    def _histograms(self, found: Evaluated, width: int) -> list[Line]:
        height = max(8, self.query_one("#scores", TextView).size.height // 2)
        key = (width, height)
        if self._charts is None or self._charts[0] != key:
            comparison = found.comparison

            def work() -> tuple[tuple[int, int], list[Line]]:
                return key, _charts(comparison, width, height)

            in_thread(self, "chart", work)
            return [[("drawing…", "dim")]]
        return self._charts[1]

    def _say(self) -> None:
        found = self._found
        name = f"{found.name}  {count(found.comparison.n, 'question')}" if found else "not evaluated"
        self.tell([(name, "text"), (f"  {self.workspace.location}", "dim")], f"view: {_VIEWS[self._view]}")


def _charts(found: "Comparison", width: int, height: int) -> list[Line]:
    from tui.widgets import plot

    sides = (found.base, found.tuned)
    what = "tokens an answer, mean" if width >= 60 else "tokens"
    score = "F1, mean" if width >= 60 else "F1"
    tokens = [
        plot.Bars(f"{each.run.label}: {what} {each.tokens.mean:.0f}", bins.edges, bins.counts)
        for each, bins in zip(sides, found.token_bins, strict=True)
    ]
    scores = [
        plot.Bars(f"{each.run.label}: {score} {each.squad_f1.value:.0f}", bins.edges, bins.counts)
        for each, bins in zip(sides, found.f1_bins, strict=True)
    ]
    return [*plot.histograms(tokens, width, height), *plot.histograms(scores, width, height)]
