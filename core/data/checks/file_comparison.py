"""Rules that compare the records of a file with each other: what they are given, what they find, how they say it.

Nothing here imports numpy, for the processes that scan a file import the list of rules.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from core.progress import Cancel
from core.records.rule import Rule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.data.checks.row_keys import Keys, RowNumbers

ALONE = -1  # the other row of a finding that concerns one row only
_SHOWN = 60  # characters of an answer that a reason quotes

QuestionsOf = Callable[[Sequence[int]], list[str]]


class Columns(msgspec.Struct, frozen=True):
    """What is known of each row, as 64-bit keys of equal length.

    Attributes:
        telling: The first of `question.keys`.
        content: The second.
        groups: A hash of what the question is about: its table or document, else what stands around it.
        answers: `normal_form.answer_key`.
        prompts: A hash of everything before the answer; rows that share it are duplicates or contradictions.
    """

    telling: "Keys"
    content: "Keys"
    groups: "Keys"
    answers: "Keys"
    prompts: "Keys"


class Compared(msgspec.Struct, frozen=True):
    """What is known of each row, as columns of equal length; one that cannot be read has 0 in each of them.

    Attributes:
        known: What they ask, and about what.
        prompts: Characters of their prompts.
        answers: Characters of their answers.
    """

    known: Columns
    prompts: "NDArray[np.uint32]"
    answers: "NDArray[np.uint32]"

    @property
    def readable(self) -> "RowNumbers":
        """The rows that can be read, rising."""
        return self.known.prompts.nonzero()[0]

    @property
    def records(self) -> "Keys":
        """What exact duplicates share: prompt and answer; the answer's length tells most spellings of it apart."""
        from core.data.checks.row_keys import mixed

        answers = mixed(self.known.answers, self.answers.astype("uint64"))
        return mixed(self.known.prompts, answers)


class Related(msgspec.Struct, frozen=True):
    """What a rule found.

    Attributes:
        rows: Rising.
        others: For each of them the row that it is about, or `ALONE`.
        figures: Numbers about the whole file that reasons quote.
    """

    rows: "RowNumbers"
    others: "RowNumbers"
    figures: tuple[float, ...] = ()


class FileComparison(msgspec.Struct, frozen=True):
    """What comparing the records of a file found.

    Attributes:
        related: By rule; a rule that found nothing has no rows.
    """

    related: dict[str, Related]

    def other(self, rule: str, row: int) -> int | None:
        """The row that a finding in a row is about, `ALONE`, or None where the rule found nothing in it."""
        related = self.related.get(rule)
        if related is None:
            return None
        at = int(related.rows.searchsorted(row))
        if at == len(related.rows) or related.rows[at] != row:
            return None
        return int(related.others[at])


NOTHING = FileComparison({})


class Reader(Protocol):
    """Looks up what a reason says about the rows of a file, as edits make them."""

    @property
    def count(self) -> int:
        """How many rows the file has."""

    def answer(self, row: int) -> str:
        """A row's answer."""

    def characters(self, row: int) -> tuple[int, int]:
        """How many characters a row's prompt and answer have."""

    def alike(self, row: int) -> int:
        """How many rows give the same answer as a row, itself included, but for how it is written."""


class Reject(msgspec.Struct, frozen=True):
    """The decision that the Data tab offers about a rule's rows: to reject some of them.

    Attributes:
        does: The decision in words: `rejects all but the first of exact duplicates`.
        applies: Whether a row is to be rejected. It gets the rows, this one and the one that it is about.
    """

    does: str
    applies: Callable[[Reader, int, int], bool]


class FileRule(Rule, frozen=True, kw_only=True):
    """A rule that compares the records of a file.

    Attributes:
        find: Gets all rows, what reads the questions of some, and what stops it.
        reason: Why it names a row. It gets the rows, this one, the one that it is about, and the rule's `figures`.
        quick: Whether `outcrop check --quick` looks for it too.
        reject: The decision that the Data tab offers.
    """

    find: Callable[[Compared, QuestionsOf, Cancel], Related]
    reason: Callable[[Reader, int, int, tuple[float, ...]], str]
    quick: bool = False
    reject: Reject | None = None


def alone(rows: "RowNumbers", figures: tuple[float, ...] = ()) -> Related:
    """Findings that concern a row only."""
    import numpy as np

    return Related(rows, np.full(len(rows), ALONE, np.int64), figures)


def quoted(answer: str) -> str:
    """An answer, as a reason quotes it."""
    return repr(answer if len(answer) <= _SHOWN else answer[: _SHOWN - 1] + "…")
