"""Labels of a classification task that are much rarer than others: a model learns to hardly ever give them."""

import numpy as np

from core.data.checks.duplicates import Keys, Rows

MOST_LABELS = 50
LEAST_ROWS_A_LABEL = 10.0  # on average; with fewer, answers are texts and no labels
RARE = 0.1  # of the share that each label would have if all were equally frequent


def find(answers: Keys) -> Rows:
    """The rows that give a rare label, in order; none where answers are no labels, or labels are balanced.

    Args:
        answers: `normal_form.answer_key` of each row.
    """
    ordered = np.sort(answers)
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    if not 1 < len(begins) <= MOST_LABELS or len(answers) < LEAST_ROWS_A_LABEL * len(begins):
        return np.empty(0, np.int64)
    counts = np.diff(begins, append=len(ordered))
    rare = ordered[begins][counts < RARE * len(answers) / len(begins)]
    found: Rows = np.flatnonzero(np.isin(answers, rare))
    return found
