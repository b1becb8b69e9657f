"""Time, handed in: nothing in Outcrop takes it from the air."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What every part that needs time is given."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""

    def wait(self, seconds: float, wake: threading.Event | None = None) -> bool:
        """Lets `seconds` pass; returns True at once when `wake` is set before or meanwhile."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float, wake: threading.Event | None = None) -> bool:
        """Lets `seconds` pass; returns True at once when `wake` is set before or meanwhile."""
        if wake is not None:
            return wake.wait(seconds)
        time.sleep(seconds)
        return False


class ManualClock:
    """A clock that moves only when told: waiting moves it, so that tests never sleep."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2025, 6, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        """The time this clock was moved to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves the clock forward."""
        self._now += timedelta(seconds=seconds)

    def wait(self, seconds: float, wake: threading.Event | None = None) -> bool:
        """Moves the clock forward by `seconds` at once."""
        if wake is not None and wake.is_set():
            return True
        self.advance(seconds)
        return False


def iso(moment: datetime) -> str:
    """A moment as the store and the plain commands write it: `2025-06-01T09:00:00.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> datetime:
    """Reads what `iso` wrote, and any other ISO 8601 time."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
