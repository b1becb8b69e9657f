"""What the pieces of the Evaluate tab share: the evaluation that is shown, found in a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import OutcropError
from core.experiments.evaluated import Evaluated, evaluated
from tui.tabs.stage import Stage

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.training.jobs import JobsSnapshot


@dataclass
class EvaluateSelection:
    """The evaluation in sight.

    Attributes:
        wanted: The job or the run that was asked for; empty for the newest.
        found: The evaluation; None while it is looked for and where there is none.
        looking: A thread looks for it.
        looks: How often it was looked for.
        problem: Why nothing can be compared.
    """

    wanted: str = ""
    found: Evaluated | None = None
    looking: bool = False
    looks: int = 0
    problem: OutcropError | None = None

    def candidate(self, snapshot: "JobsSnapshot | None") -> "Job | None":
        """The job that a new evaluation would be about: the one in sight, else the newest that is done.

        Args:
            snapshot: All jobs, as AWS answered last.
        """
        done = [job for job in (snapshot.jobs if snapshot else ()) if job.status == "Completed"]
        ours = [job for job in done if snapshot is not None and job.arn in snapshot.ours]
        shown = self.found.run.job if self.found else self.wanted
        return next((job for job in ours if job.arn == shown), ours[0] if ours else None)


def look(stage: Stage, selection: EvaluateSelection, found: Callable[[], None]) -> None:
    """Computes the comparison in a thread from the answers that are there; asks nobody.

    Args:
        stage: The tab.
        selection: Gets what was found.
        found: Called then.
    """
    workspace, wanted = stage.workspace, selection.wanted
    selection.looking = True
    selection.looks += 1

    def take(result: Evaluated | None) -> None:
        selection.looking, selection.found, selection.problem = False, result, None
        found()

    def fail(error: OutcropError) -> None:
        selection.looking, selection.found, selection.problem = False, None, error
        found()

    stage.in_thread("compare", lambda: evaluated(workspace, wanted), take, fail)
