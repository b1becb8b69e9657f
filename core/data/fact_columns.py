"""Append-only columns of numbers that a scan fills, which record each row is, and what is kept of them on disk.

Kept columns are found by the file's identity and by what was looked for; they are mapped, so they take no memory.
"""

import hashlib
import re
import shutil
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core import read_only
from core.data.checks.file_comparison import FileComparison, Related
from core.data.checks.row_keys import RowNumbers
from core.data.scan.block import BITS, COLUMNS, UNREADABLE, LineBlock, ScanSpec

_FIRST = 1 << 12  # rows that columns have room for at first; doubled when full
FORMAT = 7  # raised when a column changes its meaning

_BITS = re.compile("[0-9a-f]{16}")


class FactColumns:
    """One thread appends blocks, any thread reads rows below `count`; `lock` is for whoever needs several in step.

    Attributes:
        given: Facts that came with source records: doubles, or places in `words`.
        words: For those that are words: each word's number, from 1.
        count: Rows.
        size: Bytes of the training file that source records make.
    """

    def __init__(self, codes: dict[str, str]) -> None:
        """Makes room.

        Args:
            codes: Those of `COLUMNS` that are held; the others are all 0 and take no memory.
        """
        self._values: dict[str, NDArray[np.generic]] = {
            name: np.empty(_FIRST, dtype=code) for name, code in codes.items()
        }
        self.given: dict[str, NDArray[np.generic]] = {}
        self.words: dict[str, dict[str, int]] = {}
        self.count = 0
        self.size = 0
        self.lock = threading.Lock()

    def __getitem__(self, name: str) -> NDArray[Any]:
        """One column of what is known so far."""
        values = self._values.get(name)
        if values is None:
            return np.broadcast_to(np.zeros(1, dtype=COLUMNS[name]), self.count)
        return values[: self.count]

    def replace(self, name: str, values: NDArray[np.generic]) -> None:
        """Another column in place of one, of as many rows."""
        with self.lock:
            self._values[name] = values

    def append(self, block: LineBlock, ours: frozenset[str]) -> None:
        """Takes the rows of a block.

        Args:
            block: The next rows.
            ours: Names under which a record's own fact is passed over.
        """
        stop = self.count + block.rows
        with self.lock:
            for name in self._values:
                self._values[name] = _room(self._values[name], stop, COLUMNS[name])
                self._values[name][self.count : stop] = np.frombuffer(block.columns[name], dtype=COLUMNS[name])
            for name in list(self.given):
                self.given[name] = _room(self.given[name], stop, self.given[name].dtype.char)
                self.given[name][self.count : stop] = 0 if name in self.words else np.nan
            for name, given in block.given.items():
                if name not in ours:
                    self._append_given(name, given.words, given.values, stop)
            self.count = stop
            self.size += block.size

    def load(
        self,
        columns: dict[str, NDArray[np.generic]],
        given: dict[str, NDArray[np.generic]],
        words: dict[str, dict[str, int]],
        size: int,
    ) -> None:
        """Takes all rows of an earlier scan instead."""
        with self.lock:
            self._values, self.given, self.words, self.size = columns, given, words, size
            self.count = len(columns["start"])

    def _append_given(self, name: str, texts: tuple[str, ...], values: bytes, stop: int) -> None:
        rows = len(self._values["start"])
        if texts or name in self.words:
            known = self.words.setdefault(name, {})
            if texts:
                places = [0, *(known.setdefault(word, len(known) + 1) for word in texts)]
                found = np.array(places, dtype="I")[np.frombuffer(values, dtype="I")]
            else:  # numbers in this stretch, words before: numbers are words as well
                numbers = [f"{value:g}" for value in np.frombuffer(values, dtype="d")]
                found = np.array([known.setdefault(number, len(known) + 1) for number in numbers], dtype="I")
            if name not in self.given or self.given[name].dtype != np.dtype("I"):
                self.given[name] = np.zeros(rows, dtype="I")
        else:
            found = np.frombuffer(values, dtype="d")
            if name not in self.given:
                self.given[name] = np.full(rows, np.nan)
        self.given[name] = _room(self.given[name], stop, self.given[name].dtype.char)
        self.given[name][self.count : stop] = found


