"""Records that stand twice, and prompts that are answered in two ways."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Rows = NDArray[np.int64]


def firsts(keys: Keys) -> Rows:
    """For each row, the number of the first row with the same key: its own where it is the first."""
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    found: Rows = first[place].astype(np.int64)
    return found


def duplicates(identities: Keys) -> Rows:
    """The rows whose identity stood before, in order; the first of each stays. A row of key 0 is unreadable."""
    later = firsts(identities) != np.arange(len(identities))
    found: Rows = np.flatnonzero(later & (identities != 0))
    return found


def contradictions(prompts: Keys, answers: Keys) -> Rows:
    """The rows whose prompt stands elsewhere with another answer, in order: all of them, for any may be right.

    Args:
        prompts: A hash of everything before the answer; 0 where a row cannot be read.
        answers: `normal_form.answer_key`, so that another spelling is no other answer.
    """
    first = firsts(prompts)
    differs = (answers != answers[first]) & (prompts != 0)
    contradicted = np.zeros(len(prompts), bool)
    contradicted[first[differs]] = True
    found: Rows = np.flatnonzero(contradicted[first])
    return found
