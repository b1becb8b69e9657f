"""The one watcher: what another Outcrop wrote, how tasks advance, and how jobs and endpoints stand.

It runs in a daemon thread, asks the store once a second, and AWS only as often as something can have changed. Only
what changed is posted, so that a screen where nothing happens writes nothing.
"""

import threading
import time
from collections.abc import Callable

from textual.message import Message

from core import tasks
from core.errors import OutcropError
from core.workspace import Workspace
from tui.messages import Changed, EndpointsPolled, JobsPolled, PollFailed, TaskAdvanced
from tui.work import unexpected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.jobs import JobsSnapshot

STORE = 1.0  # seconds between two looks at the store
BUSY = 15.0  # seconds between two polls while something runs
QUIET = 60.0  # while nothing does
LONGEST = 300.0  # while nobody answers
REHEARSAL = 1.0  # the rehearsal's jobs take seconds
REHEARSAL_QUIET = 5.0


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
        known = tasks.listing(workspace)
        self._tasks = {task.id: task for task in known if task.state != "running"}
        self._jobs: JobsSnapshot | None = None
        self._endpoints: EndpointsSnapshot | None = None
        self._failure = ""
        self._period = 0.0
        self._next = 0.0

    def now(self) -> None:
        """Looks at everything at once."""
        self._next = 0.0
        self._wake.set()

    def stop(self) -> None:
        """Ends the thread at its next turn."""
        self._stopped = True
        self._wake.set()

    def run(self) -> None:
        """The thread's loop."""
        while not self._stopped:
            try:
                self._look_at_store()
                if time.monotonic() >= self._next and self._settled:
                    self._poll()
            except OutcropError as error:
                self._fail(error)
            except Exception as error:  # noqa: BLE001 - a watcher that dies would be a screen that lies
                self._fail(unexpected("Watching", error))
            self._wake.wait(STORE)
            self._wake.clear()

    def _look_at_store(self) -> None:
        version = self._workspace.store.data_version()
        if version != self._version or self._workspace.store.settled != self._settled:
            self._version, self._settled = version, self._workspace.store.settled
            self._post(Changed("store"))
        for task in tasks.listing(self._workspace)[:20]:
            before = self._tasks.get(task.id)
            if task != before:
                self._post(TaskAdvanced(task))
                if before is None or task.state != "running":
                    self._next = 0.0
            self._tasks[task.id] = task

    def _poll(self) -> None:
        from core.deployment import endpoints
        from core.training import jobs

        found = jobs.poll(self._workspace, self._jobs)
        if self._jobs is None or found.jobs != self._jobs.jobs or found.ours != self._jobs.ours:
            self._post(JobsPolled(found))
        self._jobs = found
        served = endpoints.poll(self._workspace)
        if self._endpoints is None or _standing(served) != _standing(self._endpoints):
            self._post(EndpointsPolled(served))
        self._endpoints = served
        if self._failure:
            self._failure = ""
            self._post(JobsPolled(found))
        self._period = self._pace()
        self._next = time.monotonic() + self._period

    def _pace(self) -> float:
        coming_up = self._endpoints.endpoints if self._endpoints else ()
        busy = (
            bool(self._jobs and self._jobs.running)
            or any(each.state == "creating" for each in coming_up)
            or any(task.state == "running" for task in self._tasks.values())
        )
        if self._workspace.location.rehearsed:
            return REHEARSAL if busy else REHEARSAL_QUIET
        return BUSY if busy else QUIET

    def _fail(self, error: OutcropError) -> None:
        self._period = min(LONGEST, max(self._period, REHEARSAL) * 2)
        self._next = time.monotonic() + self._period
        if str(error) != self._failure:
            self._failure = str(error)
            self._post(PollFailed(error))


def _standing(snapshot: "EndpointsSnapshot") -> object:
    return snapshot.endpoints, snapshot.ours
