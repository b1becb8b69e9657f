"""The rehearsal as a process of its own: found, started, revived and stopped, one for each project.

The server holds a lock on a file for as long as it lives, so whether it lives is never a guess; the kernel gives the
lock back however it ends.
"""

import atexit
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from core import read_only
from core.aws.session import Endpoints
from core.errors import OutcropError, Where
from core.files import alone, is_held

AS_OF = "2025-06-01"  # a day on which Claude 3 Haiku could be tuned
PACE = 12.0  # seconds a job takes unless told otherwise
REGION = "us-west-2"

MEMORY = "rehearsal.db"  # in its folder
PATIENCE = 30.0  # seconds until a server that was started has to answer
_LOG_LINES = 5


class Options(msgspec.Struct, frozen=True):
    """How a rehearsal is set up.

    Attributes:
        as_of: The day it lives on, `2025-06-01` or `today`.
        pace: Seconds that a job takes; training may make it longer.
        region: Where it pretends to be.
        faults: A file of faults, or empty.
        catalog: A folder of the user's own catalogue, or empty.
    """

    as_of: str = AS_OF
    pace: float = PACE
    region: str = REGION
    faults: str = ""
    catalog: str = ""

    def arguments(self) -> list[str]:
        """As the server's own command line takes them."""
        given = {"--as-of": self.as_of, "--pace": str(self.pace), "--region": self.region}
        given |= {"--faults": self.faults, "--catalog": self.catalog}
        return [word for pair in given.items() if pair[1] for word in pair]


class Running(msgspec.Struct, frozen=True):
    """What `server.json` says of a server."""

    pid: int
    endpoints: Endpoints


def ensure(folder: Path, options: Options) -> Endpoints:
    """Finds the project's rehearsal or starts it.

    Args:
        folder: Where it keeps its state.
        options: Used only when it has to be started.

    Raises:
        OutcropError: It does not come up; names its log.
    """
    read_only.refuse(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder / "start.lock"):
        found = running(folder)
        return found.endpoints if found else _start(folder, options)


class Loan:
    """A project's rehearsal for who may change nothing: the one that runs, else one on a copy of what it keeps."""

    def __init__(self, folder: Path, options: Options) -> None:
        """Starts nothing yet.

        Args:
            folder: Where the rehearsal keeps its state, which is left as it is.
            options: Used only when a server has to be started.
        """
        self._folder = folder
        self._options = options
        self._home: Path | None = None

    def reach(self) -> Endpoints:
        """Finds the rehearsal, or starts the one on a copy.

        Raises:
            OutcropError: It does not come up.
        """
        found = running(self._folder)
        if found:
            return found.endpoints
        if self._home is None:
            self._home = Path(tempfile.mkdtemp(prefix="outcrop-rehearsal-"))
            atexit.register(self.give_back)
            if self._folder.is_dir():
                unwanted = shutil.ignore_patterns("*.lock", "server.json")
                shutil.copytree(self._folder, self._home / "rehearsal", ignore=unwanted)
        with read_only.allowing(self._home):
            return ensure(self._home / "rehearsal", self._options)

    def give_back(self) -> None:
        """Ends the one on a copy, and removes that."""
        atexit.unregister(self.give_back)
        if self._home is not None:
            stop(self._home / "rehearsal")
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None


def running(folder: Path) -> Running | None:
    """The server of a project, or None where none is alive."""
    if not is_held(folder / "server.lock"):
        return None
    try:
        return msgspec.json.decode((folder / "server.json").read_bytes(), type=Running)
    except (OSError, msgspec.MsgspecError):
        return None  # it has the lock but is not listening yet


def stop(folder: Path) -> bool:
    """Ends the server of a project; False where there was none."""
    found = running(folder)
    if found is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGTERM)
    _await(lambda: not is_held(folder / "server.lock"))
    return True


def refuse_damaged(folder: Path) -> None:
    """Looks at what a server remembers, and leaves it as it is.

    Args:
        folder: Where it keeps its state.

    Raises:
        OutcropError: It cannot be read; says what to remove.
    """
    memory = folder / MEMORY
    if not memory.is_file():
        return
    try:
        with tempfile.TemporaryDirectory(prefix="outcrop-") as home:
            for each in (memory, folder / f"{MEMORY}-wal"):
                if each.exists():
                    shutil.copyfile(each, Path(home) / each.name)
            with contextlib.closing(sqlite3.connect(Path(home) / MEMORY)) as db:
                found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
        found = str(error)
    if found != "ok":
        raise OutcropError(
            "The rehearsal's memory is damaged", why=str(found), todo=_begin_anew(folder), where=Where(str(memory))
        )


def _begin_anew(folder: Path) -> str:
    return f"Remove {folder}: the rehearsed jobs and models go, what you decided stays"


def _start(folder: Path, options: Options) -> Endpoints:
    refuse_damaged(folder)
    if not is_held(folder / "server.lock"):
        (folder / "server.json").unlink(missing_ok=True)  # of one that was killed
    log = folder / "server.log"
    command = [sys.executable, "-P", "-m", "core.rehearsal", "--folder", str(folder), *options.arguments()]
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd=folder
        )
    _await(lambda: running(folder) is not None or child.poll() is not None)
    found = running(folder)
    if found is None:
        child.kill()
        raise OutcropError(
            "The rehearsal did not start",
            why=" ".join(log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]),
            todo=f"Read its log. If that does not help: {_begin_anew(folder)[0].lower()}{_begin_anew(folder)[1:]}",
            where=Where(str(log)),
        )
    child.returncode = 0  # it is on its own now: no warning about a child that still runs
    return found.endpoints


def _await(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
