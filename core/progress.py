"""How long work says where it is, and how it is told to stop."""

import threading
import time
from collections.abc import Callable

import msgspec

from core.errors import CancelledError

INTERVAL = 0.2  # seconds between two reports: five a second is all that a line over SSH should carry


class Progress(msgspec.Struct, frozen=True):
    """A count on its way, never an animation.

    Attributes:
        done: Units finished.
        total: Units in all, or None while nobody knows.
        unit: What is counted, in the plural: `records`, `bytes`, `answers`.
        note: What is being done now, a few words.
    """

    done: int
    total: int | None
    unit: str
    note: str = ""


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """The report of those who do not listen."""


def throttled(report: Report, *, interval: float = INTERVAL) -> Report:
    """Passes on at most one report an interval; the first and a finished count always go through."""
    last = float("-inf")

    def pass_on(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if progress.done == progress.total or now - last >= interval:
            last = now
            report(progress)

    return pass_on


class Cancel:
    """A token that long work checks every 8 MB or 100 ms."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def cancel(self) -> None:
        """Asks the work to stop at its next check."""
        self.event.set()

    def check(self) -> None:
        """Stops here if that was asked.

        Raises:
            CancelledError: After `cancel()`.
        """
        if self.event.is_set():
            raise CancelledError("Cancelled", todo="Start it again to go on where it stopped")
