"""How many bytes the dashboard writes for a key, a page, a tab, a resize, and for nothing (targets T6, T11, T14).

Bytes are counted on the terminal's side of a real pseudo terminal of 256 colours; a paint is over when nothing has
come for a while. Times are from the key to the last byte; of a tab's first visit also to the words that are its own,
which stand there before what it works out in a thread.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from setting import Paint, Program, Terminal, in_terminal, project

from core.rehearsal import process
from core.workspace import rehearsal_folder

Paints = Iterable[tuple[int, float]]

_OWN = {  # words of each stage of a project in which nothing has happened yet
    "1": "THE TASK",
    "3": "sub-sample",
    "4": "KMS key",
    "5": "No jobs yet",
    "6": "Nothing is evaluated",
    "7": "No endpoints",
}


def show(what: str, paints: Paints) -> None:
    """A line: the median of bytes and of milliseconds, and the most of each."""
    sizes, seconds = zip(*paints, strict=True)
    size, middle = statistics.median(sizes), statistics.median(seconds) * 1000
    print(f"{what:<34} {size:8,.0f} B  (at most {max(sizes):,})  {middle:5.0f} ms  ({max(seconds) * 1000:.0f})")


def at_size(folder: Path, columns: int, lines: int, keys: int, idle: float) -> None:
    """Measures one size of the terminal."""
    terminal = in_terminal(Program([sys.executable, "-P", "-m", "tui"], "", folder), columns, lines)
    try:
        terminal.wait_for(r"◌ idle +\$0\.00/h")
        terminal.wait_for(r"10,000 records +0 decided")
        terminal.settle(quiet=0.5, patience=2.0)
        print(f"\n{columns}x{lines}   start {len(terminal.raw):,} B")

        def pressed(key: str, times: int = keys) -> Paints:
            return [(paint.size, paint.seconds) for paint in (terminal.press(key) for _ in range(times))]

        show("row down", pressed("j"))
        show("page down", pressed("\x1b[6~"))
        show("to the last row and the first", [*pressed("G", 1), *pressed("g", 1)])
        visits = [_visit(terminal, number) for number in _OWN]
        show("tab, first visit", [(first.size, first.seconds) for first, _ in visits])
        show("  with what it works out", [(whole.size, whole.seconds) for _, whole in visits])
        show("tab, again", [paint for _ in range(2) for number in "1234567" for paint in pressed(number, 1)][7:])
        show("help, open and closed", [*pressed("?", 1), *pressed("\x1b", 1)])
        terminal.press("2")
        show("resize", [_resized(terminal, columns - less, lines - less) for less in (4, 0) * 5])
        print(f"{f'idle for {idle:.0f} s':<34} {terminal.watch(idle).size:8,} B")
    finally:
        terminal.close()


def _visit(terminal: Terminal, number: str) -> tuple[Paint, Paint]:
    """A stage for the first time: until its own words are there, and until no more comes."""
    terminal.send(number)
    first = terminal.watch_until(lambda: _OWN[number] in terminal.text)
    rest = terminal.settle(quiet=0.5, patience=2.0)
    return first, Paint(first.raw + rest.raw, first.seconds + rest.seconds)


def _resized(terminal: Terminal, columns: int, lines: int) -> tuple[int, float]:
    terminal.resize(columns, lines)
    paint = terminal.settle()
    return paint.size, paint.seconds


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=20, help="how often each key is pressed")
    parser.add_argument("--idle", type=float, default=20.0, help="seconds of watching an idle screen")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = project(Path(scratch))
        try:
            for columns, lines in ((80, 24), (120, 40)):
                at_size(folder, columns, lines, wanted.keys, wanted.idle)
        finally:
            process.stop(rehearsal_folder(folder))


if __name__ == "__main__":
    main()
