"""Earlier jobs in the Tune tab: compared with the plan, their parameters taken over."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import RefusedError
from tui.messages import Changed
from tui.tabs.stage import Action, Stage
from tui.tabs.tune.plan import TuneSelection

if TYPE_CHECKING:
    from core.tuning.earlier import Earlier


class EarlierJobs:
    """Finds earlier jobs, to compare with and to clone."""

    def __init__(
        self, stage: Stage, selection: TuneSelection, *, compares: Callable[[], bool], compared: Callable[[], None]
    ) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: Gets the job that is compared with.
            compares: Tells that the difference to an earlier job is in sight.
            compared: Called when another job is to be compared with.
        """
        self._stage, self._selection = stage, selection
        self._compares, self._compared = compares, compared

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"difference": self.choose, "clone": self.clone}

    def choose(self) -> None:
        """Chooses an earlier job to compare with."""
        self._choose(self.compare)

    def clone(self) -> None:
        """Takes an earlier job's parameters over: those of the job in sight, or of one that is chosen."""
        self._stage.shell.refuse_if_read_only()
        earlier = self._selection.earlier
        if self._compares() and earlier is not None:
            self._take_over(earlier.arn)
        else:
            self._choose(self._take_over)

    def compare(self, arn: str) -> None:
        """Compares the plan with an earlier job."""
        self._selection.earlier = self._find(arn)
        self._compared()

    def _take_over(self, arn: str) -> None:
        from core.tuning import earlier

        found = self._find(arn)
        if found is not None and self._stage.attempt(lambda: earlier.clone(self._stage.workspace, found)):
            self.compare(arn)
            self._stage.post_message(Changed("config"))

    def _find(self, arn: str) -> "Earlier | None":
        return next((each for each in self._all() if each.arn == arn), None)

    def _all(self) -> "list[Earlier]":
        from core.tuning.earlier import earlier_jobs

        known = self._stage.shell.jobs
        others = {job.arn: job for job in known.jobs if job.hyperparameters} if known else {}
        return earlier_jobs(self._stage.workspace, others)

    def _choose(self, act: Callable[[str], None]) -> None:
        from tui.widgets.dialogs import ChoiceDialog

        found = self._all()
        if not found:
            raise RefusedError("There is no earlier job", todo="Submit one first")
        entries = [(each.arn, each.name, f"{each.created.astimezone():%d %b %H:%M}") for each in found]
        self._stage.dialog(ChoiceDialog(entries), lambda arn: act(arn) if arn else None)
