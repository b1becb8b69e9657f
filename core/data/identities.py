"""Identities of rows from columns of numbers."""

import numpy as np
from numpy.typing import NDArray


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
