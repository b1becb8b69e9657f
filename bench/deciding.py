"""What a key of the Data tab costs after a bulk of decisions, and beside a process that writes every second.

Times are from the key to what it brings on the screen of a real pseudo terminal. Cursor keys are also timed while a
bulk is decided, undone and redone here, and while one that another process decided is read. All writing processes are
plain users of `core`.
"""

import argparse
import itertools
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from setting import Program, Terminal, in_terminal, make_project, opened, records

from core.rehearsal import process
from core.workspace import rehearsal_folder

_BULK = """
import sys
from pathlib import Path
from core.data.decisions import Subject, decide
from core.workspace import open_project
workspace = open_project(Path(sys.argv[1]))
subjects = [Subject(f"{number:016x}", "") for number in range(int(sys.argv[2]))]
decide(workspace.store, subjects, "flag", None, who="bob", now=workspace.clock.now())
"""
_WRITER = """
import sys, time
from pathlib import Path
from core.data.decisions import Subject, decide
from core.workspace import open_project
workspace = open_project(Path(sys.argv[1]))
number = 0
while True:
    now = workspace.clock.now()
    decide(workspace.store, [Subject(f"{number:016x}", "")], "flag", "keep", who="bob", now=now)
    workspace.store.write("INSERT OR REPLACE INTO tasks VALUES ('t', 'train', '[]', 1, 'done', NULL, NULL, ?, ?, ?)",
                          (str(now), str(now), str(number)))
    number += 1
    time.sleep(1)
"""


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return sorted(seconds)[min(len(seconds) - 1, int(0.95 * len(seconds)))]


def show(what: str, seconds: list[float], note: str = "") -> float:
    """A line; returns the median."""
    middle = statistics.median(seconds)
    worst = f"p95 {p95(seconds) * 1000:6.0f}   most {max(seconds) * 1000:6.0f}"
    print(f"{what:<44} {middle * 1000:7.0f} ms   {worst}  {note}", flush=True)
    return middle


class Keys:
    """Keys of one dashboard, each timed until what it brings is on the screen."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def cursor(self, key: str) -> float:
        """Moves the cursor."""
        before = self._row()
        return self._until(key, lambda: self._row() != before)

    def decides(self, times: int) -> dict[str, list[float]]:
        """Rejects, undoes, keeps, undoes, writes a note and undoes it, some times over."""
        found: dict[str, list[float]] = {"x": [], "space": [], "u": [], "note": []}
        for _, (name, key) in itertools.product(range(times), (("x", "x"), ("space", " "))):
            self.cursor("j")  # what was said in the bar makes room
            before = self._row()
            found[name].append(self._until(key, lambda was=before: self._row() != was))
            found["u"].append(self._until("u", lambda: "undone: flag of 1 record" in self._terminal.text))
        for number in range(times):
            self.cursor("j")
            self._until("m", lambda: "note" in self._terminal.text.splitlines()[-2])
            self._terminal.press(f"remark {number}", quiet=0.05)
            found["note"].append(self._until("\r", lambda n=number: f"remark {n}" in self._beside()))
            self._until("u", lambda: "undone: note of 1 record" in self._terminal.text)
        return found

    def meanwhile(self, until: Callable[[], bool], patience: float = 90.0) -> tuple[list[float], float]:
        """Moves the cursor up and down until something is there; returns those times, and when it was there."""
        began, found = time.perf_counter(), []
        keys = itertools.cycle("jjjjkkkk")
        while not until() and time.perf_counter() - began < patience:
            found.append(self.cursor(next(keys)))
            self._terminal.watch(0.03)
        return found or [0.0], time.perf_counter() - began

    def _row(self) -> str:
        """The number of the row under the cursor."""
        found = re.search(r"^▌ *([\d,]+)", self._terminal.text, re.MULTILINE)
        return found[1] if found else ""

    def _beside(self) -> str:
        return "\n".join(self._terminal.text.splitlines()[:-2])

    def _until(self, key: str, holds: Callable[[], bool]) -> float:
        self._terminal.send(key)
        seconds = self._terminal.watch_until(holds).seconds
        self._terminal.settle(quiet=0.08, patience=1.0)
        return seconds


@contextmanager
def running(program: str, *arguments: str) -> Iterator[None]:
    """Another process beside the dashboard."""
    child = subprocess.Popen([sys.executable, "-P", "-c", program, *arguments])
    try:
        yield
    finally:
        child.kill()
        child.wait()


def measured(folder: Path, rows: int, times: int, seconds: float) -> None:
    """All of it, in one dashboard."""
    terminal = in_terminal(Program([sys.executable, "-P", "-m", "tui"], "", folder), 120, 30)
    keys, many = Keys(terminal), f"{rows:,}"
    try:
        terminal.wait_for(rf"{many} records +0 decided", patience=120)
        terminal.settle(quiet=1.0, patience=20)
        terminal.send("jj")
        before = {name: show(f"{name}, nothing decided", taken) for name, taken in keys.decides(times).items()}

        def bulk(what: str, key: str, said: str) -> None:
            terminal.settle()
            terminal.send(key)
            terminal.watch_until(lambda: "enter does it" not in terminal.text)
            taken, whole = keys.meanwhile(lambda: said in terminal.text)
            show(f"cursor while {what}", taken, f"{whole:.1f} s")

        terminal.send("A")
        terminal.wait_for("Keep all")
        terminal.settle()
        terminal.send("\r")
        terminal.wait_for(f"Keep {many} records")
        bulk(f"{many} are decided", "\r", f"{many} decided")
        after = keys.decides(times)
        for name, taken in after.items():
            middle = show(f"{name}, {many} decided", taken)
            print(f"{'':<44} {middle / before[name]:7.2f} times (at most 1.5)")
        bulk("that is undone", "u", " 0 decided")
        bulk("that is redone", "U", f"{many} decided")
        terminal.send("j")
        terminal.wait_for(f"{many} decided")
        until = time.perf_counter() + seconds / 2
        show("cursor, nobody else writes", keys.meanwhile(lambda: time.perf_counter() > until)[0])
        with running(_BULK, str(folder), str(rows)):
            taken, whole = keys.meanwhile(lambda: " 0 decided" in terminal.text)
        show("cursor while another's bulk is read", taken, f"{whole:.1f} s, that process included")
        with running(_WRITER, str(folder)):
            terminal.wait_for(" [1-9] decided")
            until = time.perf_counter() + seconds
            taken, _ = keys.meanwhile(lambda: time.perf_counter() > until)
        show("cursor while another writes every second", taken, f"{len(taken)} keys (p95 at most 50)")
    finally:
        terminal.close()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=10, help="how often each key is pressed")
    parser.add_argument("--seconds", type=float, default=15.0, help="beside the process that writes")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = make_project(Path(scratch) / "project", records(wanted.records), reviewer="ann")
        workspace = opened(folder)
        workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '2')")
        workspace.close()
        try:
            measured(folder, wanted.records, wanted.keys, wanted.seconds)
        finally:
            process.stop(rehearsal_folder(folder))


if __name__ == "__main__":
    main()
