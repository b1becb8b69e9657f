"""Ranks the candidates for an answer: a linear softmax over them, which learns to prefer the right ones."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.rehearsal.learner.candidate import Candidate
from core.rehearsal.learner.features import DENSE, SLOTS, Features
from core.rehearsal.learner.linear import SMALLEST, Learnt, Update, Weights, negative_log, softmax

ONE, SEVERAL = 0, 1
MOSTLY_ONE = (2.0, 0.0)
"""The scores of one and several in a model out of the box."""

LISTED_SHARE = 0.2  # of the best candidate's probability; what has more is in the list
LONGEST_LIST = 12

_DENSE_ROWS = np.arange(len(DENSE))


class Ranker(msgspec.Struct, frozen=True, eq=False):
    """The weights of the ranker.

    Attributes:
        dense: Shape `(len(DENSE),)`.
        hashed: Shape `(SLOTS,)`.
    """

    dense: Weights
    hashed: Weights

    def scores(self, features: Features) -> Weights:
        """One score a candidate; the highest is the answer."""
        by_profile: Weights = self.hashed[features.hashed].sum(axis=1)
        by_candidate: Weights = features.dense @ self.dense
        return by_candidate + by_profile[features.profile]

    def probabilities(self, features: Features) -> Weights:
        """The probability that each candidate is the answer; there must be at least one."""
        return softmax(self.scores(features))

    def best(self, features: Features) -> int:
        """The candidate that answers; the first of equals."""
        return int(self.scores(features).argmax())

    def learn(self, features: Features, named: Sequence[NDArray[np.intp]]) -> Learnt:
        """The loss of one example.

        For each thing that the answer names the loss is the negative logarithm of the probability that the
        candidates which say it have together, so that of several equal cells the ranker may prefer any; things
        are averaged.

        Args:
            features: The candidates.
            named: For each thing, at least one, the numbers of its candidates.
        """
        probabilities = self.probabilities(features)
        gradient = probabilities.copy()
        losses = []
        for numbers in named:
            right = float(probabilities[numbers].sum())
            gradient[numbers] -= probabilities[numbers] / max(right, SMALLEST) / len(named)
            losses.append(negative_log(right))
        by_profile = np.zeros(len(features.hashed))
        np.add.at(by_profile, features.profile, gradient)
        return Learnt(
            sum(losses) / len(losses),
            (
                Update(self.dense, _DENSE_ROWS, gradient @ features.dense),
                Update(self.hashed, features.hashed, by_profile[:, np.newaxis]),
            ),
        )


def empty_ranker() -> Ranker:
    """A ranker that prefers nothing."""
    return Ranker(np.zeros(len(DENSE)), np.zeros(SLOTS))


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
