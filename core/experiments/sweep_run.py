"""Runs a sweep: submits its jobs a few at a time, follows them, and chooses on validation.

Whoever runs it may be killed at any moment: what was submitted is found again by the names of its jobs, a call under
way by the token that was stored before it, so resuming loses none and doubles none.
"""

import math
import random
import statistics
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec

from core.aws.customization import Job
from core.aws.errors import AwsError, CredentialsError
from core.aws.session import Connection
from core.errors import OutcropError, RefusedError, UsageError
from core.experiments import sweep
from core.experiments.sweep import Cell, Sweep
from core.files import alone, is_held
from core.progress import Cancel, Progress, Report, silent
from core.store import Store
from core.text import count
from core.training.following import Pacing, passes
from core.training.jobs import JobsSnapshot, poll
from core.tuning import ledger, submission
from core.workspace import Workspace

CellState = Literal["waiting", "running", "done", "failed", "stopped", "gone"]

_STATES: dict[str, CellState] = {
    "InProgress": "running",
    "Stopping": "running",
    "Completed": "done",
    "Failed": "failed",
    "Stopped": "stopped",
}
_HOPELESS = 2  # jobs that fail or vanish before any has completed end a sweep: the others would, too
_NO_ROOM = 3  # refusals in a row, while nothing is under way in the account, after which no room is waited for


class CellStanding(msgspec.Struct, frozen=True):
    """One cell and its job, once it has one."""

    cell: Cell
    state: CellState
    job: Job | None = None


class SweepChoice(msgspec.Struct, frozen=True):
    """Cells that differ in their repeat alone, measured on validation.

    Attributes:
        cell: The first of them.
        losses: Validation loss of each repeat that is done.
        job: The name of the repeat whose loss is the lowest.
    """

    cell: Cell
    losses: tuple[float, ...]
    job: str

    @property
    def mean(self) -> float:
        """Mean validation loss."""
        return statistics.fmean(self.losses)

    @property
    def spread(self) -> float | None:
        """Standard deviation over the repeats; None with one alone."""
        return statistics.stdev(self.losses) if len(self.losses) > 1 else None


class SweepSnapshot(msgspec.Struct, frozen=True):
    """A sweep at a moment.

    Attributes:
        sweep: What was planned.
        standings: Its cells.
        choices: By mean validation loss, the best first; chosen on validation, never on test.
        alive: Whether some process is running it.
    """

    sweep: Sweep
    standings: tuple[CellStanding, ...]
    choices: tuple[SweepChoice, ...]
    alive: bool

    def number(self, state: CellState) -> int:
        """How many cells are in a state."""
        return sum(each.state == state for each in self.standings)

    @property
    def best(self) -> Job | None:
        """The job to evaluate: of what validation chose, the repeat with the lowest loss; None while none is done."""
        chosen = self.choices[0].job if self.choices else ""
        return next((each.job for each in self.standings if each.job and each.cell.job == chosen), None)

    @property
    def best_of_sizes(self) -> tuple[Job, ...]:
        """Of each training size the job with the lowest validation loss, ascending by size."""
        found: dict[int, Job] = {}
        for each in sorted(self.standings, key=lambda each: _loss(each.job)):
            if each.job is not None and each.state == "done" and each.job.validation_loss is not None:
                found.setdefault(each.cell.records, each.job)
        return tuple(job for _, job in sorted(found.items()))

    @property
    def ended(self) -> int:
        """How many cells need nothing more."""
        return len(self.standings) - self.number("waiting") - self.number("running")

    @property
    def word(self) -> str:
        """Where the sweep stands, in a word; one whose process is gone is interrupted."""
        return "interrupted" if self.sweep.state == "running" and not self.alive else self.sweep.state


def run(workspace: Workspace, name: str, report: Report = silent, cancel: Cancel | None = None) -> SweepSnapshot:
    """Runs a sweep to its end, or goes on with it.

    Raises:
        UsageError: There is no sweep of that name.
        RefusedError: The project is read-only, another process runs it, its first jobs all failed, or it was paused.
        CancelledError: It was cancelled; its jobs go on, and so does it when it is run again.
        OutcropError: AWS refuses for good.
    """
    workspace.refuse_if_read_only()
    found, location = _named(workspace.connection, workspace.store, name)
    if is_held(_lock(workspace.hidden, name)):
        raise RefusedError(f"The sweep {name} is running already", todo=f"Watch it: outcrop sweep show {name}")
    with alone(_lock(workspace.hidden, name)):
        sweep.mark(workspace.store, location, name, "running")
        return _Runner(workspace, found, location, report, cancel or Cancel()).run()


