"""Browsing a large file of records in a terminal, beside less, VisiData and a plain DataTable (T2, T4 to T7, T13).

Every program gets the same file in a pseudo terminal of 120 by 40 cells and the same keys; times are taken on the
terminal's side, from the key to what is waited for, or to the last byte. What is not installed is left out.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from chat_file import RARE, make
from large_file import _anonymous, _family
from setting import Program, in_terminal

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


class Browser(msgspec.Struct, frozen=True):
    """A program that browses, and its keys.

    Attributes:
        command: Its argument list; the file comes last.
        first: What shows that the first row is there.
        top: Goes to the first row.
        last: Goes to the last row.
        search: Looks for a word from the top; nothing where it cannot.
        last_row: What shows the last row, with the number of rows in it.
        hit: What shows the row with the word, where that is not what `last_row` says.
    """

    command: list[str]
    first: str
    top: str
    last: str
    search: str
    last_row: str
    hit: str


BROWSERS = {
    "outcrop": Browser(
        [sys.executable, "-P", "-m", "tui"], r"▌ +1 ", "g", "G", f"/{RARE}\r", r"▌ +{rows} ", r" of {rows} "
    ),
    "less": Browser(["less", "-S"], "<id>0</id>", "g", "G", f"/{RARE}\r", "<id>{last}</id>", RARE),
    "visidata": Browser(
        ["vd", "-f", "jsonl", "--default-width=100"], "<id>0</id>", "gk", "gj", "", "<id>{last}</id>", ""
    ),
    "plain DataTable": Browser(
        [sys.executable, "-c", NAIVE], "<id>0</id>", "\x1b[1;5H", "\x1b[1;5F", "", "<id>{last}</id>", ""
    ),
}


class Round(msgspec.Struct):
    """What one program took in one round: seconds, milliseconds, bytes, MB."""

    first: float
    last: float
    search: float | None
    pages: list[float]
    page_bytes: list[int]
    memory: float


def browse(browser: Browser, path: Path, rows: int, pages: int) -> Round:
    """Starts, jumps to the end, searches from the top, pages down."""
    program = Program([*browser.command, str(path)], browser.first, path.parent)
    terminal = in_terminal(program, 120, 40)
    try:
        first = terminal.wait_for(program.shows, patience=120)
        terminal.settle(patience=2)

        def until(keys: str, pattern: str) -> float:
            began = time.perf_counter()
            terminal.send(keys)
            return terminal.wait_for(pattern, patience=120) + terminal.began - began

        numbers = {"rows": f"{rows:,}", "last": str(rows - 1)}
        last = until(browser.last, _filled(browser.last_row, numbers))
        until(browser.top, browser.first)
        terminal.settle(patience=2)
        search = None
        if browser.search:
            search = until(browser.search, _filled(browser.hit, numbers))
            terminal.settle(patience=2)
            terminal.press("\x1b")
            terminal.press(browser.top)
        paints = [terminal.press(PAGE_DOWN, quiet=0.05) for _ in range(pages)]
        memory = sum(_anonymous(pid) for pid in _family(terminal.pid)) / 1024
        return Round(
            first, last, search, [1000 * paint.seconds for paint in paints], [p.size for p in paints], memory
        )
    finally:
        terminal.close()


def _filled(pattern: str, numbers: dict[str, str]) -> str:
    for name, number in numbers.items():
        pattern = pattern.replace("{" + name + "}", number)
    return pattern


def show(name: str, rounds: list[Round]) -> None:
    """A line of medians."""
    pages = sorted(page for each in rounds for page in each.pages)
    searches = [each.search for each in rounds if each.search is not None]
    search = f"{1000 * statistics.median(searches):7.0f} ms" if searches else "         –"
    print(
        f"{name:<16} first {1000 * statistics.median(each.first for each in rounds):6.0f} ms"
        f"  last {1000 * statistics.median(each.last for each in rounds):5.0f} ms  search {search}"
        f"  page {statistics.median(pages):5.1f} ms (p95 {pages[int(len(pages) * 0.95)]:.1f})"
        f"  {statistics.median(size for each in rounds for size in each.page_bytes):7,.0f} B"
        f"  {max(each.memory for each in rounds):5.0f} MB"
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="else one is made")
    parser.add_argument("--rows", type=int, default=100_000, help="of the file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--only", nargs="*", choices=BROWSERS, default=list(BROWSERS))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "chats.jsonl"
        if wanted.file:
            path.symlink_to(wanted.file.resolve())
        else:
            make(path, wanted.rows)
        present = [name for name in wanted.only if shutil.which(BROWSERS[name].command[0])]
        found: dict[str, list[Round]] = {name: [] for name in present}
        for _ in range(wanted.rounds):
            for name in present:
                found[name].append(browse(BROWSERS[name], path, wanted.rows, wanted.pages))
        print(f"{wanted.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB, {wanted.rounds} rounds, 120x40")
    for name, rounds in found.items():
        show(name, rounds)


if __name__ == "__main__":
    main()
