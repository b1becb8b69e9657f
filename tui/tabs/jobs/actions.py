"""What keys do to the job under the cursor: stop, evaluate, clone, adopt, delete its model."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import RefusedError
from tui import keys
from tui.messages import StageOpened
from tui.tabs.jobs.selection import JobsSelection
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.aws.customization import Job


class JobActions:
    """Acts on jobs and custom models."""

    def __init__(self, stage: Stage, selection: JobsSelection, best_in_sight: "Callable[[], Job | None]") -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the tab shows.
            best_in_sight: The job that a sweep has chosen, where that is what the user looks at.
        """
        self._stage, self._selection, self._best_in_sight = stage, selection, best_in_sight

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {
            "stop": self.stop,
            "evaluate": self.evaluate,
            "clone": self.clone,
            "adopt": self.adopt,
            "delete": self.delete_model,
        }

    def stop(self) -> None:
        """Asks, then stops the job under the cursor."""
        job, workspace = self._selection.job(), self._stage.workspace
        self._stage.shell.refuse_if_read_only()
        if not job.running:
            raise RefusedError(f"{job.name} is {job.status.lower()}: there is nothing to stop")
        facts = [
            ("job", job.name),
            ("where", str(workspace.location)),
            ("status", job.status),
            ("then", "what it has trained is lost; what it has used may be billed"),
        ]

        def work() -> str:
            from core.training.jobs import stop

            stop(workspace, job)
            return f"{job.name} is stopping"

        self._stage.confirm("Stop this job?", facts, lambda: carry_out(self._stage, "stop", work))

    def evaluate(self) -> None:
        """To Evaluate, with this job, or with the one that its sweep chose where that is in sight."""
        job, snapshot = self._best_in_sight() or self._selection.job(), self._selection.jobs
        if job.status != "Completed":
            self._stage.say(f"{job.name} is {job.status.lower()}: only a completed job has a model", "warn")
        elif snapshot is not None and snapshot.model_deleted(job):
            self._stage.say(f"the custom model of {job.name} is deleted", "warn")
        elif snapshot is not None and job.arn not in snapshot.ours:
            self._stage.say(f"{job.name} was not submitted from here: O adopts it first", "warn")
        else:
            self._stage.post_message(StageOpened(keys.stage_number("evaluate"), job.arn))

    def clone(self) -> None:
        """To Tune, which shows what a new job would do otherwise; there the same key takes the parameters over."""
        self._stage.post_message(StageOpened(keys.stage_number("tune"), self._selection.job().arn))

    def adopt(self) -> None:
        """Takes a job made elsewhere into the project, with the leakage that it really has."""
        job, snapshot, workspace = self._selection.job(), self._selection.jobs, self._stage.workspace
        self._stage.shell.refuse_if_read_only()
        if snapshot is None:
            return

        def work() -> str:
            from core.training.adoption import adopt

            leak = adopt(workspace, job, snapshot).leakage
            return f"{job.name} is adopted; it was trained on {leak.question:.0%} of the test questions"

        carry_out(self._stage, "adopt", work, saying=f"reading what {job.name} was trained on…")

    def delete_model(self) -> None:
        """Asks, then deletes the custom model of the job under the cursor, or the one under it."""
        item, workspace = self._selection.item, self._stage.workspace
        self._stage.shell.refuse_if_read_only()
        if item is None or item.kind in ("endpoint", "gone"):
            raise RefusedError("There is no custom model here", todo="Endpoints are deleted in Deploy: 7")
        job = item.job
        name, arn = (job.model_name, job.model_arn) if job else (item.name, item.arn)
        if not arn:
            raise RefusedError(f"{item.name} has made no model")
        facts = [
            ("model", name),
            ("where", str(workspace.location)),
            ("then", "it is gone for good; what was evaluated stays"),
        ]

        def work() -> str:
            from core.training.jobs import delete_model

            delete_model(workspace, name, arn)
            return f"{name} is deleted"

        self._stage.confirm(
            "Delete this custom model?", facts, lambda: carry_out(self._stage, "delete", work), type_name=name
        )


def carry_out(stage: Stage, title: str, work: Callable[[], str], *, saying: str = "") -> None:
    """Does something in a thread, then says what was done and asks again for what changed.

    Args:
        stage: The tab.
        title: A word for what is done.
        work: Does it, and says so in a sentence.
        saying: Stands in the bar meanwhile.
    """

    def done(what: str) -> None:
        stage.say(what, "good")
        stage.shell.refresh_stage()

    stage.in_thread(title, work, done)
    stage.say(saying or f"{title}…")
