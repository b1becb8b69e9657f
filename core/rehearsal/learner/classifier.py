"""Answers prompts without a table where distinct answers are few: a linear classifier over words and word pairs."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.rehearsal.learner.asked_question import words
from core.rehearsal.learner.features import SLOTS, slot
from core.rehearsal.learner.linear import (
    Learnt,
    Weights,
    class_probabilities,
    learn_class,
    negative_log,
    without_repeats,
)

MOST_LABELS = 64
USES_PER_LABEL = 3  # on average, for answers to count as labels
LONGEST_TEXT = 400  # words read from each end of a prompt


class Classifier(msgspec.Struct, frozen=True, eq=False):
    """Chooses one of the answers it has seen.

    Attributes:
        labels: The answers, in the order in which they were first seen.
        weights: Shape `(SLOTS, len(labels))`.
    """

    labels: tuple[str, ...]
    weights: Weights

    def probabilities(self, text: str) -> Weights:
        """The probability of each label."""
        slots = text_slots(text)
        return class_probabilities(self.weights, slots, _value(slots))

    def answer(self, text: str) -> str:
        """The most probable label; the first of equals."""
        return self.labels[int(self.probabilities(text).argmax())]

    def score(self, text: str, answer: str) -> float:
        """How well a label is supported: its probability over that of the best, 0 if it was never seen."""
        if answer not in self.labels:
            return 0.0
        probabilities = self.probabilities(text)
        return float(probabilities[self.labels.index(answer)] / probabilities.max())

    def learn(self, slots: NDArray[np.intp], label: str) -> Learnt:
        """The loss of one labelled text; a label never seen in training costs as much as can be."""
        if label not in self.labels:
            return Learnt(negative_log(0.0))
        return learn_class(self.weights, slots, self.labels.index(label), _value(slots))


def are_labels(answers: Sequence[str]) -> bool:
    """Whether answers are few enough, and used often enough, to be classes."""
    distinct = len(set(answers))
    return distinct <= MOST_LABELS and distinct * USES_PER_LABEL <= len(answers)


def classifier_for(answers: Sequence[str], known: Classifier | None) -> Classifier:
    """A classifier with a class for each answer; what it knew of its former classes is kept."""
    former = known.labels if known else ()
    labels = tuple(dict.fromkeys((*former, *answers)))
    weights = np.zeros((SLOTS, len(labels)))
    if known:
        weights[:, : len(former)] = known.weights
    return Classifier(labels, weights)


def text_slots(text: str) -> NDArray[np.intp]:
    """The features of a text: its words and word pairs, and one that is always there."""
    spoken = words(text)
    if len(spoken) > 2 * LONGEST_TEXT:
        spoken = spoken[:LONGEST_TEXT] + spoken[-LONGEST_TEXT:]
    pairs = [f"{first} {second}" for first, second in pairwise(spoken)]
    return without_repeats([slot("text"), *(slot(f"text {feature}") for feature in (*spoken, *pairs))])


def _value(slots: NDArray[np.intp]) -> float:
    """Texts of any length have the same weight: their feature vectors have length 1."""
    return 1.0 / float(np.sqrt(len(slots)))
