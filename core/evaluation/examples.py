"""Test records with both models' answers: which to look at, how their answers differ, what trained beside them.

A test record must never become a training record: the score would then measure memory. What a bad answer calls for is
more or better training records of its kind, so those that are there are found: by cosine of TF-IDF over the words of
the question and the truth (Salton and Buckley 1988).
"""

import difflib
import math
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from core.evaluation.comparison import Example
from core.formatting import ExportLine

WRONG = 50.0  # points of F1 below which an answer shares less with the truth than not
COLUMNS = ("change", "base_f1", "tuned_f1", "type", "group", "id", "question", "truth", "base", "tuned", "prompt")
OUTCOMES: dict[str, str] = {  # what one mostly wants to see, as the filter bar says it
    "all": "",
    "losses": "change < 0",
    "wins": "change > 0",
    "both wrong": f"base_f1 < {WRONG:g} AND tuned_f1 < {WRONG:g}",
}
_MOST = 400  # words of a text that are compared; the rest of a longer answer stands as too much
MOST = 10


class Selected(msgspec.Struct, frozen=True):
    """What a filter leaves.

    Attributes:
        kind: How the filter was understood; empty where there is none.
        examples: What changed most first, losses before gains.
    """

    kind: Literal["", "sql", "text"]
    examples: tuple[Example, ...]


def select(examples: Sequence[Example], text: str) -> Selected:
    """Filters examples, keeping their order.

    Args:
        examples: Of a comparison.
        text: An SQL condition over `COLUMNS`, or words that an example's texts hold; in any case, unless a capital is
            among them.

    Raises:
        UsageError: It looks like SQL but is not a valid condition.
    """
    from core.data import filter  # noqa: A004 - the filter of the filter bar
    from core.data.search import exact

    query = filter.parse(text, COLUMNS)
    if query is None:
        return Selected("", tuple(examples))
    if query.kind == "text":
        as_typed = exact(query.text)
        texts = ((each, _texts(each)) for each in examples)
        found = tuple(each for each, said in texts if query.text in (said if as_typed else said.lower()))
        return Selected("text", found)
    places = filter.matching_places(query, [_row(each) for each in examples], _SCHEMA)
    return Selected("sql", tuple(examples[place] for place in places))


_SCHEMA = {name: float if name in ("change", "base_f1", "tuned_f1") else str for name in COLUMNS}


def _row(example: Example) -> tuple[object, ...]:
    return tuple(getattr(example, "kind" if name == "type" else name) for name in COLUMNS)


def _texts(example: Example) -> str:
    return "\n".join((example.question, example.truth, example.base, example.tuned, example.prompt))


class AnswerPiece(msgspec.Struct, frozen=True):
    """Words that belong together.

    Attributes:
        kind: `same` in both, `extra` in the answer only, `missing` from it.
        text: The words, as the answer has them, or the truth where they are missing.
    """

    kind: Literal["same", "extra", "missing"]
    text: str

    def __str__(self) -> str:
        """With its marks, so that it needs no colour."""
        return {"same": self.text, "extra": f"{{+{self.text}+}}", "missing": f"[-{self.text}-]"}[self.kind]


def differences(answer: str, truth: str) -> tuple[AnswerPiece, ...]:
    """Compares an answer with the truth; case and punctuation around a word make no difference.

    Args:
        answer: What the model said.
        truth: What it should have said.
    """
    said, wanted = answer.split(), truth.split()
    rest = " ".join(said[_MOST:])
    said, wanted = said[:_MOST], wanted[:_MOST]
    matcher = difflib.SequenceMatcher(None, [_bare(each) for each in said], [_bare(each) for each in wanted], False)
    pieces: list[AnswerPiece] = []
    for tag, start, stop, other_start, other_stop in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(AnswerPiece("same", " ".join(said[start:stop])))
            continue
        if stop > start:
            pieces.append(AnswerPiece("extra", " ".join(said[start:stop])))
        if other_stop > other_start:
            pieces.append(AnswerPiece("missing", " ".join(wanted[other_start:other_stop])))
    return tuple([*pieces, AnswerPiece("extra", rest)] if rest else pieces)


def _bare(word: str) -> str:
    return word.strip(string.punctuation).lower() or word


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


def neighbours(question: str, truth: str, training: Sequence[ExportLine], most: int = MOST) -> tuple[Neighbour, ...]:
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


def _neighbour(line: ExportLine, similarity: float) -> Neighbour:
    return Neighbour(line.id, min(1.0, similarity), line.chat.question, line.chat.completion)


def _vector(words: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    return {word: times * weights[word] for word, times in words.items() if word in weights}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    dot = sum(value * other.get(word, 0.0) for word, value in one.items())
    return dot / (math.hypot(*one.values()) * math.hypot(*other.values()))


def _words(question: str, answer: str) -> list[str]:
    kept = "".join(letter if letter.isalnum() else " " for letter in f"{question} {answer}".lower())
    return kept.split()
