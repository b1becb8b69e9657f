"""Progress in words: how far, how fast, how long still."""

import time

from core.progress import Progress
from core.text import count, duration

_SURE_AFTER = 0.5  # seconds before a rate means anything


class Pace:
    """Follows one piece of work after another."""

    def __init__(self) -> None:
        self._what = ("", "")
        self._from = (0, 0.0)

    def told(self, progress: Progress) -> str:
        """A line about it: count, rate and time left, as far as they are known."""
        now, what = time.monotonic(), (progress.note.partition(",")[0], progress.unit)
        if what != self._what or progress.done < self._from[0]:
            self._what, self._from = what, (progress.done, now)
        total = f" of {count(progress.total)}" if progress.total is not None else ""
        text = f"{progress.note} {count(progress.done)}{total}"
        seconds = now - self._from[1]
        done = progress.done - self._from[0]
        if "," in progress.note or progress.total is None or seconds < _SURE_AFTER or not done:
            return text
        left = (progress.total - progress.done) * seconds / done
        return f"{text}, {count(round(done / seconds))} a second, {duration(left)} left"
