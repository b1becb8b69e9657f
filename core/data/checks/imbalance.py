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
    labels, places, counts = np.unique(answers, return_inverse=True, return_counts=True)
    if not 1 < len(labels) <= MOST_LABELS or len(answers) < LEAST_ROWS_A_LABEL * len(labels):
        return np.empty(0, np.int64)
    rare = counts < RARE * len(answers) / len(labels)
    found: Rows = np.flatnonzero(rare[places])
    return found
