"""Follows jobs until they have ended, through throttling, lost networks and expired credentials.

`Pacing` says when to ask next: often while something can change, seldom while nothing does, ever less in silence.
Every period is spread by a tenth, so that many terminals that were started together do not ask together.
"""

import random
from collections.abc import Iterator
from datetime import datetime

import msgspec

from core.aws.customization import Job
from core.aws.errors import AwsError, CredentialsError
from core.errors import OutcropError
from core.progress import Cancel
from core.training.jobs import JobsSnapshot, poll
from core.training.named import find, unknown
from core.workspace import Workspace

BUSY = 15.0  # seconds between two looks while something runs; Bedrock's own phases take minutes
QUIET = 60.0  # while nothing does
LONGEST = 300.0  # while nobody answers
SPREAD = 0.1  # of a period, either way
_LOOKS_A_JOB = 24  # of the rehearsal's jobs, which take as long as the project's pace says
_REHEARSAL = (0.5, BUSY)
_FIRST = 2.0  # seconds after the first failure


class Pacing:
    """The seconds to wait after each answer or failure."""

    def __init__(self, workspace: Workspace, draw: random.Random) -> None:
        """Begins anew.

        Args:
            workspace: Says whether its jobs are rehearsed, and at which pace.
            draw: Where the spread comes from.
        """
        self._workspace = workspace
        self._draw = draw
        self._failures = 0

    def answered(self, *, busy: bool) -> float:
        """Seconds until the next look.

        Args:
            busy: Whether anything may change by itself.
        """
        self._failures = 0
        return self._spread(self.period(busy=busy))

    def failed(self) -> float:
        """Seconds until the next try: doubled with each failure, five minutes at most."""
        self._failures += 1
        return self._spread(min(LONGEST, _FIRST * 2 ** min(self._failures - 1, 12)))

    def period(self, *, busy: bool) -> float:
        """The period without its spread."""
        if not busy:
            return QUIET
        if self._workspace.location.rehearsed:
            low, high = _REHEARSAL
            return min(high, max(low, self._workspace.config.rehearsal.pace / _LOOKS_A_JOB))
        return BUSY

    def _spread(self, seconds: float) -> float:
        return seconds * self._draw.uniform(1 - SPREAD, 1 + SPREAD)


class Moved(msgspec.Struct, frozen=True):
    """A job came further, or ended."""

    job: Job


class Vanished(msgspec.Struct, frozen=True):
    """Bedrock does not know a job any more."""

    name: str
    at: datetime


class FellSilent(msgspec.Struct, frozen=True):
    """Nobody answers, or nobody may ask; said once for each reason, and tried again until somebody does."""

    error: OutcropError
    at: datetime


class AnsweredAgain(msgspec.Struct, frozen=True):
    """The silence is over."""

    at: datetime


JobNews = Moved | Vanished | FellSilent | AnsweredAgain


def follow(workspace: Workspace, names: tuple[str, ...], pacing: Pacing, cancel: Cancel) -> Iterator[JobNews]:
    """Follows jobs by name, id or ARN, or all that run, until the last has ended or is gone.

    One List a period, and a Get for each followed job that changed. Silence is waited out however long it lasts;
    where credentials have expired the connection is made anew each time, for they may have been renewed.

    Raises:
        UsageError: There is no job of a name.
        OutcropError: AWS refuses for good.
        CancelledError: It was cancelled; the jobs go on.
    """
    followed = _Followed(workspace, names)
    clock, silence = workspace.clock, ""
    while True:
        try:
            news = followed.look()
        except OutcropError as error:
            if not passes(error):
                raise
            if isinstance(error, CredentialsError):
                workspace.reconnect()
            if error.what != silence:
                silence = error.what
                yield FellSilent(error, clock.now())
            wait = pacing.failed()
        else:
            if silence:
                silence = ""
                yield AnsweredAgain(clock.now())
            yield from news
            if not followed.left:
                return
            wait = pacing.answered(busy=True)
        clock.wait(wait, cancel.event)
        cancel.check()


def passes(error: OutcropError) -> bool:
    """Whether an error may pass by waiting: credentials are renewed, clocks set, networks come back."""
    if isinstance(error, CredentialsError):
        return error.code == "ExpiredToken"
    return isinstance(error, AwsError) and (error.transient or error.code == "ClockSkew")


class _Followed:
    """The jobs that are followed, as they were seen last."""

    def __init__(self, workspace: Workspace, names: tuple[str, ...]) -> None:
        self._workspace = workspace
        self._names = names
        self._snapshot: JobsSnapshot | None = None
        self._known = False  # which jobs the names mean
        self.left: dict[str, Job] = {}

    def look(self) -> list[JobNews]:
        """Looks once; returns what has happened since, and forgets the jobs that need no more looking."""
        self._snapshot = poll(self._workspace, self._snapshot, only=self._is_wanted)
        there = {job.arn: job for job in self._snapshot.jobs}
        first = not self._known
        if first:
            self.left = {job.arn: job for job in there.values() if self._is_wanted(job)} | self._not_listed(there)
            self._known = True
        news: list[JobNews] = []
        for arn, before in list(self.left.items()):
            job = there.get(arn) or find(self._workspace.connection, arn)
            if job is None:
                news.append(Vanished(before.name, self._workspace.clock.now()))
            elif first or _state(job) != _state(before):
                news.append(Moved(job))
            if job is None or not job.running:
                del self.left[arn]
            else:
                self.left[arn] = job
        return news

    def _is_wanted(self, job: Job) -> bool:
        if self._known:
            return job.arn in self.left
        return bool({job.name, job.id, job.arn} & {*self._names}) if self._names else job.running

    def _not_listed(self, listed: dict[str, Job]) -> dict[str, Job]:
        """Named jobs that the list lacks, as it may lack one that was only just created.

        Raises:
            UsageError: There is no such job.
        """
        known = {name for job in listed.values() for name in (job.name, job.id, job.arn)}
        found = {}
        for name in self._names:
            if name in known:
                continue
            job = find(self._workspace.connection, name)
            if job is None:
                raise unknown(name, listed.values())
            found[job.arn] = job
        return found


def _state(job: Job) -> tuple[object, ...]:
    return job.status, job.ended, [(phase.name, phase.status) for phase in job.phases]
