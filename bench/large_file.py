"""What a large file costs to index, search, filter and check, beside `wc -l` and plain loops (T2 to T4, T7, T8, T13).

Every operation runs in a process of its own; rounds go through all of them in turn, and a ratio is the median of the
ratios to `wc -l` within a round: of seconds on the clock, and of processor time, children included. Memory is the
most that the process and its children hold beside files (RssAnon). What hangs is killed; no round begins that would
end after the time given.
"""

import argparse
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import msgspec
from chat_file import RARE, make
from memory import Watch, family

from core import catalog
from core.data import Dataset
from core.data.facts import Facts
from core.data.view import View
from core.progress import Cancel, Progress

SQL = "input_tokens > 300 AND issue IS NULL AND output_tokens BETWEEN 2 AND 9"
MODEL = "claude-3-haiku"
ORJSON = """
import sys, orjson
with open(sys.argv[1], "rb") as file:
    print(sum(1 for line in file if orjson.loads(line)), "rows")
"""


PATIENCE = 120.0  # seconds after which a process is killed
TARGETS = {
    "open": "T2: 1.25 times the first row of 10,000",
    "index": "T3: 2x wc",
    "last row": "T4: 50 ms",
    "scan with every rule": "T8: 30x wc, T13: 200 MB",
    "first finding": "T8: 500 ms",
    "search in any case": "T7: 12x wc",
    "search exactly": "T7: 3.5x wc",
    "SQL over facts": "300 ms for a million rows",
    "SQL over texts": "T7: first hit 100 ms",
    "cancel": "T7: 100 ms",
    "outcrop check --quick": "T8: 20x wc, T13: 200 MB",
    "outcrop check": "T8: 30x wc, T13: 200 MB",
}


class Taken(msgspec.Struct, frozen=True):
    """What a process took: seconds on the clock and of processors, MB, and the last line that it printed."""

    seconds: float
    processor: float
    memory: float
    said: str


def polars_scan(path: Path) -> str:
    """A frame library reads every row."""
    import polars as pl

    found = pl.scan_ndjson(path).select(pl.len(), pl.col("system").str.len_bytes().sum()).collect(engine="streaming")
    return f"{found.item(0, 0)} rows"


def opened(path: Path) -> str:
    """From the path to the first row (T2)."""
    dataset = Dataset(path)
    return f"{len(dataset.answer(0))} characters"


def indexed(path: Path) -> str:
    """Where every line begins (T3)."""
    dataset = Dataset(path)
    dataset.index.grow_all()
    return f"{dataset.count} rows"


def last_row(path: Path) -> str:
    """The last row of an index that is complete (T4); only the jump is timed."""
    dataset = Dataset(path)
    dataset.index.grow_all()
    began = time.perf_counter()
    dataset.row(dataset.count - 1)
    return f"{1000 * (time.perf_counter() - began):.1f} ms"


def _view(path: Path, cache: Path) -> View:
    dataset = Dataset(path)
    facts = Facts(dataset, catalog.load().tuning_of(MODEL)[1].requirements(), cache)
    facts.scan()
    return View(dataset, facts, None)


def scanned(path: Path) -> str:
    """All rules, as the Data tab has them: once, and kept beside (T8)."""
    with tempfile.TemporaryDirectory(dir=path.parent) as cache:
        return f"{_view(path, Path(cache)).count} rows"


def searched(path: Path) -> str:
    """A word that stands once, near the end, in any case (T7)."""
    return _timed(path, lambda view: view.apply(RARE))


def searched_exactly(path: Path) -> str:
    """A word with a capital, which is looked for as it is and stands nowhere (T7)."""
    return _timed(path, lambda view: view.apply(RARE.title()))


def filtered(path: Path) -> str:
    """SQL over facts; what applies it is imported while somebody types."""
    import core.data.filter  # noqa: F401

    return _timed(path, lambda view: view.apply(SQL))


def filtered_by_text(path: Path) -> str:
    """SQL over the text of every answer, until its first hit and until the end (T7)."""
    import core.data.filter  # noqa: F401 - while somebody types

    first: list[float] = []
    began = 0.0

    def some() -> None:
        if not first:
            first.append(time.perf_counter() - began)

    def apply(view: View) -> None:
        nonlocal began
        began = time.perf_counter()
        view.apply("answer LIKE '%depreciation%'", found_some=some)

    return f"{_timed(path, apply)}, first hit after {1000 * first[0]:.0f} ms"


def cancelled(path: Path) -> str:
    """How long a search goes on after it was cancelled (T7)."""
    view, cancel, told = _view(path, path.parent / "cache"), Cancel(), threading.Event()
    ended: list[float] = []

    def look() -> None:
        try:
            view.apply("prompt LIKE '%nothing like this%'", report=lambda _: told.set(), cancel=cancel)
        finally:
            ended.append(time.perf_counter())

    thread = threading.Thread(target=lambda: _quietly(look))
    thread.start()
    told.wait(30)
    began = time.perf_counter()
    cancel.cancel()
    thread.join()
    return f"{1000 * (ended[0] - began):.0f} ms"


