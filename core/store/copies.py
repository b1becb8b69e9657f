"""Copies of a store for who only looks: no trace is left beside it, not even of its log."""

import shutil
from pathlib import Path

from core.errors import InputError, Where

_TRIES = 10  # for a copy that nobody wrote to meanwhile

State = tuple[tuple[int, int], ...]
"""Of a store's file and its log: size, and time of the last write."""


def state(path: Path) -> State:
    """What changes when a store is written."""
    return tuple(_state(each) for each in (path, _log(path)))


def copy(path: Path, folder: Path) -> tuple[Path, State]:
    """Copies a store with what its log holds, as it is between two writes of others.

    Args:
        path: The store's file, which need not be there.
        folder: Where the copy goes.

    Returns:
        The copy, and the state it was taken in.

    Raises:
        InputError: Others write to it all the time.
        OSError: It cannot be read.
    """
    for _ in range(_TRIES):
        before = state(path)
        for each in (path, _log(path)):
            if each.exists():
                shutil.copyfile(each, folder / each.name)
        if state(path) == before:
            return folder / path.name, before
    what = "The project's database is written to all the time"
    raise InputError(what, todo="Try again", where=Where(str(path)))


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return -1, 0
    return found.st_size, found.st_mtime_ns


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
