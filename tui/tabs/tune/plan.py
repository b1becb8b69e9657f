"""The job that the Tune tab would submit: worked out in a thread, one plan at a time."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core.errors import OutcropError
from core.progress import Cancel
from tui.present.submission import cost, took
from tui.tabs.stage import Stage

if TYPE_CHECKING:
    from core.formatting import Export
    from core.training.jobs import JobsSnapshot
    from core.tuning.earlier import Earlier
    from core.tuning.preflight import Preflight
    from core.tuning.submission import Submission


class JobPlan(msgspec.Struct, frozen=True):
    """A job that could be submitted, as far as it can be.

    Attributes:
        export: The records it trains on; None where there are none.
        folder: The folder of the export.
        submission: The job; None where something is refused.
        again: The same has been submitted before, so this would be once more.
        error: The reason why it is refused.
        cost: In words.
        took: How long like jobs took, in words.
    """

    export: "Export | None" = None
    folder: Path = Path()
    submission: "Submission | None" = None
    again: bool = False
    error: OutcropError | None = None
    cost: str = ""
    took: str = ""


@dataclass
class TuneSelection:
    """What the pieces of the Tune tab share.

    Attributes:
        plan: The job that would be submitted.
        planning: A thread works on another plan.
        preflight: The last look at what a submit needs.
        looking: A thread looks again.
        failure: Why the last look ended early.
        earlier: The job that the plan is compared with.
    """

    plan: JobPlan = field(default_factory=JobPlan)
    planning: bool = False
    preflight: "Preflight | None" = None
    looking: bool = False
    failure: str = ""
    earlier: "Earlier | None" = None

    @property
    def records(self) -> int | None:
        """How many records train; None while that is not known."""
        return self.plan.export.records("train") if self.plan.export else None


class Planner:
    """Works out plans, and writes the export of the present one to a folder that goes with the tab."""

    def __init__(self, stage: Stage, selection: TuneSelection, planned: Callable[[], None]) -> None:
        """Prepares the planner.

        Args:
            stage: The tab.
            selection: Gets the plan.
            planned: Called when a plan is worked out.
        """
        self._stage, self._selection, self._planned = stage, selection, planned
        self._held = ExitStack()
        self._exports: Path | None = None
        self._outdated = False  # something changed while a plan was being worked out
        self._cancel = Cancel()

    def close(self) -> None:
        """Gives up the plan that is being worked out, and removes the export."""
        self._cancel.cancel()
        self._held.close()

    def begin(self) -> None:
        """Works out a plan; another one after it where one is under way."""
        self._outdated = self._selection.planning
        if self._selection.planning:
            return
        self._selection.planning = True
        workspace, jobs = self._stage.workspace, self._stage.shell.jobs

        def work() -> JobPlan:
            from core.data.training_set import place, prepare
            from core.tuning import submission

            if self._exports is None:
                self._exports = self._held.enter_context(place(workspace.config, workspace.folder))
            export, folder = prepare(workspace, cancel=self._cancel, exports=self._exports)
            try:
                planned = submission.prepare(workspace, export, folder)
                again = bool(submission.earlier_job(workspace.store, workspace.location, planned.subject))
                if again:
                    planned = submission.prepare(workspace, export, folder, again=True)
            except OutcropError as error:
                return JobPlan(export, folder, error=error)
            price, time = cost(workspace, planned), took(workspace, planned, jobs)
            return JobPlan(export, folder, planned, again=again, cost=price, took=time)

        self._stage.in_thread("plan", work, self.take, self.refuse)

    def refuse(self, error: OutcropError) -> None:
        """There is no plan, for a reason."""
        self.take(JobPlan(error=error))

    def take(self, plan: JobPlan) -> None:
        """Makes a plan the present one."""
        self._selection.planning, self._selection.plan = False, plan
        if self._outdated:
            self.begin()
        self._planned()

    def time_again(self, jobs: "JobsSnapshot") -> bool:
        """Says anew how long like jobs took; False where nothing is planned."""
        plan = self._selection.plan
        if plan.submission is None:
            return False
        time = took(self._stage.workspace, plan.submission, jobs)
        self._selection.plan = msgspec.structs.replace(plan, took=time)
        return True
