"""Working out what the Tune tab would submit, and looking whether that can be: in threads, once at a time."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from core.errors import OutcropError
from tui.present.submission import cost, took
from tui.tuning.showing import PREFLIGHT, Plan, Showing
from tui.work import in_thread

if TYPE_CHECKING:
    from core.training.jobs import JobsSnapshot
    from core.tuning.preflight import Preflight


class Planning(Showing):
    """Plans and preflights."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._held = ExitStack()
        self._exports: Path | None = None  # where plans are written, as long as the tab is there

    def on_unmount(self) -> None:
        """What was written aside goes."""
        self._held.close()

    def reload(self) -> None:
        """Fills the form and works out what would be submitted."""
        try:
            self._fill()
        except OutcropError as error:  # the project names a model that is none
            self.form.fill([])
            self._take(Plan(error=error))
        else:
            self._work_out()
            self._say()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """How long like jobs took may be better known."""
        if self._plan.submission is not None and self.display:
            self._plan = msgspec.structs.replace(
                self._plan, took=took(self.workspace, self._plan.submission, snapshot)
            )
            self._show()

    def action_preflight(self) -> None:
        """Looks at everything that a submit needs, now."""
        self._turn_to(PREFLIGHT)
        self._look()

    def done(self, what: str, result: Any) -> None:
        """A plan or a preflight is ready."""
        if what == "plan":
            self._take(result)
        else:
            self._looked(result)

    def failed(self, what: str, error: OutcropError) -> None:
        """The error stands where the result would."""
        if what == "plan":
            self._take(Plan(error=error))
        else:
            self._looked(None, f"{error.what}. {error.todo}")

    def _work_out(self) -> None:
        """Works out what would be submitted, once at a time: it writes the export that would be uploaded."""
        self._outdated = self._planning
        if self._planning:
            return
        self._planning = True
        workspace, known = self.workspace, self.shell.jobs

        def work() -> Plan:
            from core.data.training_set import place, prepare
            from core.tuning import submission

            if self._exports is None:
                self._exports = self._held.enter_context(place(workspace))
            export, folder = prepare(workspace, exports=self._exports)
            try:
                planned = submission.prepare(workspace, export, folder)
                again = bool(submission.earlier_job(workspace, planned.subject))
                if again:
                    planned = submission.prepare(workspace, export, folder, again=True)
            except OutcropError as error:
                return Plan(export, folder, error=error)
            price, time = cost(workspace, planned), took(workspace, planned, known)
            return Plan(export, folder, planned, again=again, cost=price, took=time)

        in_thread(self, "plan", work)

    def _take(self, plan: Plan) -> None:
        self._planning = False
        self._plan = plan
        if self._outdated:
            self._work_out()
        self.attempt(self._fill)
        self._show()
        self._say()
        if self._view == PREFLIGHT:
            self._look()

    def _look(self) -> None:
        """Runs the preflight, once at a time, on the records of the last plan."""
        export, folder, workspace = self._plan.export, self._plan.folder, self.workspace
        self._look_again = self._looking
        if self._looking or export is None:
            return
        self._looking = True
        self._show_beside()

        def work() -> "Preflight":
            from core.tuning import preflight

            return preflight.run(workspace, export, folder)

        in_thread(self, "preflight", work)

    def _looked(self, found: "Preflight | None", failure: str = "") -> None:
        self._looking, self._preflight, self._preflight_failure = False, found, failure
        if self._look_again:
            self._look()
        self._show_beside()
