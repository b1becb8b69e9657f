"""What is told while a model is asked: how many answered, how fast, what that cost, and when the service asks for
patience.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.progress import Progress, Report, throttled
from core.text import count, duration

if TYPE_CHECKING:
    from core.aws.session import BackOff, Connection


_SURE_AFTER = 0.5  # seconds before a rate means anything


class Watch:
    """Passes reports on with a note; while nobody answers, the service's refusals are reports of their own."""

    def __init__(
        self,
        report: Report,
        spent: Callable[[], str],
        unit: str = "answers",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepares to listen.

        Args:
            report: Told everything, from any thread, one call at a time.
            spent: Says what was spent until now.
            unit: What is counted.
            now: Seconds, to tell how fast answers come.
        """
        self._report = report
        self._report_refusal = throttled(report)  # answers come throttled already
        self._spent = spent
        self._lock = threading.Lock()
        self._unit, self._now = unit, now
        self._last = Progress(0, None, unit)
        self._refused = 0  # calls since the last report of an answer

    def reporting(self, earlier: int = 0) -> Report:
        """A report for asks that come after so many others."""

        begun: tuple[int, float] | None = None  # how many were answered before anybody was asked, and when that was

        def told(progress: Progress) -> None:
            nonlocal begun
            with self._lock:
                begun = begun or (progress.done, self._now())
                self._last = Progress(earlier + progress.done, earlier + (progress.total or 0), self._unit)
                self._refused = 0
                self._report(self._with(progress.note or _pace(progress, begun[0], self._now() - begun[1])))

        return told

    def refused(self, event: "BackOff") -> None:
        """The service refused a call, which is tried again a little later."""
        with self._lock:
            self._refused += 1
            self._report_refusal(self._with(f"{event.code}: trying {count(self._refused, 'call')} again"))

    def _with(self, note: str) -> Progress:
        notes = "; ".join(part for part in (note, self._spent()) if part)
        return Progress(self._last.done, self._last.total, self._last.unit, notes)


def _pace(progress: Progress, before: int, seconds: float) -> str:
    """How fast answers come and how long it still takes, as soon as that means anything."""
    done = progress.done - before
    if seconds < _SURE_AFTER or done <= 0 or progress.total is None or progress.done >= progress.total:
        return ""
    rate = done / seconds
    each = f"{count(round(rate))} a second" if rate >= 1 else f"{count(round(rate * 60))} a minute"
    return f"{each}, {duration((progress.total - progress.done) / rate)} left"


@contextmanager
def listening(connection: "Connection", watch: Watch) -> Iterator[None]:
    """Within, refusals of the service are heard."""
    before = connection.on_back_off
    connection.on_back_off = watch.refused
    try:
        yield
    finally:
        connection.on_back_off = before
