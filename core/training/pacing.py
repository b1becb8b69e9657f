"""When to ask Bedrock next: often while something can change, seldom while nothing does, ever less in silence.

Every period is spread by a tenth, so that many terminals that were started together do not ask together.
"""

import random

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
