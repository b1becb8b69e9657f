"""Columns of 64-bit keys, a row each: which rows share one, and two keys made one."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
RowNumbers = NDArray[np.int64]
_AT_ONCE = 1 << 16  # rows looked up at a time, so that a million take no memory
_MIX = np.uint64(0x9E3779B97F4A7C15)


def firsts(keys: Keys) -> RowNumbers:
    """For each row, the number of the first row with the same key: its own where it is the first."""
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    found: RowNumbers = first[place].astype(np.int64)
    return found


def shared(keys: Keys) -> NDArray[np.bool_]:
    """Which rows share their key with another; sorts once, for keys that stand twice are few."""
    ordered = np.sort(keys)
    several = ordered[1:][ordered[1:] == ordered[:-1]]
    found = np.zeros(len(keys), bool)
    if len(several):
        for low in range(0, len(keys), _AT_ONCE):
            part = keys[low : low + _AT_ONCE]
            places = np.minimum(np.searchsorted(several, part), len(several) - 1)
            found[low : low + _AT_ONCE] = several[places] == part
    return found


def repeats(keys: Keys) -> tuple[RowNumbers, RowNumbers]:
    """The rows whose key stood before, rising, and for each the first row that has it."""
    rows = np.flatnonzero(shared(keys))
    first = firsts(keys[rows])
    later = first != np.arange(len(rows))
    return rows[later], rows[first[later]]


def mixed(one: Keys, other: Keys) -> Keys:
    """Two keys as one."""
    both: Keys = one >> np.uint64(29)
    both += other
    both ^= one * _MIX
    both *= _MIX
    return both
