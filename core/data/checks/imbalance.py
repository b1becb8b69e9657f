"""Labels of a classification task that are much rarer than others: a model learns to hardly ever give them."""

import msgspec
import numpy as np

from core.data.checks.duplicates import Keys

MOST_LABELS = 50
LEAST_ROWS_A_LABEL = 10.0  # on average; with fewer, answers are texts and no labels
RARE = 0.1  # of the share that each label would have if all were equally frequent


class Label(msgspec.Struct, frozen=True):
    """One of the answers.

    Attributes:
        row: The first row that gives it.
        count: Rows that give it.
        share: Of all rows, 0 to 1.
        rare: It is much rarer than it would be if all were equally frequent.
    """

    row: int
    count: int
    share: float
    rare: bool


def labels(answers: Keys) -> tuple[Label, ...]:
    """The labels of a classification task, the most frequent first; none where the answers are no labels.

    Args:
        answers: `normal_form.answer_key` of each row.
    """
    keys, first, counts = np.unique(answers, return_index=True, return_counts=True)
    if not 1 < len(keys) <= MOST_LABELS or len(answers) < LEAST_ROWS_A_LABEL * len(keys):
        return ()
    even = 1 / len(keys)
    found = [
        Label(int(row), int(count), float(count / len(answers)), bool(count / len(answers) < RARE * even))
        for row, count in zip(first, counts, strict=True)
    ]
    return tuple(sorted(found, key=lambda label: (-label.count, label.row)))


def find(answers: Keys) -> tuple[Label, ...]:
    """The rare labels, the rarest first; none where the task is no classification or its labels are balanced."""
    return tuple(label for label in reversed(labels(answers)) if label.rare)
