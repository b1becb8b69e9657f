"""What terminals do that nobody wants: raw escapes in data, copying through tmux, crash reports that print data."""

import base64
import os
import sys
import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class NoControls(LineFilter):
    """The net below `core.text.visible`: no control character of a text segment reaches the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Pictures whatever is not printable."""
        del background
        if all(segment.control or segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment("".join(_shown(segment.text)), segment.style)
            for segment in segments
        ]


def _shown(text: str) -> Iterable[str]:
    return (letter if letter.isprintable() else "␦" for letter in text)


def copy_sequence(text: str) -> str:
    """OSC 52, wrapped so that tmux hands it on to the terminal outside."""
    coded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    bare = f"\x1b]52;c;{coded}\a"
    if "TMUX" in os.environ:
        return "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return bare


def keep_copy(text: str, folder: Path) -> Path:
    """Writes what was copied to a file as well: some terminals ignore OSC 52, and none says so."""
    path = folder / "copied.txt"
    _private(path, text)
    return path


def keep_crash(error: BaseException, folder: Path, now: datetime) -> Path:
    """Writes a traceback without its local variables, which hold credentials and data, readable by the user alone."""
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    _private(path, "".join(traceback.format_exception(error)))
    return path


def _private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)


def stderr_line(text: str) -> None:
    """One line for whoever reads the terminal after the dashboard is gone."""
    sys.stderr.write(text + "\n")
