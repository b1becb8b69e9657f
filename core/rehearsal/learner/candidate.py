"""What could be the answer: a cell of the table or a sentence of the prose, and what is known of it as evidence."""

import re
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.rehearsal.learner.asked_question import LONGEST, content_words

CandidateType = Literal["header", "label", "number", "dash", "text", "year", "quote"]

_SPACE = re.compile(r"\s+")
_CURRENCY = re.compile(r"[$£€¥]")


class Candidate(NamedTuple):
    """What could be answered.

    Attributes:
        text: The text itself, with single spaces.
        key: The text as it is compared with a completion.
        content: The words of it that say something.
        label: The text at the start of its row; nothing for a quote.
        row: Row in the grid, from 0; -1 for a quote.
        column: Column in the grid, from 0; -1 for a quote.
        type: What it is; `year` is a header that is a year or a year cut out of one, `quote` a sentence.
    """

    text: str
    key: str
    content: frozenset[str]
    label: str
    row: int
    column: int
    type: CandidateType


def cell(text: str, label: str, row: int, column: int, kind: CandidateType) -> Candidate:
    """A cell as a candidate."""
    return Candidate(_SPACE.sub(" ", text), comparable(text), content_words(text), label, row, column, kind)


def quote(text: str) -> Candidate:
    """A sentence as a candidate."""
    return Candidate(_SPACE.sub(" ", text), comparable(text), content_words(text), "", -1, -1, "quote")


def comparable(text: str) -> str:
    """A text as answers are compared: lower case, single spaces, no currency sign, no full stop or % at the ends."""
    return _SPACE.sub(" ", _CURRENCY.sub(" ", text[:LONGEST].lower())).strip(" .%")


class Profile(NamedTuple):
    """The traits of a candidate that are joined to the words of the question.

    Attributes:
        type: What it is.
        column: Its column, the far ones as one; 0 for a quote.
        best_row: Whether no other row's label, or no other sentence, matches the question better.
        best_column: Whether no other column's header does; False for a quote.
        extreme: Whether the comparison that the question makes points at it.
        percent: Whether it speaks of per cent.
    """

    type: CandidateType
    column: int
    best_row: bool
    best_column: bool
    extreme: bool
    percent: bool


class Evidence(NamedTuple):
    """Candidates from one source.

    Attributes:
        candidates: `n` of them.
        dense: Shape `(n, features of this source)`.
        profiles: One for each candidate.
    """

    candidates: tuple[Candidate, ...]
    dense: NDArray[np.float64]
    profiles: tuple[Profile, ...]


NOTHING = Evidence((), np.zeros((0, 0)), ())
