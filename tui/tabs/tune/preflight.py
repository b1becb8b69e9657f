"""The preflight of the Tune tab: everything that a submit needs, looked at in a thread, once at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.errors import OutcropError
from tui.tabs.stage import Stage
from tui.tabs.tune.plan import TuneSelection

if TYPE_CHECKING:
    from core.tuning.preflight import Preflight


class PreflightCheck:
    """Runs the preflight on the records of the present plan."""

    def __init__(self, stage: Stage, selection: TuneSelection, changed: Callable[[], None]) -> None:
        """Prepares the check.

        Args:
            stage: The tab.
            selection: Has the plan, and gets what was found.
            changed: Called when a look begins and when it ends.
        """
        self._stage, self._selection, self._changed = stage, selection, changed
        self._again = False  # something changed while a look was under way

    def run(self) -> None:
        """Looks; once more after it where a look is under way."""
        selection, workspace = self._selection, self._stage.workspace
        export, folder = selection.plan.export, selection.plan.folder
        self._again = selection.looking
        if selection.looking or export is None:
            return
        selection.looking = True
        self._changed()

        def work() -> "Preflight":
            from core.tuning import preflight

            return preflight.run(workspace, export, folder)

        self._stage.in_thread("preflight", work, self._take, self._fail)

    def _take(self, found: "Preflight") -> None:
        self._ended(found, "")

    def _fail(self, error: OutcropError) -> None:
        self._ended(None, f"{error.what}. {error.todo}")

    def _ended(self, found: "Preflight | None", failure: str) -> None:
        selection = self._selection
        selection.looking, selection.preflight, selection.failure = False, found, failure
        if self._again:
            self.run()
        self._changed()
