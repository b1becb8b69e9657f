"""Stage 6 on screen: base against tuned on the test set, what the gain is made of, histograms, examples."""

from typing import Any

import msgspec
from textual.app import ComposeResult

from core.text import count
from tui import keys
from tui.messages import Done
from tui.tabs.stage import Stage
from tui.widgets.evaluation_text import example_lines, score_lines
from tui.widgets.line import Line
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


class Tab(Stage):
    """The Evaluate tab."""

    SCOPE = "evaluate"
    BINDINGS = [*keys.bindings("evaluate"), ("enter", "detail", "example")]
    DEFAULT_CSS = """
    Tab #scores { height: 1fr; }
    Tab #examples { height: 9; display: none; }
    Tab #example { height: 1fr; border-top: solid $line; display: none; }
    Tab.-examples #scores { display: none; }
    Tab.-examples #examples { display: block; }
    Tab.-examples #example { display: block; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._job = ""
        self._found: Evaluated | None = None
        self._view = 0
        self._charts: tuple[tuple[int, int], list[str]] | None = None
        self._looking = False

    def compose(self) -> ComposeResult:
        """Scores and histograms, or the examples with one of them in full."""
        yield TextView(id="scores")
        yield Table(
            [
                Column("Δ F1", 6, right=True),
                Column("type", 10),
                Column("question"),
                Column("truth", 16),
                Column("tuned", 18),
            ],
            empty=["No examples yet: E evaluates a job."],
            id="examples",
        )
        yield TextView(id="example")

    @property
    def table(self) -> Table:
        """The examples."""
        return self.query_one("#examples", Table)

    def on_mount(self) -> None:
        """Looks for the newest evaluation."""
        self.reload()

    def opened(self, target: Any = None) -> None:
        """For a job, when one was asked for."""
        if isinstance(target, str):
            self._job, self._found = target, None
            self.reload()
            if self._view != 0:
                self._turn_to(0)
        self._focus()
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
        if self.display and self._found is None:
            self._show()

    def task_advanced(self, task: "Task") -> None:
        """An evaluation ended: shows it."""
        if task.argv[:1] == ("evaluate",) and task.state != "running":
            self.reload()

    def on_done(self, event: Done) -> None:
        """A comparison or a chart is ready."""
        event.stop()
        if event.error is not None:
            self.outcrop.complain(event.error)
        elif event.what == "compare":
            self._looking = False
            self._found, self._charts = event.result, None
            self._fill()
        elif event.what == "chart":
            self._charts = event.result
        self._show()

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
            self.query_one("#example", TextView).focus()

    def back(self) -> bool:
        """From an example to the list, from there to the scores."""
        if _VIEWS[self._view] != "examples":
            return False
        if self.table.has_focus:
            self._turn_to(0)
        else:
            self.table.focus()
        return True

    def action_evaluate(self) -> None:
        """Shows the facts, and evaluates once they are confirmed."""
        job = self._candidate()
        if job is None:
            self.say("No job of this project is done yet: 4 goes to Tune", "warn")
            return
        if not self.attempt(self.outcrop.refuse_if_read_only):
            return
        from tui.widgets.confirm import Confirm

        def ask() -> None:
            from core.experiments.evaluation_round import facts

            question = Confirm("Evaluate this job against its base model?", facts(self.workspace, job))
            self.app.push_screen(question, lambda yes: self._evaluate(job) if yes else None)

        self.attempt(ask)

    def copied(self) -> str:
        """The scores as text, or the example."""
        name = "#example" if _VIEWS[self._view] == "examples" else "#scores"
        return self.query_one(name, TextView).text()

    def _evaluate(self, job: "Job") -> None:
        self._job = job.arn
        start_task(self.workspace, "evaluate", "evaluate", job.arn, "--yes")
        self.say(f"evaluating {job.name}")

    def _candidate(self) -> "Job | None":
        snapshot = self.outcrop.jobs
        done = [job for job in (snapshot.jobs if snapshot else ()) if job.status == "Completed"]
        ours = [job for job in done if snapshot is not None and job.arn in snapshot.ours]
        return next((job for job in ours if job.arn == self._job), ours[0] if ours else None)

    def _turn_to(self, view: int) -> None:
        self._view = view
        self.set_class(_VIEWS[view] == "examples", "-examples")
        self._focus()
        self._show()
        self._say()

    def _focus(self) -> None:
        if _VIEWS[self._view] == "examples":
            self.table.focus()
        else:
            self.query_one("#scores", TextView).focus()

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

    def _lines(self, width: int) -> list[Line]:
        found = self._found
        if found is None:
            if self._looking:
                return [[("looking for answers…", "dim")]]
            job = self._candidate()
            what = f"E evaluates {job.name}." if job else "No job of this project is done yet: 4 goes to Tune."
            return [[], [("  Nothing is evaluated yet.", "dim")], [("  " + what, "dim")]]
        if _VIEWS[self._view] == "histograms":
            return self._histograms(found, width)
        return score_lines(found.comparison, self.workspace.config, width)

    def _histograms(self, found: Evaluated, width: int) -> list[Line]:
        height = max(8, self.query_one("#scores", TextView).size.height // 2)
        key = (width, height)
        if self._charts is None or self._charts[0] != key:
            comparison = found.comparison

            def work() -> tuple[tuple[int, int], list[str]]:
                return key, _charts(comparison, width, height)

            in_thread(self, "chart", work)
            return [[("drawing…", "dim")]]
        return [[(line, "text")] for line in self._charts[1]]

    def _say(self) -> None:
        found = self._found
        name = f"{found.name}  {count(found.comparison.n, 'question')}" if found else "not evaluated"
        self.bar.show([(name, "text"), (f"  {self.workspace.location}", "dim")], f"view: {_VIEWS[self._view]}")


def _charts(found: "Comparison", width: int, height: int) -> list[str]:
    from tui.widgets import plot

    sides = (found.base, found.tuned)
    tokens = [
        plot.Bars(f"{each.run.label}: tokens an answer, mean {each.tokens.mean:.0f}", bins.edges, bins.counts)
        for each, bins in zip(sides, found.token_bins, strict=True)
    ]
    scores = [
        plot.Bars(f"{each.run.label}: F1, mean {each.squad_f1.value:.0f}", bins.edges, bins.counts)
        for each, bins in zip(sides, found.f1_bins, strict=True)
    ]
    return [*plot.histograms(tokens, width, height), *plot.histograms(scores, width, height)]
