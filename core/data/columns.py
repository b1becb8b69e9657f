"""Numbers of every row, that grow block by block as a scan goes on."""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.scan.block import COLUMNS, Block

_FIRST = 1 << 12  # rows that columns have room for at first; doubled when full


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

    def append(self, block: Block, ours: frozenset[str]) -> None:
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