def _room(column: NDArray[np.generic], stop: int, code: str) -> NDArray[np.generic]:
    """The column, with room for `stop` rows."""
    if stop <= len(column):
        return column
    larger = np.empty(max(stop, 2 * len(column)), dtype=code)
    larger[: len(column)] = column
    return larger


class Identities:
    """The identities of the rows that a scan has come to; written out for those that are asked for."""

    def __init__(self, columns: FactColumns) -> None:
        self._columns = columns
        self._numbers: NDArray[np.uint32] | None = None  # of each row its number among equals, once asked for

    def of(self, row: int) -> str:
        """A row's identity, with its number among equals; empty for a row that cannot be read."""
        value, nth = int(self._columns["id"][row]), int(self._columns["nth"][row])
        return "" if nth == UNREADABLE else written_identity(value, nth, self._number(row))

    def of_rows(self, rows: RowNumbers) -> list[str]:
        """The identities of some rows, in their order; empty for one that cannot be read."""
        columns = (self._columns["id"][rows], self._columns["nth"][rows], self._every_number()[rows])
        parts = zip(*(column.tolist() for column in columns), strict=True)
        return ["" if nth == UNREADABLE else written_identity(value, nth, number) for value, nth, number in parts]

    def of_all(self) -> list[str]:
        """Every row's identity, in the file's order."""
        return self.of_rows(np.arange(self._columns.count, dtype=np.int64))

    def readable(self) -> RowNumbers:
        """The rows that can be read, rising."""
        return np.flatnonzero(self._columns["nth"] != UNREADABLE)

    def copies(self, rows: RowNumbers) -> NDArray[np.uint64]:
        """What tells rows of one identity apart: the number that the line says, then the one in this file."""
        return self._columns["nth"][rows].astype(np.uint64) << np.uint64(32) | self._every_number()[rows]

    def rows_of(self, identities: set[str]) -> dict[int, str]:
        """Where some records stand: their identities by row."""
        ids = self._columns["id"]
        bits = {identity.partition(".")[0] for identity in identities}
        wanted = {int(each, 16) for each in bits if _BITS.fullmatch(each)}  # others stand in no file
        places = np.flatnonzero(np.isin(ids, np.fromiter(wanted, dtype="Q", count=len(wanted))))
        return {row: identity for row, identity in self._among(places).items() if identity in identities}

    def repeats(self, related: Related) -> dict[str, str]:
        """Exact duplicates: their identities, each with that of the first of them.

        Args:
            related: What a comparison found.
        """
        ids = self._columns["id"]
        found = self._among(np.flatnonzero(np.isin(ids, ids[np.union1d(related.rows, related.others)])))
        pairs = zip(related.rows.tolist(), related.others.tolist(), strict=True)
        known = ((found[row], found[first]) for row, first in pairs if row in found and first in found)
        return {later: first for later, first in known if later.partition(".")[0] == first.partition(".")[0]}

    def _among(self, places: RowNumbers) -> dict[int, str]:
        """The identities of rows, where all that share one are among them."""
        ids, nths = self._columns["id"][places], self._columns["nth"][places]
        parts = zip(
            places.tolist(), ids.tolist(), nths.tolist(), numbers_among_equals(ids, nths).tolist(), strict=True
        )
        return {row: written_identity(value, nth, number) for row, value, nth, number in parts if nth != UNREADABLE}

    def _every_number(self) -> NDArray[np.uint32]:
        """Of each row its number among those of the same identity; kept until more rows are known."""
        found = self._numbers
        if found is None or len(found) != self._columns.count:
            with self._columns.lock:  # a scan may append to one of the two only
                ids, nths = self._columns["id"], self._columns["nth"]
            self._numbers = found = numbers_among_equals(ids, nths).astype(np.uint32)
        return found

    def _number(self, row: int) -> int:
        if self._numbers is not None and row < len(self._numbers):
            return int(self._numbers[row])
        before = np.flatnonzero(self._columns["id"][:row] == self._columns["id"][row])
        return 1 + int(np.count_nonzero(self._columns["nth"][before] == self._columns["nth"][row]))


