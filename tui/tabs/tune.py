"""Stage 4 on screen: a form made from the catalogue, what it makes of the job, and beside it advice and preflight."""

from typing import TYPE_CHECKING, Any

from core.errors import RefusedError
from tui import keys
from tui.messages import StageOpened
from tui.present.submission import facts
from tui.tuning.choosing import Choosing
from tui.work import start_task

if TYPE_CHECKING:
    from core.tasks import Task
    from core.tuning.submission import Submission

_WIDE = 110  # columns from which values stand further apart


class TuneTab(Choosing):
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

    def opened(self, target: Any = None) -> None:
        """Plans anew: records or the rule may have changed. A target is the ARN of a job to compare with."""
        if isinstance(target, str):
            self._compare(target)
        self.reload()

    def changed(self, topic: str) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config" and self.display:
            self.reload()

    def on_resize(self, event: Any) -> None:
        """Where there is room, values stand further apart."""
        super().on_resize(event)
        self.set_class(event.size.width >= _WIDE, "-wide")

    def task_advanced(self, task: "Task") -> None:
        """A submit ended: on to the job."""
        if task.argv[:1] == ("submit",) and task.state == "done":
            self.shell.refresh_stage()
            if self.display:
                self.post_message(StageOpened(keys.stage_number("jobs")))

    def action_submit(self) -> None:
        """Shows the facts, and submits once they are confirmed: by the job's name where it costs much."""
        from core.tuning import confirmation
        from tui.widgets.confirm import Confirm

        self.shell.refuse_if_read_only()
        if self._plan.error is not None:
            raise self._plan.error
        planned = self._plan.submission
        if planned is None or self._planning:
            raise RefusedError("The plan is still being worked out", todo="Try again in a moment")
        typed = confirmation.wants_typing(self.workspace, planned)
        shown = facts(planned, self._plan.cost, self._plan.took)
        if self._preflight is not None:
            found = self._preflight
            shown.append(
                ("preflight", f"{found.failed} failed, {found.unknown} unknown at {found.at.astimezone():%H:%M}")
            )
        question = "The same is submitted already. Train it once more?" if self._plan.again else "Submit this job?"
        confirm = Confirm(question, shown, type_name=planned.request.name if typed else "")
        self.app.push_screen(confirm, lambda yes: self._submit(planned, yes=bool(yes)))

    def _submit(self, planned: "Submission", *, yes: bool) -> None:
        from core.tuning import confirmation

        if not yes:
            return
        words = ["submit", "--yes", *(["--again"] if self._plan.again else [])]
        if confirmation.wants_typing(self.workspace, planned):  # its name was typed
            words += ["--confirm-cost", confirmation.amount(planned)]
        if self.attempt(lambda: start_task(self.workspace, "submit", *words)):
            self.say("exporting, uploading and submitting")
