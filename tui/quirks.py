"""What terminals do that nobody wants: raw escapes in data, copying through tmux, crash reports that print data."""

import base64
import os
import re
import traceback
from datetime import datetime
from pathlib import Path

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from core import read_only
from core.errors import OutcropError
from core.outputs import replacing

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(r"[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")  # of no width, so left out below
_EITHER = re.compile(f"{_CONTROLS.pattern}|{_INVISIBLE.pattern}")
_MOST_COPIED = 74_994  # bytes of an OSC 52 sequence: xterm's own limit, others take more


class NoControls(LineFilter):
    """The net below `core.text.visible`: nothing in a text that steers or reorders reaches the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Pictures whatever would steer the terminal."""
        del background
        if not any(not segment.control and _EITHER.search(segment.text) for segment in segments):
            return segments
        return [
            segment
            if segment.control
            else Segment(_CONTROLS.sub("␦", _INVISIBLE.sub("", segment.text)), segment.style)
            for segment in segments
        ]


def copy_sequence(text: str) -> str:
    """OSC 52, wrapped so that tmux hands it on to the terminal outside; empty where it is too long for terminals."""
    coded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(coded) > _MOST_COPIED:
        return ""
    bare = f"\x1b]52;c;{coded}\a"
    if "TMUX" in os.environ:
        return "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return bare


def keep_copy(text: str, folder: Path) -> Path:
    """Writes what was copied to a file as well: some terminals ignore OSC 52, and none says so.

    Raises:
        InputError: The file cannot be written.
    """
    path = folder / "copied.txt"
    _private(path, text)
    return path


def keep_crash(error: BaseException, folder: Path, now: datetime) -> Path:
    """Writes a traceback without its local variables, which hold credentials and data, readable by the user alone."""
    from core import log  # with `logging`, of no use where nothing fails

    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    log.begin(folder)
    log.failed("crash", f"see {path.name}", error)
    with read_only.allowing(path):  # it belongs to the log
        _private(path, "".join(traceback.format_exception(error)))
    return path


def last_words(error: Exception, folder: Path, now: datetime) -> str:
    """Keeps what is known of a crash, and gives the one line for whoever reads the terminal afterwards."""
    if isinstance(error, OutcropError):
        return str(error)
    name = type(error).__name__
    try:
        path = keep_crash(error, folder, now)
    except OutcropError as unkept:
        return f"Outcrop stopped: {name}, and could not keep a report: {unkept} Nothing decided is lost."
    return f"Outcrop stopped: {name}. What it knows is in {path}; nothing decided is lost."


def _private(path: Path, text: str) -> None:
    with replacing(path, private=True) as file:
        file.write(text.encode("utf-8", "replace"))