def pause_sweep(connection: Connection, store: Store, name: str) -> None:
    """Lets a sweep submit no more; jobs under way go on.

    Raises:
        UsageError: There is no sweep of that name.
        RefusedError: It is done, or the project is read-only.
    """
    store.refuse_write()
    found, location = _named(connection, store, name)
    if found.state == "done":
        raise RefusedError(f"The sweep {name} is done")
    sweep.mark(store, location, name, "paused")


def look(workspace: Workspace, name: str, jobs: JobsSnapshot | None = None) -> SweepSnapshot:
    """How a sweep stands.

    Args:
        workspace: The project.
        name: The sweep's.
        jobs: All jobs, where they were asked for already.

    Raises:
        UsageError: There is no sweep of that name.
        OutcropError: Nobody answers.
    """
    found, _ = _named(workspace.connection, workspace.store, name)
    names = {cell.job for cell in found.cells}
    return standing(
        workspace.store, workspace.hidden, found, jobs or poll(workspace, only=lambda job: job.name in names)
    )


def standing(store: Store, hidden: Path, found: Sweep, jobs: JobsSnapshot) -> SweepSnapshot:
    """A sweep's cells with their jobs, from what is known; nobody is asked."""
    arns = {entry.name: entry.arn for entry in ledger.entries(store, jobs.location.key).values()}
    there = {job.arn: job for job in jobs.jobs}
    gone = {entry.name for entry in jobs.gone}
    standings = []
    for cell in found.cells:
        arn = arns.get(cell.job, "")
        job = there.get(arn)
        late: CellState = "gone" if cell.job in gone else "running" if arn else "waiting"
        standings.append(CellStanding(cell, _STATES[job.status] if job else late, job))
    alive = is_held(_lock(hidden, found.wish.name))
    return SweepSnapshot(found, tuple(standings), choices(standings), alive)


def choices(standings: Sequence[CellStanding]) -> tuple[SweepChoice, ...]:
    """What was trained alike, by mean validation loss; what has none is left out."""
    groups: dict[tuple[object, ...], list[CellStanding]] = {}
    for each in standings:
        if each.job is not None and each.state == "done" and each.job.validation_loss is not None:
            cell = each.cell
            groups.setdefault((cell.sample.variant, cell.sample.size, *cell.varied.items()), []).append(each)
    found = [
        SweepChoice(
            alike[0].cell,
            tuple(_loss(each.job) for each in alike),
            min(alike, key=lambda each: _loss(each.job)).cell.job,
        )
        for alike in groups.values()
    ]
    return tuple(sorted(found, key=lambda choice: choice.mean))


def _loss(job: Job | None) -> float:
    """A job's validation loss; endless where it has none."""
    return math.inf if job is None or job.validation_loss is None else job.validation_loss


