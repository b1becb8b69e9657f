"""The Tune tab: the form above what it makes of the job; beside them advice, preflight or the difference to a job."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.events import Resize

from core.errors import OutcropError
from tui import keys
from tui.messages import Changed, StageOpened, Topic
from tui.present.line import Line, cells
from tui.tabs.stage import Stage
from tui.tabs.tune import fields, text
from tui.tabs.tune.earlier import EarlierJobs
from tui.tabs.tune.plan import Planner, TuneSelection
from tui.tabs.tune.preflight import PreflightCheck
from tui.tabs.tune.presets import choose_preset
from tui.tabs.tune.submit import SubmitAction
from tui.widgets.form import Form, FormEntry
from tui.widgets.table import Column
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot

ADVICE, PREFLIGHT, DIFFERENCE = range(3)  # the views
_WIDE = 110  # columns from which values stand further apart


class TuneTab(Stage):
    """The Tune tab."""

    SCOPE = "tune"
    PANES = ("knobs", "plan", "beside")
    BINDINGS = keys.bindings("tune")
    DEFAULT_CSS = """
    TuneTab { layout: grid; grid-size: 2 2; grid-columns: 47 1fr; grid-rows: 11 1fr; }
    TuneTab.-wide { grid-columns: 56 1fr; }
    TuneTab > #knobs { padding-right: 1; }
    TuneTab > #beside { row-span: 2; border-left: solid $line; }
    """

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__(target)
        self.selection = TuneSelection()
        self.form = Form([Column("", 23), Column("value", 8, right=True), Column("range", least=44)], id="knobs")
        self._plan, self._beside = TextView(id="plan", margin="  "), TextView(id="beside")
        self._view = ADVICE
        self._planner = Planner(self, self.selection, self._planned)
        self._preflight = PreflightCheck(self, self.selection, self._show_beside)
        self._earlier = EarlierJobs(
            self,
            self.selection,
            compares=lambda: self._view == DIFFERENCE,
            compared=lambda: self._turn_to(DIFFERENCE),
        )
        self.bind_actions(self._earlier, SubmitAction(self, self.selection))

    def compose(self) -> ComposeResult:
        """The form above what it makes of the job; beside them one of three views."""
        yield self.form
        yield self._beside
        yield self._plan

    # News

    def opened(self, target: int | str | None = None) -> None:
        """Plans anew: records or the rule may have changed. A target is the ARN of a job to compare with."""
        if isinstance(target, str):
            self._earlier.compare(target)
        self.reload()

    def changed(self, topic: Topic) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config" and self.display:
            self.reload()

    def reload(self) -> None:
        """Fills the form and works out what would be submitted."""
        try:
            self._fill()
        except OutcropError as error:  # the project names a model that is none
            self.form.fill([])
            self._planner.refuse(error)
        else:
            self._planner.begin()
            self.say_state()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """How long like jobs took may be better known."""
        if self.display and self._planner.time_again(snapshot):
            self._show()

    def task_advanced(self, task: "Task") -> None:
        """A submit ended: on to the job."""
        if task.argv[:1] == ("submit",) and task.state == "done":
            self.shell.refresh_stage()
            if self.display:
                self.post_message(StageOpened(keys.stage_number("jobs")))

    def on_resize(self, event: Resize) -> None:
        """Where there is room, values stand further apart."""
        super().on_resize(event)
        self.set_class(event.size.width >= _WIDE, "-wide")

    def on_table_moved(self, event: Form.Moved) -> None:
        """What the parameter does stands in the bar, and in full beside the form."""
        event.stop()
        self.say_state()
        self._show_beside()

    def on_unmount(self) -> None:
        """The export that was written aside goes."""
        self._planner.close()

    # Keys

    def action_view(self) -> None:
        """To the next of what stands beside the form."""
        self._turn_to((self._view + 1) % 3)

    def action_preflight(self) -> None:
        """Looks at everything that a submit needs, now."""
        self._turn_to(PREFLIGHT)
        self._preflight.run()

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.shell.refuse_if_read_only()
        self.form.ask_for()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Asks for a value, held to its range where it is typed."""
        event.stop()
        entry = event.entry
        if entry.name == fields.PRESET:
            choose_preset(self, self.selection)
            return
        begin = fields.typed(self.workspace, entry.name)
        self.bar.ask(f"{entry.label} ({entry.note})", begin, lambda typed: self._save(entry.name, typed))

    def _save(self, name: str, typed: str) -> None:
        self.shell.refuse_if_read_only()
        fields.save(self.workspace, name, typed)
        self.post_message(Changed("config"))

    def copied(self) -> str:
        """What helps, where a preflight is in sight; else the pane in front: the plan with the AWS CLI's command."""
        if self._view == PREFLIGHT and self.selection.preflight is not None:
            return text.remedies(self.selection.preflight) or self._beside.text()
        if self.front() is self._beside:
            return self._beside.text()
        plan, planned = self._plan.text(), self.selection.plan.submission
        if planned is None:
            return plan
        from core.aws.customization import equivalent_command

        return f"{plan}\n\n{equivalent_command(planned.request, planned.location.region, planned.location.profile)}"

    # What is shown

    def _planned(self) -> None:
        self.attempt(self._fill)
        self._show()
        self.say_state()
        if self._view == PREFLIGHT:
            self._preflight.run()

    def _fill(self) -> None:
        self.form.fill(fields.entries(self.workspace, self.selection.records))

    def _turn_to(self, view: int) -> None:
        self._view = view
        self._show_beside(keep_place=False)

    def _show(self) -> None:
        self._plan.show(lambda width: text.plan_lines(self.selection.plan, width), keep_place=True)
        self._show_beside()

    def _show_beside(self, *, keep_place: bool = True) -> None:
        self._beside.show(self._beside_lines, keep_place=keep_place)

    def say_state(self) -> None:
        """The entry under the cursor in a sentence."""
        entry = self.form.entry()
        if entry is None:
            return
        sentence, right = self._sentence(entry)
        fits = cells(sentence) + cells(right) + 4 <= self.app.size.width
        self.tell([(sentence, "text")], right if fits else "")

    def _sentence(self, entry: FormEntry) -> tuple[str, str]:
        _, tuning = self.workspace.tuning()
        return fields.sentence(tuning, entry, self.selection.plan.submission)

    def _beside_lines(self, width: int) -> list[Line]:
        shared = self.selection
        if self._view == PREFLIGHT:
            failure = shared.failure or self._unplanned()
            return text.preflight_lines(shared.preflight, width, looking=shared.looking, failure=failure)
        if self._view == DIFFERENCE:
            from core.tuning.earlier import differences

            export, earlier = shared.plan.export, shared.earlier
            found = differences(self.workspace, export, earlier) if export and earlier else []
            return text.difference_lines(earlier, found, width)
        planned = shared.plan.submission
        about = text.about_lines(self.form.entries, self.form.entry(), self._sentence, width)
        return [*about, *(text.advice_lines(planned, width) if planned else [])]

    def _unplanned(self) -> str:
        """Why there is nothing to look at."""
        plan = self.selection.plan
        return str(plan.error) if plan.error is not None and plan.export is None else ""
