"""Outcrop's log: one file in the user's state folder that says what happened in the field.

It has the name, the duration and the end of each call to AWS, and where something failed. What errors say can be
data: it is left out unless `OUTCROP_DEBUG` asks for it. What calls send and bring is left out always, as are secrets.

Whoever only starts Outcrop need not wait for `logging`: import this where something is logged.
"""

import io
import logging
import os
import sys
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from core.text import visible

FILE = "outcrop.log"
DEBUG = "OUTCROP_DEBUG"  # set to anything, as `--debug` does for a process and its children: log more
_MOST = 1_000_000  # bytes of a file
_FILES = 3  # older ones beside it
_FRAMES = 6  # of a failure, the innermost

_root = logging.getLogger("outcrop")
_root.propagate = False
_root.addHandler(logging.NullHandler())


def begin(folder: Path) -> None:
    """Logs into a folder from now on; a second time there changes nothing, and a log that cannot be written is none.

    Args:
        folder: Where `outcrop.log` is, made with the first line.
    """
    path = folder / FILE
    for handler in list(_root.handlers):
        if isinstance(handler, _File):
            if handler.path == path:
                return
            _root.removeHandler(handler)
            handler.close()
    _root.addHandler(_File(path))
    _root.setLevel(logging.DEBUG if debugging() else logging.INFO)
    logger("start").debug("Python %s on %s", sys.version.split()[0], sys.platform)


def logger(name: str) -> logging.Logger:
    """The log under a name of its own, such as `aws`."""
    return _root.getChild(name)


def debugging() -> bool:
    """Whether more is to be logged."""
    return bool(os.environ.get(DEBUG))


def failed(name: str, what: str, error: BaseException) -> None:
    """Logs a failure: its type and where it came from; what it says only when more is to be logged.

    Args:
        name: Of the log.
        what: What was being done.
        error: What was raised.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    came = ", ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    kind = f"{type(error).__name__} {getattr(error, 'code', '')}".rstrip()
    logger(name).error("%s: %s at %s", what, kind, came or "?", exc_info=error if debugging() else None)


class _File(RotatingFileHandler):
    """The file, open to nobody else, shared by every Outcrop that runs."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_MOST, backupCount=_FILES, encoding="utf-8", errors="replace", delay=True)
        self.path = path
        self.setFormatter(_Plain("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a line where the file is now: another process may have put another in its place."""
        try:
            if self.stream is not None and not self._is_current(self.stream):
                self.stream.close()
                self.stream = self._open()
        except OSError:
            return
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as logging names it
        """Goes on: a disk that is full is no reason to stop, nor to write over the screen."""

    def _is_current(self, stream: io.TextIOWrapper) -> bool:
        here = os.fstat(stream.fileno())
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def _open(self) -> io.TextIOWrapper:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return open(self.path, "a", encoding="utf-8", errors="replace", opener=_private)


class _Plain(logging.Formatter):
    """UTC, and nothing that steers a terminal; but for tracebacks, a record is one line."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging names it
        return visible(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging names it
        return visible(super().formatException(ei), breaks=True)


def _private(path: str, flags: int) -> int:
    file = os.open(path, flags, 0o600)
    os.fchmod(file, 0o600)  # one that was there already may be open to others
    return file
