"""Writing files so that nothing is destroyed or half written: whatever Outcrop writes goes through here."""

import errno
import fcntl
import itertools
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from core import read_only
from core.files import unwritable
from core.signals import is_running

_NOTE = ".outcrop-replacing.json"  # beside files that belong together, while they are moved into place
_ASIDE = re.compile(r"\..+\.(\d+)(?:-\d+)?\.part")
_numbers = itertools.count()
_swept: set[Path] = set()  # folders, looked through once a process
_LINKS = 40  # the most in a chain, as Linux has it


class _Output(msgspec.Struct):
    """A file on its way.

    Attributes:
        path: As it was named.
        home: Where it is, at the end of all links.
        aside: Where it is written first; None where it is written directly.
        file: Open for writing.
    """

    path: Path
    home: Path
    aside: Path | None
    file: BinaryIO

    def discard(self) -> None:
        """Closes it; what was not moved into place is removed."""
        with suppress(OSError):  # such as a full disk, which was told already
            self.file.close()
        if self.aside:
            self.aside.unlink(missing_ok=True)


class _Moved(msgspec.Struct, frozen=True):
    """One file of a note: where the new one is, and what the old one was."""

    name: str
    aside: str
    old: tuple[int, int, int] | None


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Writes a file: a kill leaves the old one or the new one, whole and on disk.

    A link stays a link, and what it leads to is written. A file that is replaced keeps its mode and owner; a new one
    has what the umask leaves. A device, a pipe and an open descriptor such as `/dev/stdout` are written directly.

    Args:
        path: The file; its folder is made where it is missing.
        private: Only the owner may read and write it.

    Raises:
        InputError: It is a folder, its folder cannot be written, or the disk is full; the old file stays.
        RefusedError: Outcrop is read-only, and this is not its standard output.
    """
    with replacing_all((path,), private=private) as (file,):
        yield file


@contextmanager
def replacing_all(paths: Sequence[Path], *, private: bool = False) -> Iterator[tuple[BinaryIO, ...]]:
    """Writes files of one folder that belong together: all are replaced, or none, as `replacing` does one.

    A kill while they are moved into place leaves a note beside them, and whoever writes or reads there next finishes
    the move (`finish`).

    Args:
        paths: The files.
        private: Only the owner may read and write them.

    Raises:
        InputError: As `replacing`; all of the old files stay.
    """
    for path in paths:
        refuse_if_read_only(path)
    outputs: list[_Output] = []
    with ExitStack() as opened:
        for path in paths:
            with _writing(path):
                outputs.append(output := _open(path, private=private))
            opened.callback(output.discard)
        with _writing(paths[0]):
            yield tuple(output.file for output in outputs)
        for output in outputs:
            with _writing(output.path):
                output.file.flush()
                if output.aside:
                    os.fsync(output.file.fileno())
        with _writing(paths[0]):
            _put([output for output in outputs if output.aside])


def refuse_if_read_only(path: Path) -> None:
    """Keeps a read-only Outcrop from writing a file other than its standard output: for whoever works before writing.

    Raises:
        RefusedError: It is read-only.
    """
    if _descriptor(path) not in (1, 2):
        read_only.refuse(Path(os.path.abspath(path)))  # noqa: PTH100 - a link is written through, so `..` is not


def finish(folder: Path) -> None:
    """Finishes what a killed Outcrop left half replaced in a folder; what was written there since stays.

    Raises:
        InputError: The folder cannot be written.
    """
    if not (folder / _NOTE).exists():
        return
    if read_only.is_on():
        raise read_only.refusal(f"the files in {folder} are half replaced, and it may not finish that")
    with _writing(folder / _NOTE), _one_by_one(folder):
        _finish(folder)


def put_new(aside: Path, path: Path) -> bool:
    """Gives a finished file its name, unless something has that name already; the file aside is gone then, too.

    Returns:
        Whether it has the name now.
    """
    try:
        os.link(aside, path)
    except FileExistsError:
        aside.unlink()
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            aside.unlink()
            return False
        aside.replace(path)
    else:
        aside.unlink()
    sync(path.parent)
    return True


def sync(folder: Path) -> None:
    """Has the names in a folder on disk, as far as its file system can do that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems refuse it for folders
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def aside_of(path: Path) -> Path:
    """A name beside a file, for what is to take its place; `replacing` sweeps those of processes that are gone."""
    return path.with_name(f".{path.name}.{os.getpid()}-{next(_numbers)}.part")


def _open(path: Path, *, private: bool) -> _Output:
    descriptor = _descriptor(path)
    if descriptor is not None:
        return _Output(path, path, None, os.fdopen(os.dup(descriptor), "wb"))
    old = _status(path)
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "It is a folder; name a file in it")
    if old is not None and not stat.S_ISREG(old.st_mode):
        return _Output(path, path, None, path.open("wb"))
    home = Path(os.path.realpath(path))
    _make(home.parent)
    _sweep(home.parent)
    finish(path.parent)
    aside = aside_of(home)
    mode = 0o600 if private else stat.S_IMODE(old.st_mode) if old else 0o666
    file = open(aside, "xb", opener=lambda name, flags: os.open(name, flags, mode & 0o777))  # noqa: SIM115
    with suppress(OSError):  # so that nobody sweeps it; some network file systems have no locks
        fcntl.flock(file, fcntl.LOCK_EX)
    if old is not None:
        _keep(file.fileno(), old, mode)
    return _Output(path, home, aside, file)


