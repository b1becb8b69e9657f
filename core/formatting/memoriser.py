"""What leakage does to a score: what a model that has only learned its training answers by heart would reach.

It is asked the test set and answers as the most similar training record does. Where it scores on leaked rows and
fails on the others, the difference is what leakage may add to the score of a real model; how much of that a model
takes nobody can say from outside.
"""

import random
from collections.abc import Callable, Sequence

import msgspec

from core.formatting.likeness import QuestionIndex, words

ASKED = 1_000  # test rows, drawn by a seed; more would not make the figure better
REMEMBERED = 50_000  # training rows whose wording is compared; what is asked word for word is found among all

ScoreFunction = Callable[[str, str], float]
"""An answer and the truth to 0..100."""


class Known(msgspec.Struct, frozen=True):
    """A record as a memoriser sees it."""

    group: str
    question: str
    answer: str


class Memoriser(msgspec.Struct, frozen=True):
    """What a model that only remembers its training answers would score, 0 to 100.

    Attributes:
        asked: How many test rows it was asked.
        leaked: Mean over the rows whose question about their table stands in training; None without such.
        others: Mean over the other rows; None without such.
        score: Mean over all.
        lift: By how much the leaked rows raise its score over the others'; None where there are no others.
    """

    asked: int
    leaked: float | None
    others: float | None
    score: float
    lift: float | None


def exact(answer: str, truth: str) -> float:
    """100 where both have the same words in the same order, else 0."""
    return 100.0 if words(answer) == words(truth) else 0.0


def memorise(
    train: Sequence[Known], test: Sequence[Known], score: ScoreFunction = exact, *, seed: int = 1
) -> Memoriser | None:
    """Asks a memoriser the test set.

    Args:
        train: What it has seen.
        test: What it is asked; of more than `ASKED` rows a seeded draw.
        score: How an answer is scored.
        seed: Of the draw.

    Returns:
        Its scores, or None where there is nothing to ask or to remember.
    """
    if not train or not test:
        return None
    rng = random.Random(seed)  # noqa: S311 - a draw to be repeated, not a secret
    asked = list(test) if len(test) <= ASKED else rng.sample(list(test), ASKED)
    heart = {(each.group, each.question): each.answer for each in train}
    index = _Index(list(train) if len(train) <= REMEMBERED else rng.sample(list(train), REMEMBERED))
    leaked: list[float] = []
    others: list[float] = []
    for each in asked:
        answer = heart.get((each.group, each.question))
        if answer is None:
            others.append(score(index.nearest(each).answer, each.answer))
        else:
            leaked.append(score(answer, each.answer))
    every, apart = _mean([*leaked, *others]) or 0.0, _mean(others)
    return Memoriser(len(asked), _mean(leaked), apart, every, None if apart is None else every - apart)


class _Index:
    """Training questions by their words, and by their table."""

    def __init__(self, train: list[Known]) -> None:
        self._train = train
        self._questions = QuestionIndex([each.question for each in train])
        self._of_group: dict[str, list[int]] = {}
        for place, each in enumerate(train):
            if each.group:
                self._of_group.setdefault(each.group, []).append(place)

    def nearest(self, asked: Known) -> Known:
        """The record that asks the most similar, of the same table where training has it; the first of several."""
        places = self._of_group.get(asked.group) or self._questions.sharing(asked.question) or [0]
        alike = self._questions.likeness(asked.question, places)
        return self._train[places[alike.index(max(alike))]]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
