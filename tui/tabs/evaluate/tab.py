"""The Evaluate tab: one text for all views but the examples, which are a list with one of them in full."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widget import Widget

from core.experiments.evaluated import listed
from core.text import count
from tui import keys
from tui.tabs.evaluate.asking import EvaluateActions
from tui.tabs.evaluate.examples import ExampleList
from tui.tabs.evaluate.figures import Figures
from tui.tabs.evaluate.selection import EvaluateSelection, look
from tui.tabs.evaluate.views import EvaluationViews
from tui.tabs.stage import Stage
from tui.widgets.table import Table
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot

VIEWS = ("scores", "histograms", "models", "cuts", "sizes", "few-shot", "batches", "examples")


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
    EvaluateTab.-context > #examples { display: none; }
    EvaluateTab.-context > #example { border-top: none; }
    """

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__(target)
        self._view = 0
        self.selection = EvaluateSelection()
        self._text = TextView(id="scores")
        self.figures = Figures(self, self._figure_made)
        self._views = EvaluationViews(self, self.selection, self.figures, lambda: self._text.size.height)
        self._examples = ExampleList(self, self.selection, self._views.every_model, bring=self._bring_examples)
        self.bind_actions(self._examples, EvaluateActions(self, self.selection))

    def compose(self) -> ComposeResult:
        """The text, and in its place the examples above one of them."""
        yield self._text
        yield self._examples.table
        yield self._examples.pane

    @property
    def view(self) -> str:
        """The name of what is shown."""
        return VIEWS[self._view]

    def panes(self) -> list[Widget]:
        """The examples and one of them, that one alone, or the text alone."""
        if self.view != "examples":
            return [self._text]
        return [self._examples.pane] if self._examples.whole else [self._examples.table, self._examples.pane]

    # News

    def begin(self) -> None:
        """Looks for the newest evaluation, or for the job that was asked for, in the view that was shown last."""
        if isinstance(self._target, str):
            self.selection.wanted = self._target
        self._examples.restore()
        kept = self.shell.settings.text("evaluate.view")
        if kept in VIEWS:
            self._turn_to(VIEWS.index(kept))
        self.selection.looking = True
        self.call_after_refresh(self.reload)  # what computes takes its time to import

    def opened(self, target: int | str | None = None) -> None:
        """For a job, when one was asked for."""
        if isinstance(target, str) and target != self.selection.wanted:
            self.selection.wanted, self.selection.found = target, None
            self._turn_to(0)
            self.reload()
        self.say_state()

    def reload(self) -> None:
        """Computes the comparison from the answers that are there; asks nobody."""
        look(self, self.selection, self._found)

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """A job that has just completed can be evaluated, and is a point of the curve."""
        del snapshot
        if self.selection.found is None or self.view == "sizes":
            self._show()

    def task_advanced(self, task: "Task") -> None:
        """An evaluation ended: shows it."""
        if task.argv[:1] == ("evaluate",) and task.state != "running":
            self.reload()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows the example under the cursor."""
        event.stop()
        self._examples.show()

    # Keys

    def action_choose(self) -> None:
        """Which evaluation is shown."""
        from tui.widgets.dialogs import ChoiceDialog

        entries = [(each.run, each.name, each.at) for each in listed(self.workspace)]
        if not entries:
            self.say("Nothing is evaluated yet", "warn")
            return
        self.dialog(ChoiceDialog(entries), self._chosen)

    def action_view(self) -> None:
        """The next view."""
        self._turn_to((self._view + 1) % len(VIEWS))

    def action_detail(self) -> None:
        """From the scores to the examples, from the list to what one of them was asked."""
        if self.view != "examples":
            self._bring_examples()
        elif self._examples.listed:
            self._see_whole(not self._examples.whole)

    def back(self) -> bool:
        """From an example's context to the list, from there to all examples, then to the scores."""
        if self.view == "examples":
            if self._examples.whole:
                self._see_whole(False)
                return True
            if self.leave_detail():
                return True
            if self._examples.filter:
                self._examples.apply("")
                return True
        if self._view == 0:
            return False
        self._turn_to(0)
        return True

    def copied(self) -> str:
        """What is shown, as text."""
        return (self._examples.pane if self.view == "examples" else self._text).text()

    # What is shown

    def _found(self) -> None:
        if self.selection.found is not None or self.selection.problem is None:
            self._examples.fill()
        self._show()
        self.say_state()

    def _figure_made(self) -> None:
        self._show()
        self.say_state()

    def _chosen(self, run: str | None) -> None:
        if run:
            self.selection.wanted = run
            self.reload()

    def _bring_examples(self) -> None:
        if self.view != "examples":
            self._turn_to(VIEWS.index("examples"))

    def _see_whole(self, seen: bool) -> None:
        self._examples.whole = seen
        self.set_class(seen, "-context")
        self.bring(self.panes()[0])
        self._examples.show()

    def _turn_to(self, view: int) -> None:
        self._examples.whole = False
        self.set_class(False, "-context")
        self._view = view
        self.shell.settings.keep("evaluate.view", self.view)
        self.set_class(self.view == "examples", "-examples")
        self.bring(self.panes()[0])
        self._show(keep_place=False)
        self.say_state()

    def _show(self, *, keep_place: bool = True) -> None:
        if self.view == "examples":
            self._examples.show()
        else:
            self._text.show(lambda width: self._views.lines(self.view, width), keep_place=keep_place)

    def say_state(self) -> None:
        """The evaluation in sight, or the filter of the examples."""
        line = self._examples.count_line() if self.view == "examples" else None
        if line is not None:
            self.tell(*line)
            return
        found = self.selection.found
        name = f"{found.name}  {count(found.comparison.n, 'question')}" if found else "not evaluated"
        self.tell([(name, "text"), (f"  {self.workspace.location}", "dim")], f"view: {self.view}")
