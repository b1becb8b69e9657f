"""Reading files so that a mistake is explained, and locks on them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from core import read_only
from core.errors import InputError, OutcropError, Where

_OPEN_FILES = Path("/proc/self/fd")  # where a file without a name can be opened again, as far as a system has that


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
def at_any_place(path: Path) -> Iterator[Path]:
    """A file, or a copy of what a pipe brings, which can be read at any place and more than once.

    Nothing is left of the copy, and an error that is about it names the pipe.

    Raises:
        InputError: The pipe cannot be read.
    """
    if path.is_file() or not path.exists() or path.is_dir():
        yield path
        return
    import shutil  # both take their time to import, and few commands are given a pipe
    import tempfile

    nameless = _OPEN_FILES.is_dir()  # whose copy is gone even where a kill leaves no time to remove it
    with tempfile.TemporaryFile() if nameless else tempfile.NamedTemporaryFile(prefix="outcrop-") as copy:
        try:
            with path.open("rb") as pipe:
                shutil.copyfileobj(pipe, copy)
            copy.flush()
        except OSError as error:
            raise unreadable(path, error) from error
        place = _OPEN_FILES / str(copy.fileno()) if nameless else Path(copy.name)
        try:
            yield place
        except OutcropError as error:
            if error.where is not None and error.where.path == str(place):
                error.where = msgspec.structs.replace(error.where, path=str(path))
            error.todo = error.todo.replace(str(place), str(path))
            raise


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Lets one through at a time, over all processes and threads; the kernel gives the lock back however one ends.

    Args:
        path: A file that is only locked; it is made, with its folder, where it is not there.

    Raises:
        InputError: It cannot be made.
        RefusedError: Outcrop is read-only.
    """
    read_only.refuse(path)
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