def _keep(descriptor: int, old: os.stat_result, mode: int) -> None:
    """Gives a new file the owner and mode of the old one, as far as this user may."""
    for owner in (old.st_uid, -1):
        with suppress(OSError):
            os.fchown(descriptor, owner, old.st_gid)
            break
    with suppress(OSError):  # a file system without modes
        os.fchmod(descriptor, mode)


def _descriptor(path: Path) -> int | None:
    """The number of an open file of this process that a path leads to, such as `/dev/stdout` or a shell's `>(…)`."""
    here = {os.path.realpath(each) for each in ("/dev/fd", f"/proc/{os.getpid()}/fd")}
    for _ in range(_LINKS):
        folder = Path(os.path.realpath(path.parent))
        if str(folder) in here and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = folder / path.readlink()
    return None


def _status(path: Path) -> os.stat_result | None:
    """Of what a path leads to; None where that is not there."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What changes when somebody replaces or writes a file; None where there is none."""
    found = _status(path)
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found else None


def _make(folder: Path) -> None:
    """Makes a folder and those above it, on disk."""
    if folder.is_dir():
        return
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync(each.parent)


def _put(outputs: Sequence[_Output]) -> None:
    """Moves files into place: one by its rename, several with a note of what is still to do."""
    if len(outputs) < 2:
        for output in outputs:
            if output.aside:
                output.aside.replace(output.home)
                sync(output.home.parent)
        return
    folder = outputs[0].path.parent
    with _one_by_one(folder):
        _finish(folder)
        note = [_Moved(each.path.name, each.aside.name, _identity(each.home)) for each in outputs if each.aside]
        aside = aside_of(folder / _NOTE)
        try:
            with aside.open("xb") as file:
                file.write(msgspec.json.encode(note))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(folder / _NOTE)
        finally:
            aside.unlink(missing_ok=True)
        sync(folder)
        try:
            _finish(folder)
        except OSError:  # all is as it was
            (folder / _NOTE).unlink(missing_ok=True)
            raise


def _finish(folder: Path) -> None:
    """Carries a note out; whoever calls this has the folder for himself.

    The note names files of its own folder only, and a file aside lies beside the one it replaces under a name that
    follows from it: a note that came with somebody's data moves nothing else.
    """
    note = folder / _NOTE
    try:
        moves = msgspec.json.decode(note.read_bytes(), type=list[_Moved])
    except FileNotFoundError:
        return
    except msgspec.MsgspecError:  # not ours
        moves = []
    waiting: list[tuple[Path, Path]] = []
    for move in moves:
        home = Path(os.path.realpath(folder / Path(move.name).name))
        aside = home.parent / Path(move.aside).name
        if not _ASIDE.fullmatch(aside.name) or not aside.name.startswith(f".{home.name}.") or not aside.exists():
            continue
        if _identity(home) != move.old:
            waiting.clear()  # somebody has written here since: theirs stays
            break
        waiting.append((aside, home))
    _move(waiting)
    note.unlink(missing_ok=True)
    sync(folder)


def _move(moves: Sequence[tuple[Path, Path]]) -> None:
    """Moves every file aside into place; where one cannot be, those before it are put back."""
    undo: list[tuple[Path, Path, bool]] = []
    try:
        for aside, home in moves:
            old = aside_of(home)
            with suppress(OSError):  # nothing is there yet, or the file system has no hard links
                os.link(home, old)
            undo.append((old, home, home.exists()))
            aside.replace(home)
        for folder in {home.parent for _, home in moves}:
            sync(folder)
    except OSError:
        for old, home, was_there in reversed(undo):
            if old.exists():
                old.replace(home)
            elif not was_there:
                home.unlink(missing_ok=True)
        raise
    finally:
        for old, _, _ in undo:
            old.unlink(missing_ok=True)


@contextmanager
def _one_by_one(folder: Path) -> Iterator[None]:
    """Lets one at a time move files into place in a folder; the lock is on the folder itself, so nothing stays."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Removes what processes that are gone were writing aside here."""
    if folder in _swept:
        return
    _swept.add(folder)
    if (folder / _NOTE).exists():
        finish(folder)
    with os.scandir(folder) as entries:
        asides = [(entry.path, found[1]) for entry in entries if (found := _ASIDE.fullmatch(entry.name))]
    for path, pid in asides:
        if int(pid) != os.getpid() and is_running(int(pid)):
            continue
        with suppress(OSError), open(path, "rb") as file:  # noqa: PTH123
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held by a writer elsewhere, on a shared file system
            Path(path).unlink()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Says what an error of the system means for the file that is written."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
