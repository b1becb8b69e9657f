"""Reading and writing files so that a mistake is explained and nothing is ever half written."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from core.errors import InputError, Where


class Compression(msgspec.Struct, frozen=True):
    """How a file is compressed.

    Attributes:
        name: Its name.
        undo: The command that decompresses a file.
    """

    name: str
    undo: str


_COMPRESSIONS = {
    b"\x1f\x8b": Compression("gzip", "gunzip -k"),
    b"\x28\xb5\x2f\xfd": Compression("Zstandard", "zstd -d"),
}


def compression(head: bytes) -> Compression | None:
    """What a file is compressed by, from its first bytes; None where it is not."""
    return next((each for magic, each in _COMPRESSIONS.items() if head.startswith(magic)), None)


def unreadable(path: Path, error: OSError) -> InputError:
    """What to say when a file cannot be opened or read."""
    where = Where(str(path))
    if isinstance(error, FileNotFoundError):
        return InputError("This file is not there", todo="Check its name and folder", where=where)
    if isinstance(error, IsADirectoryError):
        return InputError("This is a folder", todo="Give a file in it", where=where)
    if isinstance(error, PermissionError):
        return InputError("This file may not be read", todo=f"Allow it: chmod u+r {path}", where=where)
    why = error.strerror or str(error)
    return InputError("This file cannot be read", why=why, todo="Check its name and folder", where=where)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Writes a file aside, flushes it to disk and renames it: a kill leaves the old file or the new one.

    Raises:
        InputError: The folder cannot be written, or the disk is full; the old file stays.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):  # it was renamed, or never made
            aside.unlink()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Lets one through at a time, over all processes and threads; the kernel gives the lock back however one ends.

    Args:
        path: A file that is only locked; it is made, with its folder, where it is not there.

    Raises:
        InputError: It cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise unwritable(path, error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_held(path: Path) -> bool:
    """Whether some process holds the lock of `alone` on a file."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def unwritable(path: Path, error: OSError) -> InputError:
    """What to say when a file cannot be made or written."""
    return InputError(
        "This file cannot be written",
        why=error.strerror or str(error),
        todo="Check the folder's permissions and free space",
        where=Where(str(path)),
    )
