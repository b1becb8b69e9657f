"""Which record a row is: identities from columns of numbers, with a number among equals for exact duplicates."""

import re

import numpy as np
from numpy.typing import NDArray

from core.data.checks.comparison import Related
from core.data.columns import FactColumns
from core.data.scan.block import UNREADABLE

Rows = NDArray[np.int64]
_BITS = re.compile("[0-9a-f]{16}")


class Identities:
    """The identities of the rows that a scan has come to; written out for those that are asked for."""

    def __init__(self, columns: FactColumns) -> None:
        self._columns = columns
        self._numbers: NDArray[np.uint32] | None = None  # of each row its number among equals, once asked for

    def of(self, row: int) -> str:
        """A row's identity, with its number among equals; empty for a row that cannot be read."""
        value, nth = int(self._columns["id"][row]), int(self._columns["nth"][row])
        return "" if nth == UNREADABLE else written_identity(value, nth, self._number(row))

    def of_rows(self, rows: Rows) -> list[str]:
        """The identities of some rows, in their order; empty for one that cannot be read."""
        columns = (self._columns["id"][rows], self._columns["nth"][rows], self._every_number()[rows])
        parts = zip(*(column.tolist() for column in columns), strict=True)
        return ["" if nth == UNREADABLE else written_identity(value, nth, number) for value, nth, number in parts]

    def of_all(self) -> list[str]:
        """Every row's identity, in the file's order."""
        return self.of_rows(np.arange(self._columns.count, dtype=np.int64))

    def copies(self, rows: Rows) -> NDArray[np.uint64]:
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

    def _among(self, places: Rows) -> dict[int, str]:
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
