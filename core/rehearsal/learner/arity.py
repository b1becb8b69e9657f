"""Whether a question wants one thing or several, and which of a table's cells make up a list."""

import numpy as np

from core.rehearsal.learner.candidate import Candidate
from core.rehearsal.learner.features import Features
from core.rehearsal.learner.linear import Weights

ONE, SEVERAL = 0, 1
MOSTLY_ONE = (2.0, 0.0)
"""The scores of one and several in a model out of the box."""

LISTED_SHARE = 0.2  # of the best candidate's probability; what has more is in the list
LONGEST_LIST = 12


def listed(features: Features, probabilities: Weights) -> list[Candidate]:
    """The cells of a list, in the order of the table: those nearly as probable as the best and of its type."""
    best = features.candidates[int(probabilities.argmax())]
    likely = np.argsort(-probabilities, kind="stable")
    chosen: dict[str, int] = {}
    for number in likely.tolist():
        candidate = features.candidates[number]
        if probabilities[number] < LISTED_SHARE * probabilities[likely[0]] or len(chosen) == LONGEST_LIST:
            break
        if candidate.type == best.type:
            chosen.setdefault(candidate.key, number)
    return [features.candidates[number] for number in sorted(chosen.values())]
