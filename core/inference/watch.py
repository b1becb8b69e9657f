"""What is told while a model is asked: how many answered, what that cost, and when the service asks for patience."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.progress import Progress, Report, throttled
from core.text import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.session import BackOff, Connection


class Watch:
    """Passes reports on with a note; while nobody answers, the service's refusals are reports of their own."""

    def __init__(self, report: Report, spent: Callable[[], str], unit: str = "answers") -> None:
        """Prepares to listen.

        Args:
            report: Told everything, from any thread, one call at a time.
            spent: Says what was spent until now.
            unit: What is counted.
        """
        self._report = report
        self._report_refusal = throttled(report)  # answers come throttled already
        self._spent = spent
        self._lock = threading.Lock()
        self._unit = unit
        self._last = Progress(0, None, unit)
        self._refused = 0  # calls since the last report of an answer

    def reporting(self, earlier: int = 0) -> Report:
        """A report for asks that come after so many others."""

        def told(progress: Progress) -> None:
            with self._lock:
                self._last = Progress(earlier + progress.done, earlier + (progress.total or 0), self._unit)
                self._refused = 0
                self._report(self._with(progress.note))

        return told

    def refused(self, event: "BackOff") -> None:
        """The service refused a call, which is tried again a little later."""
        with self._lock:
            self._refused += 1
            self._report_refusal(self._with(f"{event.code}: trying {count(self._refused, 'call')} again"))

    def _with(self, note: str) -> Progress:
        notes = "; ".join(part for part in (note, self._spent()) if part)
        return Progress(self._last.done, self._last.total, self._last.unit, notes)


@contextmanager
def listening(connection: "Connection", watch: Watch) -> Iterator[None]:
    """Within, refusals of the service are heard."""
    before = connection.on_back_off
    connection.on_back_off = watch.refused
    try:
        yield
    finally:
        connection.on_back_off = before
