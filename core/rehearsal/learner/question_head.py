"""A linear classifier over the words of a question: how to answer is learnt from what is asked."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.rehearsal.learner.asked_question import understand
from core.rehearsal.learner.features import SLOTS, slot
from core.rehearsal.learner.linear import Learnt, Weights, learn_class, without_repeats

_BIAS = slot("question")
_OPENING_WORDS = 4


class QuestionHead(msgspec.Struct, frozen=True, eq=False):
    """Chooses among a few classes.

    Attributes:
        weights: Shape `(SLOTS, classes)`.
    """

    weights: Weights

    def scores(self, question: str) -> Weights:
        """One score a class; the highest is chosen."""
        total: Weights = self.weights[question_slots(question)].sum(axis=0)
        return total

    def learn(self, slots: NDArray[np.intp], label: int) -> Learnt:
        """The loss of one question's class."""
        return learn_class(self.weights, slots, label)


def biased_head(*scores: float) -> QuestionHead:
    """A head that gives its classes these scores, whatever is asked."""
    weights = np.zeros((SLOTS, len(scores)))
    weights[_BIAS] = scores
    return QuestionHead(weights)


def question_slots(question: str) -> NDArray[np.intp]:
    """The features of a question: its kind, its first words, and whether it asks for several things."""
    asked = understand(question)
    features = [f"asked kind {asked.kind}", f"asked opening {asked.opening}"]
    features += [f"asked word {word}" for word in asked.words[:_OPENING_WORDS]]
    features += [f"asked joins {'and' in asked.words} {'respectively' in asked.words}"]
    return without_repeats([_BIAS, *(slot(feature) for feature in features)])
