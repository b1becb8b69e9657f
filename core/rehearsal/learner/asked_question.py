"""What a question says: its words, the kind of answer it wants, and whether it compares."""

import re
from functools import lru_cache
from typing import Literal

import msgspec

QuestionKind = Literal["year", "which", "amount", "other"]
Extreme = Literal["highest", "lowest"]

LONGEST = 20_000  # characters of one text that are read for words; a cell of a megabyte says no more than its start

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
STOP_WORDS = frozenset(  # that tell no row, column or sentence from another
    _WORD.findall(
        "a an the what which how much many who when there was were is are be been do does did has have it its their"
        " of in for to and on at by from as with that s company year years respectively"
    )
)
_WANTS_YEAR = re.compile(r"\b(?:which|what)\b.{0,200}?\b(?:fiscal |financial )?(?:years?|periods?|fy)\b")
_HIGHEST = re.compile(r"\b(?:high|larg|great|most|exceed|above|more than|maximum|bigg)")
_LOWEST = re.compile(r"\b(?:low|small|least|less|fewe|below|minimum)")
_CHANGE = re.compile(r"percent|%|change|growth|increase|decrease")


class AskedQuestion(msgspec.Struct, frozen=True):
    """A question as the learner's features see it.

    Attributes:
        words: All its words in order, in lower case.
        content: The words that say something, without their plural s.
        kind: The kind of answer that it asks for.
        extreme: Which end of a comparison it asks for, or None if it compares nothing.
        asks_change: Whether it asks for a percentage or a change.
    """

    words: tuple[str, ...]
    content: frozenset[str]
    kind: QuestionKind
    extreme: Extreme | None
    asks_change: bool

    @property
    def opening(self) -> str:
        """The first two words, `how much` or `in which`."""
        return " ".join(self.words[:2])


def words(text: str) -> list[str]:
    """The words and numbers of a text in lower case; `1,452.4` is one word."""
    return _WORD.findall(text[:LONGEST].lower())


def content_words(text: str) -> frozenset[str]:
    """The distinct words that say something, without their plural s."""
    return frozenset(_singular(word) for word in words(text) if word not in STOP_WORDS)


def share_of_words(said: str, text: str) -> float:
    """The share of the content words said that a text has; 0 if nothing is said."""
    content = content_words(said)
    return len(content & content_words(text)) / len(content) if content else 0.0


@lru_cache(maxsize=1024)
def understand(text: str) -> AskedQuestion:
    """Takes a question apart."""
    lower = text[:LONGEST].lower()
    spoken = tuple(words(lower))
    lowest, highest = _LOWEST.search(lower), _HIGHEST.search(lower)
    return AskedQuestion(
        words=spoken,
        content=content_words(lower),
        kind=_kind(lower, spoken),
        extreme="lowest" if lowest else "highest" if highest else None,
        asks_change=_CHANGE.search(lower) is not None,
    )


def _kind(lower: str, spoken: tuple[str, ...]) -> QuestionKind:
    if _WANTS_YEAR.search(lower):
        return "year"
    if spoken[:1] == ("which",):
        return "which"
    if spoken[:2] in (("how", "much"), ("how", "many")) or spoken[:1] == ("what",):
        return "amount"
    return "other"


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