def first_finding(path: Path) -> str:
    """From the start of a scan to its first rows with reasons (T8)."""
    dataset = Dataset(path)
    facts = Facts(dataset, catalog.load().tuning_of(MODEL)[1].requirements())
    began, cancel = time.perf_counter(), Cancel()
    found: list[float] = []

    def tell(_: Progress) -> None:
        if facts.rows_by_finding():
            found.append(time.perf_counter() - began)
            cancel.cancel()

    _quietly(lambda: facts.scan(tell, cancel))
    return f"{1000 * found[0]:.0f} ms" if found else "none before the end"


def _quietly(act: Callable[[], object]) -> None:
    from core.errors import CancelledError

    try:
        act()
    except CancelledError:
        return


def _timed(path: Path, act: Callable[[View], object]) -> str:
    """Runs on facts that are kept, and says what that alone took."""
    view = _view(path, path.parent / "cache")
    began = time.perf_counter()
    act(view)
    return f"{view.count} rows in {1000 * (time.perf_counter() - began):.0f} ms"


OPERATIONS: dict[str, Callable[[Path], str]] = {
    "open": opened,
    "index": indexed,
    "last row": last_row,
    "scan with every rule": scanned,
    "first finding": first_finding,
    "search in any case": searched,
    "search exactly": searched_exactly,
    "SQL over facts": filtered,
    "SQL over texts": filtered_by_text,
    "cancel": cancelled,
    "peer: polars scan": polars_scan,
}


def commands(path: Path, small: Path, peers: str) -> dict[str, list[str]]:
    """What is measured: `wc -l` first, operations in processes of their own, and `outcrop check` as a user has it.

    Args:
        path: The file.
        small: Its first 10,000 rows.
        peers: An interpreter that has orjson.
    """
    outcrop = [sys.executable, "-P", "-m", "tui"]
    own = {name: [sys.executable, __file__, str(path), "--run", name] for name in OPERATIONS}
    return {
        "wc -l": ["wc", "-l", str(path)],
        "open 10,000 rows": [sys.executable, __file__, str(small), "--run", "open"],
        **own,
        "peer: orjson loop": [peers, "-c", ORJSON, str(path)],
        "outcrop check --quick": [*outcrop, "check", str(path), "--model", MODEL, "--quick"],
        "outcrop check": [*outcrop, "check", str(path), "--model", MODEL],
    }


def measured(command: list[str]) -> Taken:
    """Runs a process, and kills it where it takes too long."""
    before, began = _processor(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watch = Watch(process)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        for pid in reversed(family(process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.communicate()
        out, err = f"killed after {PATIENCE:.0f} s", ""
    seconds = time.perf_counter() - began
    said = (out.strip() or err.strip() or "nothing").splitlines()[-1]
    return Taken(seconds, _processor() - before, watch.end(), said)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="else one is made")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=5.0, help="no round begins that would end later")
    parser.add_argument("--only", nargs="*", help="beginnings of the names of what to measure")
    parser.add_argument("--peers", default=sys.executable, help="an interpreter that has orjson")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.run:
        print(OPERATIONS[wanted.run](wanted.file))
        return
    with tempfile.TemporaryDirectory() as scratch:
        path, small = Path(scratch) / "chats.jsonl", Path(scratch) / "small.jsonl"
        if wanted.file:
            path.symlink_to(wanted.file.resolve())
        else:
            make(path, wanted.rows)
        with path.open("rb") as file, small.open("wb") as begins:
            begins.writelines(islice(file, 10_000))
        every = commands(path, small, wanted.peers)
        chosen = {name: each for name, each in every.items() if _wanted(name, wanted.only)}
        until = time.monotonic() + 60 * wanted.minutes
        _view(path, path.parent / "cache")
        found: dict[str, list[Taken]] = {name: [] for name in chosen}
        longest = 0.0
        for _ in range(wanted.rounds):
            began = time.monotonic()
            if began + longest > until:
                break
            for name, command in chosen.items():
                found[name].append(measured(command))
            longest = max(longest, time.monotonic() - began)
        size = path.stat().st_size
    show(found, size)


def show(found: dict[str, list[Taken]], size: int) -> None:
    """A line an operation, each beside its target."""
    floor = found["wc -l"]
    print(f"{size / 1e6:,.0f} MB, {len(floor)} rounds, load {os.getloadavg()[0]:.1f}; with the start of the process")
    for name, rounds in found.items():
        ratio = statistics.median(a.seconds / b.seconds for a, b in zip(rounds, floor, strict=True))
        processor = statistics.median(a.processor / b.processor for a, b in zip(rounds, floor, strict=True))
        print(
            f"{name:<22} {statistics.median(each.seconds for each in rounds):7.2f} s {ratio:6.1f}x wc"
            f" {statistics.median(each.processor for each in rounds):7.2f} s of processors {processor:6.1f}x"
            f" {max(each.memory for each in rounds):6.0f} MB   {rounds[-1].said[:60]}"
            + (f"   [{TARGETS[name]}]" if name in TARGETS else "")
        )


def _wanted(name: str, only: list[str] | None) -> bool:
    return name == "wc -l" or not only or any(name.startswith(each) for each in only)


if __name__ == "__main__":
    main()
