"""Browsing a large file of records in a terminal, beside less, VisiData and a plain DataTable (T2, T4 to T7, T13).

Every program gets the same file in a pseudo terminal of 120 by 40 cells and the same keys; times are taken on the
terminal's side, from the key to what is waited for, or to the last byte. What is not installed is left out. What does
not come within some patience is said, and the program is killed; no round begins after the time given.
"""

import argparse
import itertools
import math
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec
from chat_file import RARE, make
from memory import held
from setting import Program, Terminal, in_terminal

NAIVE = """
import json, sys
from textual.app import App
from textual.widgets import DataTable

class Naive(App):
    def compose(self):
        yield DataTable(cursor_type="row")

    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("prompt", "answer")
        for line in open(sys.argv[1], "rb"):
            turns = json.loads(line)["messages"]
            table.add_row(turns[0]["content"][:100].replace("\\\\n", " "), turns[1]["content"][:40])

Naive().run()
"""
PAGE_DOWN = "\x1b[6~"
_REST = 0.005  # seconds without a byte that end a page
_TOLD = 200  # bytes at most of a paint that only tells how far a scan is
_PATIENCE_OF_PAGE = 2.0  # seconds
PATIENCE = 30.0  # seconds for anything to come
TARGETS = "last at most 50 ms (T4); page p50 12, p95 25 ms (T5), 11,000 B with the record beside (T6); 70 MB (T13)"


class Browser(msgspec.Struct, frozen=True):
    """A program that browses, and its keys.

    Attributes:
        command: Its argument list; the file comes last.
        first: What shows that the first row is there.
        top: Goes to the first row.
        last: Goes to the last row.
        search: Looks for a word from the top; nothing where it cannot.
        last_row: What shows the last row, with the number of rows in it.
        hit: What shows the row with the word.
        ready: What shows that all rows are there, where it cannot go to the last one before.
    """

    command: list[str]
    first: str
    top: str
    last: str
    search: str
    last_row: str
    hit: str
    ready: str = ""


BROWSERS = {
    "outcrop": Browser(
        [sys.executable, "-P", "-m", "tui"], r"▌ +1 ", "g", "G", f"/{RARE}\r", r"▌ +{rows} ", r" of {rows} "
    ),
    "less": Browser(["less", "-S"], "<id>0</id>", "g", "G", f"/{RARE}\r", "<id>{last}</id>", RARE),
    "visidata": Browser(
        ["vd", "-f", "jsonl", "--default-width=100"],
        "<id>0</id>",
        "gk",
        "gj",
        "",
        "<id>{last}</id>",
        "",
        "{number} rows",
    ),
    "plain DataTable": Browser(
        [sys.executable, "-c", NAIVE], "<id>0</id>", "\x1b[1;5H", "\x1b[1;5F", "", "<id>{last}</id>", ""
    ),
}


class Round(msgspec.Struct):
    """What one program took in one round: seconds, milliseconds, bytes, MB; None where it did not come."""

    first: float | None = None
    last: float | None = None
    search: float | None = None
    pages: list[float] = []
    page_bytes: list[int] = []
    memory: float = 0.0
    hung: str = ""


def browse(browser: Browser, path: Path, rows: int, pages: int) -> Round:
    """Starts, jumps to the end, searches from the top, pages down; what hangs ends the round."""
    shutil.rmtree(path.parent.parent / "own", ignore_errors=True)  # or it comes back to the last search
    program = Program([*browser.command, str(path)], browser.first, path.parent)
    terminal, found = in_terminal(program, 120, 40), Round()
    numbers = {"rows": f"{rows:,}", "number": str(rows), "last": str(rows - 1)}

    def until(what: str, keys: str, pattern: str) -> float:
        found.hung = what
        wanted = re.compile(_filled(pattern, numbers))
        terminal.send(keys)
        return terminal.watch_until(lambda: wanted.search(terminal.text) is not None, patience=PATIENCE).seconds

    try:
        found.first = until("first row", "", browser.first)
        if browser.ready:
            until("all rows", "", browser.ready)
        terminal.settle(patience=2)
        found.last = until("last row", browser.last, browser.last_row)
        until("first row again", browser.top, browser.first)
        terminal.settle(patience=2)
        for _ in range(pages):
            seconds, size = page(terminal)
            found.pages.append(1000 * seconds)
            found.page_bytes.append(size)
        terminal.press(browser.top)
        if browser.search:
            found.search = until("search", browser.search, browser.hit)
        found.hung = ""
    except AssertionError:
        pass
    finally:
        found.memory = held(terminal.pid)
        terminal.close()
    return found


def page(terminal: Terminal) -> tuple[float, int]:
    """Asks for the next page; seconds and bytes until its rows are there.

    The record beside them comes when the cursor has rested, and is not waited for.
    """
    terminal.settle(quiet=_REST, patience=_REST)
    began, size = time.perf_counter(), 0
    terminal.send(PAGE_DOWN)
    while time.perf_counter() - began < _PATIENCE_OF_PAGE:
        before = time.perf_counter() - began
        paint = terminal.settle(quiet=_REST, patience=_PATIENCE_OF_PAGE)
        size += paint.size
        if paint.size > _TOLD:
            break
    return before + paint.seconds, size


def _filled(pattern: str, numbers: dict[str, str]) -> str:
    for name, number in numbers.items():
        pattern = pattern.replace("{" + name + "}", number)
    return pattern


def show(name: str, rounds: list[Round]) -> None:
    """A line of medians, and what did not come."""
    pages = sorted(page for each in rounds for page in each.pages) or [math.nan]
    sizes = [size for each in rounds for size in each.page_bytes] or [0]
    print(
        f"{name:<16} first {_median(each.first for each in rounds)}  last {_median(each.last for each in rounds)}"
        f"  search {_median(each.search for each in rounds)}"
        f"  page {statistics.median(pages):5.1f} ms (p95 {pages[int(len(pages) * 0.95)]:.1f})"
        f"  {statistics.median(sizes):7,.0f} B  {max(each.memory for each in rounds):5.0f} MB"
    )
    for what in sorted({each.hung for each in rounds if each.hung}):
        print(f"{'':<16} did not come within {PATIENCE:.0f} s: {what}")


def _median(seconds: Iterable[float | None]) -> str:
    known = [each for each in seconds if each is not None]
    return f"{1000 * statistics.median(known):6.0f} ms" if known else "        –"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="else one is made")
    parser.add_argument("--rows", type=int, default=100_000, help="of the file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=5.0, help="after which no program is started again")
    parser.add_argument("--only", nargs="*", choices=BROWSERS, default=list(BROWSERS))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "file" / "chats.jsonl"
        path.parent.mkdir()
        if wanted.file:
            path.symlink_to(wanted.file.resolve())
        else:
            make(path, wanted.rows)
        present = [name for name in wanted.only if shutil.which(BROWSERS[name].command[0])]
        found: dict[str, list[Round]] = {name: [] for name in present}
        until = time.monotonic() + 60 * wanted.minutes
        for number, name in itertools.product(range(wanted.rounds), present):
            if number and time.monotonic() > until:
                break
            found[name].append(browse(BROWSERS[name], path, wanted.rows, wanted.pages))
        done = min(len(rounds) for rounds in found.values())
        print(f"{wanted.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB, {done} rounds, 120x40", end=", ")
    print(f"load {os.getloadavg()[0]:.1f}; Outcrop's targets: {TARGETS}")
    for name, rounds in found.items():
        show(name, rounds)


if __name__ == "__main__":
    main()
