"""What trained beside a test record: the training records that ask the most similar things.

A test record must never become a training record: the score would then measure memory. What a bad answer calls for is
more or better training records of its kind, so those that are there are found: by cosine of TF-IDF over the words of
the question and the truth (Salton and Buckley 1988).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from core.formatting import Line

MOST = 10


class Neighbour(msgspec.Struct, frozen=True):
    """A training record.

    Attributes:
        id: Its identity.
        similarity: Of its question and answer to the example's, 0 to 1.
        question: What it asks.
        answer: What it teaches.
    """

    id: str
    similarity: float
    question: str
    answer: str


def neighbours(question: str, truth: str, training: Sequence[Line], most: int = MOST) -> tuple[Neighbour, ...]:
    """The training records nearest to an example, the most similar first; those that share no word are left out.

    Args:
        question: Of the example.
        truth: Its answer.
        training: The training part of the export.
        most: At most so many.
    """
    texts = [Counter(_words(line.chat.question, line.chat.completion)) for line in training]
    seen = Counter(word for text in texts for word in text)
    weights = {word: math.log(len(texts) / times) + 1 for word, times in seen.items()}
    wanted = _vector(Counter(_words(question, truth)), weights)
    found: list[tuple[float, int]] = []
    for place, text in enumerate(texts):
        if wanted.keys() & text.keys():
            found.append((_cosine(wanted, _vector(text, weights)), place))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(_neighbour(training[place], similarity) for similarity, place in found[:most])


def _neighbour(line: Line, similarity: float) -> Neighbour:
    return Neighbour(line.id, min(1.0, similarity), line.chat.question, line.chat.completion)


def _vector(words: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    return {word: times * weights[word] for word, times in words.items() if word in weights}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    dot = sum(value * other.get(word, 0.0) for word, value in one.items())
    return dot / (math.hypot(*one.values()) * math.hypot(*other.values()))


def _words(question: str, answer: str) -> list[str]:
    kept = "".join(letter if letter.isalnum() else " " for letter in f"{question} {answer}".lower())
    return kept.split()
