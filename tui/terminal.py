"""What the terminal around Outcrop can do, as far as it tells, for `outcrop doctor`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

import msgspec

from core.checklist import CheckLine, failed, passed, unknown

ENOUGH = (80, 24)
LEAST = (40, 12)
_NONE_SET = ("ascii", "ANSI_X3.4-1968")  # what C locales have; click takes neither for a wish, and prints UTF-8
_NO_CURSOR = ("dumb", "unknown", "")
_PATIENCE = 2.0  # seconds that tmux may take to answer


class Terminal(msgspec.Struct, frozen=True):
    """A terminal, looked at once.

    Attributes:
        attached: Whether somebody reads there and types.
        size: Columns and lines; None where nobody says.
        encoding: Of what plain commands print.
        environment: The variables that say what it can do.
        passthrough: What tmux says of `allow-passthrough`; empty where it has no such option, or there is no tmux.
    """

    attached: bool
    size: tuple[int, int] | None
    encoding: str
    environment: Mapping[str, str]
    passthrough: str = ""

    @property
    def kind(self) -> str:
        """What TERM says."""
        return self.environment.get("TERM", "")


def here() -> Terminal:
    """The terminal of this process."""
    return Terminal(
        attached=sys.stdin.isatty() and sys.stdout.isatty(),
        size=_size(),
        encoding="utf-8" if sys.stdout.encoding in _NONE_SET else sys.stdout.encoding,
        environment=dict(os.environ),
        passthrough=_passthrough() if "TMUX" in os.environ else "",
    )


def lines(terminal: Terminal) -> list[CheckLine]:
    """What it can do, a line each."""
    found = {
        "terminal": _cursor(terminal),
        "size": _room(terminal),
        "colours": _colours(terminal),
        "UTF-8": _utf8(terminal),
        "clipboard": _clipboard(terminal),
    }
    return [msgspec.structs.replace(line, name=name) for name, line in found.items()]


def _size() -> tuple[int, int] | None:
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            size = os.get_terminal_size(stream.fileno() if stream else -1)
        except (OSError, ValueError):  # none there, or closed
            continue
        return size.columns, size.lines
    return None


def _passthrough() -> str:
    tmux = shutil.which("tmux")
    if tmux is None:
        return ""
    try:
        asked = [tmux, "show-options", "-Apv", "allow-passthrough"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _cursor(terminal: Terminal) -> CheckLine:
    if not terminal.attached:
        return unknown("There is no terminal here", "Plain commands need none; run this where the dashboard is to be")
    if terminal.kind in _NO_CURSOR:
        return failed(
            f"TERM is {terminal.kind or 'not set'}: no cursor can be placed", "Set it, to xterm-256color say"
        )
    return passed(f"TERM is {terminal.kind}{', in tmux' if 'TMUX' in terminal.environment else ''}")


def _room(terminal: Terminal) -> CheckLine:
    if terminal.size is None:
        return unknown("Nobody says how large the terminal is", "Run this where the dashboard is to be")
    columns, rows = terminal.size
    found = f"{columns}x{rows}"
    if columns < LEAST[0] or rows < LEAST[1]:
        return failed(f"{found} is too small to read", f"Make it {ENOUGH[0]}x{ENOUGH[1]}")
    if columns < ENOUGH[0] or rows < ENOUGH[1]:
        return passed(f"{found}: it works, {ENOUGH[0]}x{ENOUGH[1]} shows all of it")
    return passed(found)


def _colours(terminal: Terminal) -> CheckLine:
    said = terminal.environment
    if "NO_COLOR" in said:
        return passed("none, as NO_COLOR wants")
    if said.get("COLORTERM") in ("truecolor", "24bit"):
        return passed("16 million")
    if "256color" in terminal.kind:
        return passed("256; themes take the nearest (COLORTERM=truecolor for more)")
    if terminal.kind in _NO_CURSOR:
        return unknown("Nobody says which colours there are", "Set TERM")
    return passed("sixteen, the terminal's own (TERM=xterm-256color for more)")


def _utf8(terminal: Terminal) -> CheckLine:
    if terminal.encoding.lower().replace("-", "") != "utf8":
        todo = "Unset PYTHONIOENCODING" if "PYTHONIOENCODING" in terminal.environment else "Set LANG=C.UTF-8"
        return failed(f"Plain commands print {terminal.encoding}: ✓ ✗ become ok and no, other glyphs become ?", todo)
    locale = next((found for name in ("LC_ALL", "LC_CTYPE", "LANG") if (found := terminal.environment.get(name))), "")
    if "utf8" in locale.lower().replace("-", ""):
        return passed(f"the locale is {locale}")
    tmux = ", and start tmux with -u" if "TMUX" in terminal.environment else ""
    return unknown(f"The locale, {locale or 'not set'}, does not say it", f"Set LANG=C.UTF-8{tmux}")


def _clipboard(terminal: Terminal) -> CheckLine:
    if terminal.passthrough == "off":
        return failed(
            "tmux keeps what is copied from the terminal around it",
            "`set -g allow-passthrough on` in ~/.tmux.conf; or, for now:",
            command="tmux set -g allow-passthrough on",
        )
    through = "tmux lets it through; no" if "TMUX" in terminal.environment else "No"
    return unknown(
        f"{through} terminal says whether it takes OSC 52",
        "Try y in the dashboard; it copies into a file as well",
    )
