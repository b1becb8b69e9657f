"""Submitting from the Tune tab: the facts first, then the plain command as a child."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.errors import RefusedError
from tui.present.submission import facts
from tui.tabs.stage import Action, Stage
from tui.tabs.tune.plan import TuneSelection
from tui.work import start_task

if TYPE_CHECKING:
    from core.tuning.submission import Submission


class SubmitAction:
    """Submits the planned job once it is confirmed."""

    def __init__(self, stage: Stage, selection: TuneSelection) -> None:
        """Prepares the action.

        Args:
            stage: The tab.
            selection: Has the plan.
        """
        self._stage, self._selection = stage, selection

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"submit": self.ask}

    def ask(self) -> None:
        """Shows the facts, and submits once they are confirmed: by the job's name where it costs much."""
        from core.tuning import confirmation

        self._stage.shell.refuse_if_read_only()
        plan = self._selection.plan
        if plan.error is not None:
            raise plan.error
        planned = plan.submission
        if planned is None or self._selection.planning:
            raise RefusedError("The plan is still being worked out", todo="Try again in a moment")
        shown = facts(planned, plan.cost, plan.took)
        found = self._selection.preflight
        if found is not None:
            at = f"{found.at.astimezone():%H:%M}"
            shown.append(("preflight", f"{found.failed} failed, {found.unknown} unknown at {at}"))
        question = "The same is submitted already. Train it once more?" if plan.again else "Submit this job?"
        typed = confirmation.wants_typing(self._stage.workspace.config, planned)
        self._stage.confirm(
            question, shown, lambda: self._submit(planned), type_name=planned.request.name if typed else ""
        )

    def _submit(self, planned: "Submission") -> None:
        from core.tuning import confirmation

        workspace = self._stage.workspace
        words = ["submit", "--yes", *(["--again"] if self._selection.plan.again else [])]
        if confirmation.wants_typing(workspace.config, planned):  # its name was typed
            words += ["--confirm-cost", confirmation.amount(planned)]
        start_task(workspace, "submit", *words)
        self._stage.say("exporting, uploading and submitting")
