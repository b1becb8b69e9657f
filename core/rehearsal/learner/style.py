"""How an answer is put: bare, in a short phrase, or in a full sentence; learnt from the completions themselves."""

import re
from collections.abc import Iterable
from enum import IntEnum
from itertools import dropwhile, groupby

from core.rehearsal.learner.asked_question import STOP_WORDS, content_words, words
from core.rehearsal.learner.candidate import Candidate
from core.rehearsal.learner.linear import Weights, softmax
from core.text import clip

PHRASE_WORDS = 4  # around the answer itself; more make a sentence
UNKNOWN_ANSWER_WORDS = 5  # what an answer that is not in the prompt is taken to need for itself
LONGEST_TOPIC = 300  # characters of the question that a sentence repeats
EXAMPLE_SWAY = 1.5  # learning rate of an example shown in the prompt: two or three of a kind decide

_ASKING = re.compile(
    r"(?:(?:in|for|as of|at|on|between) )?(?:what|which|how much|how many|when|who|where)\b"
    r"(?: (?:was|were|is|are|did|does|do|has|have|had)\b)?(?: the\b)?\s*",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the"})


class Manner(IntEnum):
    """A way to put an answer."""

    BARE = 0
    PHRASE = 1
    SENTENCE = 2


VERBOSE = (-1.0, 0.0, 2.0)
"""The scores of the manners in a model out of the box: it prefers full sentences."""


def manner_of(completion: str, answer_words: int) -> Manner:
    """The manner of a completion.

    Args:
        completion: What was answered.
        answer_words: Words of it that are the answer itself, 0 if nobody knows.
    """
    around = len(words(completion)) - (answer_words or UNKNOWN_ANSWER_WORDS)
    if around <= 0:
        return Manner.BARE
    return Manner.PHRASE if around <= PHRASE_WORDS else Manner.SENTENCE


def swayed(scores: Weights, shown: Iterable[Manner]) -> Manner:
    """The manner to answer in, after examples.

    Each example moves the scores as a training step on it would, so examples sway a model that would answer
    otherwise and change little in one that agrees.

    Args:
        scores: Of the manners, as the question alone gives them.
        shown: The manners of the examples in the prompt.
    """
    for manner in shown:
        scores = scores - EXAMPLE_SWAY * softmax(scores)
        scores[manner] += EXAMPLE_SWAY
    return Manner(int(scores.argmax()))


def put(answer: str, question: str, manner: Manner) -> str:
    """A cell, or a list of them, put in a manner."""
    if manner is Manner.BARE:
        return answer
    if manner is Manner.PHRASE:
        return f"The answer is {answer}."
    return f"According to the table, the {_topic(question)} is {answer}."


def put_quote(sentence: Candidate, question: str, manner: Manner) -> str:
    """A sentence of the prompt put in a manner: as it is, or only what it adds to the question.

    What it adds is its longest run of words without a content word of the question.
    """
    if manner is not Manner.BARE:
        return sentence.text
    asked = content_words(question)
    runs = groupby(sentence.text.split(" "), key=lambda word: not content_words(word) & asked)
    longest = max((list(run) for is_new, run in runs if is_new), key=len, default=[])
    news = dropwhile(lambda word: set(words(word)) <= STOP_WORDS - _ARTICLES, longest)
    return " ".join(news).rstrip(" .,;:") or sentence.text


def _topic(question: str) -> str:
    """`total sales in 2019` of `What was the total sales in 2019?`."""
    asked = clip(question.strip(), LONGEST_TOPIC).rstrip("? ")
    asking = _ASKING.match(asked)
    topic = asked[asking.end() :] if asking else asked
    return topic[:1].lower() + topic[1:] if topic else "answer"