class _Runner:
    """One run of a sweep."""

    def __init__(self, workspace: Workspace, found: Sweep, location: str, report: Report, cancel: Cancel) -> None:
        self._workspace = workspace
        self._sweep = found
        self._location = location
        self._report = report
        self._cancel = cancel
        self._names = {cell.job for cell in found.cells}
        self._jobs: JobsSnapshot | None = None
        self._room = _Room(workspace, found.wish.name)

    def run(self) -> SweepSnapshot:
        """The loop: look, submit what there is room for, wait; each turn makes a job or lets time pass."""
        name = self._sweep.wish.name
        pacing = Pacing(self._workspace, random.Random(name))  # noqa: S311 - a spread of waits, not a secret
        while True:
            try:
                now = self._look()
                if now.ended == len(now.standings):
                    sweep.mark(self._workspace.store, self._location, name, "done")
                    return look(self._workspace, name, self._jobs)
                self._go_on(now)
                if self._submit(now):
                    continue
                wait = pacing.answered(busy=True)
                if not now.number("running"):
                    wait = max(wait, self._room.left())  # nothing of this sweep changes before
            except OutcropError as error:
                if not passes(error):
                    raise
                if isinstance(error, CredentialsError):
                    self._workspace.reconnect()
                self._report(Progress(0, None, "jobs", f"{error.what}; trying again"))
                wait = pacing.failed()
            self._workspace.clock.wait(wait, self._cancel.event)
            self._cancel.check()

    def _look(self) -> SweepSnapshot:
        self._jobs = poll(self._workspace, self._jobs, only=lambda job: job.name in self._names)
        now = standing(self._workspace.store, self._workspace.hidden, self._sweep, self._jobs)
        under_way = f"{count(now.number('running'))} under way"
        if self._room.full:
            under_way += ", the account's quota is used up"
        self._report(Progress(now.ended, len(now.standings), "jobs", f"{self._sweep.wish.name}: {under_way}"))
        return now

    def _go_on(self, now: SweepSnapshot) -> None:
        """Stops where somebody has paused the sweep, or where going on would pay for more failures.

        Raises:
            RefusedError: Says which.
        """
        name, store = self._sweep.wish.name, self._workspace.store
        kept = sweep.find(store, self._location, name)
        if kept is not None and kept.state == "paused":
            raise RefusedError(f"The sweep {name} is paused", todo=f"Go on with: outcrop sweep resume {name}")
        lost = [each for each in now.standings if each.state in ("failed", "gone")]
        if len(lost) >= _HOPELESS and not now.number("done") and now.number("waiting"):
            why = lost[0].job.failure if lost[0].job else "Bedrock does not know them any more"
            self._pause(f"The first jobs of the sweep {name} {_ended(lost)}, so it is paused", why)

    def _pause(self, what: str, why: str) -> None:
        """Submits no more until somebody has seen to it.

        Raises:
            RefusedError: Always.
        """
        name = self._sweep.wish.name
        sweep.mark(self._workspace.store, self._location, name, "paused")
        raise RefusedError(what, why=why, todo=f"Mend that, then: outcrop sweep resume {name}")

    def _submit(self, now: SweepSnapshot) -> bool:
        """Submits the next cell where there is room; whether it did."""
        waiting = [each.cell for each in now.standings if each.state == "waiting"]
        if not waiting or now.number("running") >= self._sweep.wish.at_once or self._room.left():
            return False
        try:
            planned = sweep.submission_of(self._workspace, self._sweep.wish, waiting[0])
            done = submission.submit(self._workspace, planned, self._report)
        except AwsError as error:
            if error.code != "ServiceQuotaExceededException":
                raise
            self._refused(error)
            return False
        self._room.found()
        return not done.already

    def _refused(self, error: AwsError) -> None:
        """Waits for room, for others use the account, too; not where nobody does.

        Raises:
            RefusedError: Nothing is under way, so none can come by waiting.
        """
        others = self._jobs.running if self._jobs else 0
        if self._room.refused(idle=not others) >= _NO_ROOM:
            self._pause(
                f"The account has no room for a job, so the sweep {self._sweep.wish.name} is paused", error.what
            )


class _Room:
    """When to ask again for room in the account's quota: ever less often while it is refused."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._clock = workspace.clock
        self._pacing = Pacing(workspace, random.Random(name))  # noqa: S311 - as above
        self._until = self._clock.now()
        self._idle = 0
        self.full = False  # the last answer was that there is none

    def left(self) -> float:
        """Seconds until then, or 0.0."""
        return max(0.0, (self._until - self._clock.now()).total_seconds())

    def refused(self, *, idle: bool) -> int:
        """There was none; returns how often that was so in a row with nothing under way in the account."""
        self._until = self._clock.now() + timedelta(seconds=self._pacing.failed())
        self._idle = self._idle + 1 if idle else 0
        self.full = True
        return self._idle

    def found(self) -> None:
        """There was some."""
        self._pacing.answered(busy=True)
        self._idle, self.full = 0, False


def _ended(lost: Sequence[CellStanding]) -> str:
    """How the first jobs of a sweep ended, in a word."""
    states = {each.state for each in lost}
    return "vanished" if states == {"gone"} else "failed" if states == {"failed"} else "failed or vanished"


def _named(connection: Connection, store: Store, name: str) -> tuple[Sweep, str]:
    location = connection.location.key
    found = sweep.find(store, location, name)
    if found is None:
        known = ", ".join(each.wish.name for each in sweep.listing(store, location)) or "none"
        raise UsageError(f"There is no sweep named {name!r}", todo=f"There are: {known}")
    return found, location


def _lock(hidden: Path, name: str) -> Path:
    return hidden / "locks" / f"sweep-{submission.word(name)}"
