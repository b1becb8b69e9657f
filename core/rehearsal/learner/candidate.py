"""A piece of the prompt that could be the answer: a cell of the table or a sentence of the prose."""

import re
from typing import Literal, NamedTuple

from core.rehearsal.learner.question import LONGEST, content_words

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