def written_identity(value: int, nth: int, number: int) -> str:
    """An identity as text.

    Args:
        value: Its 64 bits.
        nth: Its number among equals where the line itself says it, else 0.
        number: Its number among those of the file that are equal even so.
    """
    own = f".{nth}" if nth > 1 else ""
    return f"{value:016x}{own}" + (f".{number}" if number > 1 else "")


def numbers_among_equals(ids: NDArray[np.uint64], nths: NDArray[np.uint32]) -> NDArray[np.int64]:
    """For each row, how many up to it have the same identity."""
    order = np.lexsort((nths, ids))
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (ids[order][1:] != ids[order][:-1]) | (nths[order][1:] != nths[order][:-1])
    firsts = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.arange(len(order)) - firsts + 1
    return numbers


class Kept(msgspec.Struct, frozen=True):
    """All that a scan found out.

    Attributes:
        columns: By name, as `COLUMNS` has them.
        given: Facts that came with source records.
        words: For those that are words: each word's number.
        comparison: What comparing the records found.
        size: Bytes of the training file that source records make.
    """

    columns: dict[str, NDArray[np.generic]]
    given: dict[str, NDArray[np.generic]]
    words: dict[str, dict[str, int]]
    comparison: FileComparison
    size: int


class _Rest(msgspec.Struct, frozen=True):
    """What is no column."""

    words: dict[str, dict[str, int]]
    figures: dict[str, tuple[float, ...]]
    size: int


def kept_name(identity: str, spec: ScanSpec) -> str:
    """The name of the folder for a file and what is looked for in it."""
    return hashlib.sha256(msgspec.msgpack.encode((FORMAT, list(BITS), identity, spec))).hexdigest()[:24]


def load_kept(folder: Path, columns: Collection[str]) -> Kept | None:
    """What was kept there; None where there is nothing, or nothing that can be read.

    Args:
        folder: Where.
        columns: The names of those that a scan fills.
    """
    if not folder.is_dir():
        return None
    try:
        mapped = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in columns}
        given = {_name(path): np.load(path, mmap_mode="r") for path in sorted(folder.glob("given-*.npy"))}
        rest = msgspec.msgpack.decode((folder / "rest").read_bytes(), type=_Rest)
        related = {rule: _related(folder / f"related-{rule}.npy", figures) for rule, figures in rest.figures.items()}
    except (OSError, ValueError, TypeError, msgspec.MsgspecError):
        return None
    return Kept(mapped, given, rest.words, FileComparison(related), rest.size)


def keep(folder: Path, kept: Kept) -> bool:
    """Writes facts aside and renames them; a cache is a convenience, so what goes wrong is passed over.

    Returns:
        Whether they are there now.
    """
    if read_only.is_on():
        return False
    aside = folder.with_name(f".{folder.name}.{time.monotonic_ns()}")
    try:
        aside.mkdir(parents=True)
        for name, values in kept.columns.items():
            np.save(aside / f"{name}.npy", values)
        for name, values in kept.given.items():
            np.save(aside / f"given-{name}.npy", values)
        for rule, related in kept.comparison.related.items():
            np.save(aside / f"related-{rule}.npy", np.stack([related.rows, related.others]))
        figures = {rule: related.figures for rule, related in kept.comparison.related.items()}
        rest = _Rest(kept.words, figures, kept.size)
        (aside / "rest").write_bytes(msgspec.msgpack.encode(rest))
        aside.rename(folder)
    except OSError:  # a full disk, or another Outcrop that was quicker
        shutil.rmtree(aside, ignore_errors=True)
        return False
    return True


def _name(path: Path) -> str:
    return path.stem.partition("-")[2]


def _related(path: Path, figures: tuple[float, ...]) -> Related:
    rows, others = np.load(path)
    return Related(rows, others, figures)
