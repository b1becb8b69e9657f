"""The views of an evaluation: what was found is shown at once, what takes longer is made once it is looked at."""

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widget import Widget

from core.errors import OutcropError
from core.experiments import evaluated as finding
from core.experiments.evaluated import Evaluated
from core.text import count
from tui.evaluation.making import Making
from tui.present import comparison
from tui.present.line import Line, wrap
from tui.tabs.stage import Stage
from tui.widgets.table import Column, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.evaluation.views import FewShot
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot

VIEWS = ("scores", "histograms", "models", "cuts", "sizes", "few-shot", "batches", "examples")
_DRAWING: Sequence[Line] = [[("drawing…", "dim")]]


class Viewing(Stage):
    """The Evaluate tab without what is done with examples."""

    PANES = ("scores", "examples", "example")
    DEFAULT_CSS = """
    Viewing { layout: vertical; }
    Viewing > #scores { height: 1fr; }
    Viewing > #examples { height: 4fr; display: none; }
    Viewing > #example { height: 5fr; border-top: solid $line; display: none; }
    Viewing.-examples > #scores { display: none; }
    Viewing.-examples > #examples, Viewing.-examples > #example { display: block; }
    Viewing.-context > #examples { display: none; }
    Viewing.-context > #example { border-top: none; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._job = ""  # the job or the run that was asked for
        self._found: Evaluated | None = None
        self._view = 0
        self._making = Making(self)
        self._looking = False
        self._looked = 0  # times that the answers were looked for: what the batch jobs are asked anew after
        self._problem: OutcropError | None = None  # why nothing can be compared

    def compose(self) -> ComposeResult:
        """One text for all views but the examples, which are a list with one of them in full."""
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
    def view(self) -> str:
        """The name of what is shown."""
        return VIEWS[self._view]

    def panes(self) -> list[Widget]:
        """The examples and one of them, or the text alone."""
        shown = ("#examples", "#example") if self.view == "examples" else ("#scores",)
        return [self.query_one(name) for name in shown]

    def begin(self) -> None:
        """Looks for the newest evaluation, or for the job that was asked for, in the view that was shown last."""
        if isinstance(self._target, str):
            self._job = self._target
        kept = self.shell.settings.text("evaluate.view")
        if kept in VIEWS:
            self._turn_to(VIEWS.index(kept))
        self._looking = True
        self.call_after_refresh(self.reload)  # what computes takes its time to import

    def opened(self, target: Any = None) -> None:
        """For a job, when one was asked for."""
        if isinstance(target, str) and target != self._job:
            self._job, self._found = target, None
            self._turn_to(0)
            self.reload()
        self._say()

    def reload(self) -> None:
        """Computes the comparison from the answers that are there; asks nobody."""
        workspace, job = self.workspace, self._job
        self._looking = True
        self._looked += 1
        in_thread(self, "compare", lambda: finding.evaluated(workspace, job))

    def action_choose(self) -> None:
        """Which evaluation is shown."""
        from tui.widgets.overlay import Choosing

        entries = [(each.run, each.name, each.at) for each in finding.listed(self.workspace)]
        if not entries:
            self.say("Nothing is evaluated yet", "warn")
            return
        self.app.push_screen(Choosing(entries), self._chosen)

    def _chosen(self, run: str | None) -> None:
        if run:
            self._job = run
            self.reload()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """A job that has just completed can be evaluated, and is a point of the curve."""
        del snapshot
        if self._found is None or self.view == "sizes":
            self._show()

    def task_advanced(self, task: "Task") -> None:
        """An evaluation ended: shows it."""
        if task.argv[:1] == ("evaluate",) and task.state != "running":
            self.reload()

    def done(self, what: str, result: Any) -> None:
        """A comparison, a view's figures or a chart is ready."""
        if what == "compare":
            self._looking = False
            self._found, self._problem = result, None
        else:
            self._making.take(what, result)
        self._show()
        self._say()

    def failed(self, what: str, error: OutcropError) -> None:
        """What was looked for cannot be compared, or a view not be made: the view says so where it would be."""
        if what == "compare":
            self._looking = False
            self._found, self._problem = None, error
        elif not self._making.fail(what, error):
            super().failed(what, error)
        self._show()

    def action_view(self) -> None:
        """The next view."""
        self._turn_to((self._view + 1) % len(VIEWS))

    def back(self) -> bool:
        """From anything else to the scores."""
        if self._view == 0:
            return False
        self._turn_to(0)
        return True

    def copied(self) -> str:
        """What is shown, as text."""
        name = "#example" if self.view == "examples" else "#scores"
        return self.query_one(name, TextView).text()

    # What is shown

    def _candidate(self) -> "Job | None":
        snapshot = self.shell.jobs
        done = [job for job in (snapshot.jobs if snapshot else ()) if job.status == "Completed"]
        ours = [job for job in done if snapshot is not None and job.arn in snapshot.ours]
        shown = self._found.run.job if self._found else self._job
        return next((job for job in ours if job.arn == shown), ours[0] if ours else None)

    def _turn_to(self, view: int) -> None:
        self._view = view
        self.shell.settings.keep("evaluate.view", self.view)
        self.set_class(self.view == "examples", "-examples")
        self.bring(self.panes()[0])
        self._show(keep_place=False)
        self._say()

    def _show(self, *, keep_place: bool = True) -> None:
        if self.view != "examples":
            self.query_one("#scores", TextView).show(self._lines, keep_place=keep_place)

    def _lines(self, width: int) -> Sequence[Line]:
        if self.view == "batches":
            return self._batches(width)
        found = self._found
        if found is None:
            return self._nothing(width)
        if self.view == "histograms":
            return self._histograms(found, width)
        if self.view == "models":
            return self._models(found, width)
        if self.view == "cuts":
            from tui.present.evaluation import cut_lines

            return cut_lines(found.comparison, width)
        if self.view == "sizes":
            return self._sizes(found, width)
        if self.view == "few-shot":
            return self._shots(found, width)
        return comparison.lines(found.comparison, self.workspace.config, width, recall=found.recall)

    def _nothing(self, width: int) -> list[Line]:
        if self._looking:
            return [[("looking for answers…", "dim")]]
        if self._problem is not None:
            raise self._problem
        job = self._candidate()
        what = f"E evaluates {job.name}." if job else "No job of this project is done yet: 4 goes to Tune."
        return [
            [],
            [(" Nothing is evaluated yet.", "dim")],
            [],
            *([(" " + line, "dim")] for line in wrap(what, width - 1)),
        ]

    def _histograms(self, found: Evaluated, width: int) -> Sequence[Line]:
        height = max(8, self.query_one("#scores", TextView).size.height // 2)
        basis = found.run.id, width, height
        chart: Sequence[Line] | None = self._making.get(
            "histograms", basis, lambda: _charts().histograms(found, width, height)
        )
        return chart or _DRAWING

    def _models(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import model_lines

        made = self._every_model(found)
        return model_lines(made.comparisons, made.names, width) if made else [[("comparing…", "dim")]]

    def _every_model(self, found: Evaluated) -> finding.Models | None:
        workspace = self.workspace
        made: finding.Models | None = self._making.get(
            "models", (found.run.id, found.runs), lambda: finding.models(workspace, found)
        )
        return made

    def _sizes(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import size_lines

        workspace, snapshot = self.workspace, self.shell.jobs
        if snapshot is None:
            return [[("asking for the jobs…", "dim")]]
        basis = found.run.id, found.runs, snapshot.jobs
        curve = self._making.get("curve", basis, lambda: finding.sizes(workspace, found, snapshot.jobs))
        if curve is None:
            return [[("scoring…", "dim")]]
        below = size_lines(curve, width)
        height = max(8, self.query_one("#scores", TextView).size.height - len(below))
        chart = self._making.get("sizes", (curve, width, height), lambda: _charts().sizes(curve, width, height))
        return [*(chart or _DRAWING), *below]

    def _shots(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import shot_lines

        workspace = self.workspace
        basis = found.run.id, found.runs
        made: FewShot | None = self._making.get("shots", basis, lambda: finding.shots(workspace, found))
        if made is None:
            return [[("scoring…", "dim")]]
        below = shot_lines(made, width)
        height = max(8, self.query_one("#scores", TextView).size.height - len(below))
        size = width, height
        chart = self._making.get("few-shot", (made, size), lambda: _charts().shots(made, found, *size))
        return [*(chart or _DRAWING), *below]

    def _batches(self, width: int) -> Sequence[Line]:
        from tui.present.evaluation import batch_lines

        workspace = self.workspace
        jobs = self._making.get("batches", self._looked, lambda: finding.batches(workspace))
        if jobs is None:
            return [[("asking for the batch jobs…", "dim")]]
        return batch_lines(jobs, workspace.clock.now(), width)

    def _say(self) -> None:
        found = self._found
        name = f"{found.name}  {count(found.comparison.n, 'question')}" if found else "not evaluated"
        self.tell([(name, "text"), (f"  {self.workspace.location}", "dim")], f"view: {self.view}")


def _charts() -> ModuleType:
    from tui.evaluation import charts

    return charts
