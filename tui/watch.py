"""The one watcher: what another Outcrop wrote, how tasks advance, and how jobs and endpoints stand.

It runs in a daemon thread, looks at the store once a second, and asks AWS only for what can have changed: for jobs
while some run, for endpoints while some come up, for either when something was submitted, created or deleted from
here, and now and then for what others do. Only what changed is posted, so that a screen where nothing happens writes
nothing.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from textual.message import Message

from core import log, tasks
from core.errors import OutcropError
from core.workspace import Workspace, own_state
from tui.messages import Changed, EndpointsPolled, JobsEnded, JobsPolled, PollFailed, TaskAdvanced, Topic
from tui.work import unexpected

if TYPE_CHECKING:
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.following import Pacing
    from core.training.jobs import JobsSnapshot

STORE = 1.0  # seconds between two looks at the store
_UNKNOWN = 20  # jobs of others that one look asks for, until all are known
_TOPICS: tuple[Topic, ...] = ("decisions", "answers", "runs")
_SOON = 5.0  # seconds until the next few of them


class Watcher(threading.Thread):
    """Looks until it is told to stop."""

    def __init__(self, workspace: Workspace, post: Callable[[Message], object]) -> None:
        super().__init__(name="watch", daemon=True)
        self._workspace = workspace
        self._post = post
        self._wake = threading.Event()
        self._stopped = False
        self._settled = workspace.store.settled
        self._version = workspace.store.data_version()
        self._operations = self._done_from_here()
        self._writes = self._written()
        self._tasks = {
            task.id: task for task in tasks.listing(workspace.store, workspace.clock) if task.state != "running"
        }
        self._tasks_run = True  # until they are looked at
        self._jobs: JobsSnapshot | None = None
        self._endpoints: EndpointsSnapshot | None = None
        self._failure = ""
        self._whole = False  # list every job at the next look
        self._jobs_due = self._endpoints_due = 0.0
        self._jobs_pacing: Pacing | None = None
        self._endpoints_pacing: Pacing | None = None

    def now(self) -> None:
        """Looks at everything at once."""
        self._whole = True
        self._ask_now()
        self._wake.set()

    def stop(self) -> None:
        """Ends the thread at its next turn."""
        self._stopped = True
        self._wake.set()

    def run(self) -> None:
        """The thread's loop."""
        log.begin(own_state())
        while not self._stopped:
            try:
                self.look_at_store()
                if self._settled:
                    self.poll(time.monotonic())
            except OutcropError as error:
                self._fail(error)
            except Exception as error:  # noqa: BLE001 - a watcher that dies would be a screen that lies
                self._fail(unexpected("Watching", error))
            self._wake.wait(STORE)
            self._wake.clear()

    def look_at_store(self) -> None:
        """Posts what another process wrote since the last look, and how tasks have advanced."""
        version = self._workspace.store.data_version()
        settled = self._workspace.store.settled != self._settled
        written = version != self._version or settled
        if settled:
            self._settled = self._workspace.store.settled
            self._post(Changed("project"))
        if written:
            self._version, before = version, self._writes
            self._writes = self._written()
            for topic in _TOPICS:
                if self._writes.get(topic) != before.get(topic):
                    self._post(Changed(topic))
            done = self._done_from_here()
            if done != self._operations:
                self._operations = done
                self._ask_now()
        if written or self._tasks_run:
            self._look_at_tasks()

    def _look_at_tasks(self) -> None:
        found = tasks.listing(self._workspace.store, self._workspace.clock)[:20]
        self._tasks_run = any(task.state == "running" for task in found)
        for task in found:
            before = self._tasks.get(task.id)
            if task != before:
                self._post(TaskAdvanced(task))
                if before is None or task.state != "running":
                    self._ask_now()
            self._tasks[task.id] = task

    def _done_from_here(self) -> tuple[object, ...]:
        """Stands for everything that was submitted, created or deleted: changes with each of them."""
        row = self._workspace.store.row("SELECT COUNT(*), MAX(changed) FROM operations")
        return tuple(row) if row else ()

    def _written(self) -> dict[str, int]:
        """How often what tabs show was written to, by topic."""
        rows = self._workspace.store.rows(
            "SELECT topic, number FROM writes UNION ALL SELECT 'decisions', MAX(seq) FROM decision_changes"
        )
        return {row["topic"]: row["number"] for row in rows}

    def _ask_now(self) -> None:
        self._jobs_due = self._endpoints_due = 0.0

    def poll(self, moment: float) -> None:
        """Asks AWS for what is due, and posts what changed.

        Args:
            moment: Seconds, by a clock that only goes forward.

        Raises:
            OutcropError: AWS refuses or nobody answers.
        """
        asked = moment >= min(self._jobs_due, self._endpoints_due)
        if moment >= self._jobs_due:
            self._poll_jobs(moment)
        if moment >= self._endpoints_due:
            self._poll_endpoints(moment)
        if asked and self._failure and self._jobs and self._endpoints:  # after a failure both are asked, and answered
            self._failure = ""
            self._post(JobsPolled(self._jobs))
            self._post(EndpointsPolled(self._endpoints))

    def _poll_jobs(self, moment: float) -> None:
        from core.training import jobs

        before = self._jobs
        if before is not None and self._whole:
            before = msgspec.structs.replace(before, whole_at=None)
        self._whole = False
        self._jobs_pacing = self._jobs_pacing or self._new_pacing()
        found = jobs.poll(self._workspace, before, unknown=_UNKNOWN, models=True)
        self._jobs = found
        if not found.same_as(before):
            self._post(JobsPolled(found))
        wait = self._jobs_pacing.answered(busy=found.running > 0)
        self._jobs_due = moment + (min(wait, _SOON) if found.owed else wait)
        ran = {job.arn for job in before.jobs if job.running} if before else set()
        ended = tuple(job for job in found.jobs if job.arn in ran and not job.running)
        if ended:
            self._post(JobsEnded(ended))

    def _poll_endpoints(self, moment: float) -> None:
        from core.deployment import endpoints

        self._endpoints_pacing = self._endpoints_pacing or self._new_pacing()
        served = endpoints.poll(self._workspace)
        if self._endpoints is None or _standing(served) != _standing(self._endpoints):
            self._post(EndpointsPolled(served))
        self._endpoints = served
        coming_up = any(each.state in ("creating", "updating") for each in served.endpoints)
        self._endpoints_due = moment + self._endpoints_pacing.answered(busy=coming_up)

    def _new_pacing(self) -> "Pacing":
        from core.training.following import Pacing

        return Pacing(self._workspace, random.Random())  # noqa: S311 - a spread of waits, not a secret

    def _fail(self, error: OutcropError) -> None:
        from core.aws.errors import CredentialsError

        if isinstance(error, CredentialsError):
            self._workspace.reconnect()  # they may have been renewed by the next look
        self._jobs_pacing = self._jobs_pacing or self._new_pacing()
        self._jobs_due = self._endpoints_due = time.monotonic() + self._jobs_pacing.failed()
        if str(error) != self._failure:
            self._failure = str(error)
            log.failed("watch", "Nobody answers", error)
            self._post(PollFailed(error))


def _standing(snapshot: "EndpointsSnapshot") -> object:
    return snapshot.endpoints, snapshot.ours
