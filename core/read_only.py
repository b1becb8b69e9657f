"""The one place that says no to an Outcrop that is read-only: whoever writes asks here first.

Read-only, Outcrop writes to standard output and to its own log, and nowhere else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import RefusedError

_wanted: list[Callable[[], bool]] = []  # the innermost decides, and only once somebody wants to write
_allowed: list[Path] = []


@contextmanager
def guarding(wanted: Callable[[], bool]) -> Iterator[None]:
    """Has all writers ask whether this process is read-only, until the block ends."""
    _wanted.append(wanted)
    try:
        yield
    finally:
        _wanted.remove(wanted)


@contextmanager
def allowing(path: Path) -> Iterator[None]:
    """Lets a file or what lies below a folder be written all the same: the log, and what is gone with the process."""
    _allowed.append(path)
    try:
        yield
    finally:
        _allowed.remove(path)


def is_on() -> bool:
    """Tells whether this process is read-only."""
    return bool(_wanted) and _wanted[-1]()


def refuse(path: Path) -> None:
    """Keeps a read-only Outcrop from writing a file.

    Raises:
        RefusedError: It is read-only.
    """
    if is_on() and not any(path.is_relative_to(each) for each in _allowed):
        raise refusal()


def refusal(what: str = "") -> RefusedError:
    """What a read-only Outcrop says.

    Args:
        what: What was not done, as the end of a sentence: `CreateBucket was not sent`.
    """
    return RefusedError(
        "This Outcrop is read-only" + (f": {what}" if what else ""),
        why="it was started with --read-only, or outcrop.yaml says read_only: true" if what else "",
        todo="Start it without --read-only",
    )
