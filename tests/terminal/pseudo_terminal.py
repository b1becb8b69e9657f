"""A terminal that tests and benchmarks look at: a real pty, what was written to it, and the screen that makes.

Times and bytes are taken on the terminal's side, as whoever sits at the other end of an SSH line has them.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyte

OUTCROP = (sys.executable, "-P", "-m", "tui")
QUIET = 0.15  # seconds without a byte after which a paint is over
_USUAL = {
    "TERM": "xterm-256color",
    "LC_ALL": "C.UTF-8",
    **dict.fromkeys(("COLORTERM", "NO_COLOR", "TMUX", "COLUMNS", "LINES")),
}
_ASKED = re.compile(rb"\x1b\[[<>=?][0-9;:]*[ $'\"!]?[a-zA-Z]|\x1b\[[0-9;]*[tq ]|\x1bP.*?\x1b\\", re.DOTALL)


class Paint(msgspec.Struct, frozen=True):
    """What one key, or one moment, brought.

    Attributes:
        raw: The bytes.
        seconds: From the key to the last byte.
    """

    raw: bytes
    seconds: float

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.raw)


class Terminal:
    """One program in one pty."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 80,
        lines: int = 24,
        *,
        environment: Mapping[str, str | None] | None = None,
        folder: Path | None = None,
        answering: bool = True,
    ) -> None:
        """Starts a program.

        Args:
            command: Its argument list.
            columns: Of the terminal.
            lines: Of the terminal.
            environment: Over this process's own; None takes a variable away.
            folder: Where it starts.
            answering: Whether the terminal answers when it is asked what it is, as nearly all do.
        """
        self.began = time.perf_counter()
        self.raw = bytearray()
        self._came = 0.0
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        over: dict[str, str | None] = {**_USUAL, **(environment or {})}
        wanted = {name: value for name, value in {**os.environ, **over}.items() if value is not None}
        self._answering = answering
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            try:
                _set_size(0, columns, lines)
                os.chdir(folder or ".")
                os.execvpe(command[0], list(command), wanted)
            finally:
                os._exit(127)
        os.set_blocking(self._file, False)

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self._screen.display)

    def columns(self, character: str) -> list[set[int]]:
        """In which columns of each line a character stands, however wide what is before it."""
        cells = range(self._screen.columns)
        return [
            {at for at in cells if self._screen.buffer[line][at].data == character}
            for line in range(self._screen.lines)
        ]

    def send(self, keys: str) -> None:
        """Types."""
        self.send_bytes(keys.encode())

    def send_bytes(self, keys: bytes) -> None:
        """Types what is no text."""
        os.write(self._file, keys)

    def settle(self, *, quiet: float = QUIET, patience: float = 5.0) -> Paint:
        """Reads until nothing has come for a while.

        Args:
            quiet: How long nothing must have come.
            patience: How long to wait at most, also for the first byte.
        """
        began, last, before = time.perf_counter(), 0.0, len(self.raw)
        while time.perf_counter() - began < patience:
            if self._read(quiet):
                last = self._came
            elif last:
                break
        return Paint(bytes(self.raw[before:]), max(0.0, last - began))

    def press(self, keys: str, *, quiet: float = QUIET, patience: float = 5.0) -> Paint:
        """Types, and reads what that brings; nothing, where it brings none within some patience."""
        self.send(keys)
        return self.settle(quiet=quiet, patience=patience)

    def watch(self, seconds: float) -> Paint:
        """Reads whatever comes in some time, which on an idle screen is nothing."""
        began, before = time.perf_counter(), len(self.raw)
        while (left := seconds - (time.perf_counter() - began)) > 0:
            self._read(left)
        return Paint(bytes(self.raw[before:]), seconds)

    def watch_until(self, holds: Callable[[], bool], *, patience: float = 60.0) -> Paint:
        """Reads whatever comes until something holds.

        Raises:
            AssertionError: It never does; shows the screen.
        """
        began, before = time.perf_counter(), len(self.raw)
        while not holds():
            assert time.perf_counter() - began < patience, f"it never came:\n{self.text}"
            self._read(0.02)
        return Paint(bytes(self.raw[before:]), time.perf_counter() - began)

    def wait_for(self, pattern: str, *, patience: float = 60.0) -> float:
        """Waits until the screen has something on it; returns the seconds since the program was started.

        Raises:
            AssertionError: It never comes, or the program has ended; shows the screen.
        """
        wanted, until = re.compile(pattern), time.perf_counter() + patience
        while not wanted.search(self.text):
            if not self._read(0.02) and (time.perf_counter() > until or self._ended()):
                raise AssertionError(f"{pattern!r} never came to the screen:\n{self.text}")
        return time.perf_counter() - self.began

    def resize(self, columns: int, lines: int) -> None:
        """Gives it another size, as a terminal does whose window is pulled."""
        self._screen.resize(lines, columns)
        _set_size(self._file, columns, lines)

    def signal(self, number: int) -> None:
        """Sends a signal."""
        os.kill(self.pid, number)

    def modes(self) -> list[Any]:
        """How the terminal treats what is typed: `termios.tcgetattr`, without the speeds."""
        return termios.tcgetattr(self._file)[:4]

    def hang_up(self) -> None:
        """Takes the terminal away, as a dropped SSH line does."""
        os.close(self._file)
        self._file = -1

    def wait(self, *, patience: float = 60.0) -> int:
        """Waits for its end; returns the exit code, negative for a signal.

        Raises:
            AssertionError: It goes on.
        """
        until = time.perf_counter() + patience
        while time.perf_counter() < until:
            if self._file >= 0:
                self._read(0.02)
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"it does not end:\n{self.text}")

    def close(self) -> None:
        """Ends it, whatever it does."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        if self._file >= 0:
            os.close(self._file)

    def _ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._file], [], [], timeout)
        if not ready:
            return False
        try:
            found = os.read(self._file, 1 << 16)
        except OSError:  # the other side is gone
            time.sleep(min(timeout, 0.02))
            return False
        self._came = time.perf_counter()  # before the screen is made of it, which takes its time, too
        self.raw += found
        self._answer(found)
        self._stream.feed(_ASKED.sub(b"", found))
        return bool(found)

    def _answer(self, found: bytes) -> None:
        """The two questions that a terminal always answers."""
        if not self._answering:
            return
        if b"\x1b[6n" in found:
            os.write(self._file, b"\x1b[1;1R")
        if b"\x1b[c" in found or b"\x1b[0c" in found:
            os.write(self._file, b"\x1b[?62;22c")


def _set_size(file: int, columns: int, lines: int) -> None:
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
