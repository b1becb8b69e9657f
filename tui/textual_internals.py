"""What Outcrop uses of Textual's private parts, with the reasons."""

import codecs
import os
import select
import signal
from typing import Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_LOOK = 0.1  # seconds between two looks whether the input thread is to end


class TerminalDriver(LinuxDriver):
    """Reads from and writes to a terminal that may send anything, take any encoding, and go away at any time.

    Textual's own driver ends at a byte that is not UTF-8, and reads an input that has ended again and again.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Takes what Textual gives a driver."""
        super().__init__(*args, **options)
        self._file: Any = _Output(self._file.fileno())

    def run_input_thread(self) -> None:
        """Turns what is typed into events, until the application leaves or the terminal is gone."""
        try:
            self._listen()
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it who would say so
            self._app.call_later(self._app._handle_exception, error)

    def _listen(self) -> None:
        parser, decode = XTermParser(self._debug), codecs.getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _LOOK)
            if ready:
                typed = _read(self.fileno)
                if not typed:
                    _hang_up()
                    return
                for event in parser.feed(decode(typed)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)


class _Output:
    """The terminal as a file: UTF-8 whatever the locale says; once the terminal is gone, it takes everything."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._waiting: list[str] = []
        self._gone = False

    def fileno(self) -> int:
        """The file descriptor."""
        return self._number

    def write(self, text: str) -> None:
        """Keeps text until it is flushed."""
        self._waiting.append(text)

    def flush(self) -> None:
        """Writes what waits."""
        left = memoryview("".join(self._waiting).encode("utf-8", "replace"))
        self._waiting.clear()
        while left and not self._gone:
            try:
                left = left[os.write(self._number, left) :]
            except BlockingIOError:  # another program made the terminal non-blocking
                select.select([], [self._number], [])
            except OSError:
                self._gone = True
                _hang_up()


def _read(number: int) -> bytes:
    """Some bytes from the terminal; none once it is gone."""
    try:
        return os.read(number, 4096)
    except OSError:
        return b""


def _hang_up() -> None:
    """Does what the system leaves out where a parent, such as make, leads the session: it alone gets the SIGHUP."""
    os.kill(os.getpid(), signal.SIGHUP)
