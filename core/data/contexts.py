"""The tables that rows are about, by their cells: the same in every table format."""

import numpy as np

from core.data.checks.row_keys import Keys, RowNumbers
from core.data.dataset import SOURCE, Dataset
from core.records import grouping


def named(dataset: Dataset) -> bool:
    """Whether groups have names of their own, in the records or beside them, and are no hashes of a table's text."""
    return dataset.format == SOURCE or bool(dataset.beside)


def by_cells(dataset: Dataset, rows: RowNumbers, groups: Keys, known: dict[int, int]) -> Keys:
    """A hash of each row's table, 0 for none; of every group the table is read once.

    Args:
        dataset: Has the rows.
        rows: Their numbers.
        groups: A hash of the group of each, 0 for none.
        known: The tables of groups that were read before; takes those that are read now.
    """
    kinds, firsts, places = np.unique(groups, return_index=True, return_inverse=True)
    for group, first in zip(kinds.tolist(), firsts.tolist(), strict=True):
        if group and group not in known:
            chat = dataset.row(int(rows[first])).chat
            known[group] = int(grouping.of_chat(chat) or "0", 16) if chat else 0
    found: Keys = np.array([known.get(group, 0) for group in kinds.tolist()], np.uint64)[places]
    return found
