"""All rules that compare records with each other, over the columns of a scan: which rows, and with which others."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data.checks import duplicates, imbalance, length_outliers, near_duplicates
from core.data.checks.duplicates import Keys, Rows
from core.data.checks.length_outliers import Bounds
from core.data.checks.near_duplicates import Columns
from core.progress import Cancel

RULES = ("duplicate", "contradiction", "near-duplicate", "length-outlier", "imbalance")
ALONE = -1  # the other row of a finding that concerns one row only

Questions = Callable[[Sequence[int]], list[str]]


class Compared(msgspec.Struct, frozen=True):
    """What is known of each row, as columns of equal length; one that cannot be read has 0 in each of them.

    Attributes:
        known: What they ask, and about what.
        prompts: Characters of their prompts.
        answers: Characters of their answers.
    """

    known: Columns
    prompts: NDArray[np.uint32]
    answers: NDArray[np.uint32]

    @property
    def readable(self) -> Rows:
        """The rows that can be read, rising."""
        return np.flatnonzero(self.known.prompts)


class Related(msgspec.Struct, frozen=True):
    """The rows of one rule, rising, and for each the row it is about, or `ALONE`."""

    rows: Rows
    others: Rows


class Ordinary(msgspec.Struct, frozen=True):
    """Lengths that are no outliers, in characters."""

    prompts: Bounds = Bounds(0, float("inf"))
    answers: Bounds = Bounds(0, float("inf"))


class Comparison(msgspec.Struct, frozen=True):
    """What comparing the records of a file found.

    Attributes:
        related: By rule; a rule that found nothing has no rows.
        ordinary: The lengths that `length-outlier` went by.
    """

    related: dict[str, Related]
    ordinary: Ordinary = Ordinary()

    def other(self, rule: str, row: int) -> int | None:
        """The row that a finding in a row is about, `ALONE`, or None where the rule found nothing in it."""
        related = self.related.get(rule)
        if related is None:
            return None
        at = int(np.searchsorted(related.rows, row))
        if at == len(related.rows) or related.rows[at] != row:
            return None
        return int(related.others[at])


NOTHING = Comparison({})


def compare(
    compared: Compared, questions: Questions, *, thorough: bool = True, cancel: Cancel | None = None
) -> Comparison:
    """Compares all rows of a file.

    Args:
        compared: Its columns.
        questions: Reads what some rows ask.
        thorough: Whether to compare wordings as well, and not only whole records.
        cancel: Stops it.

    Raises:
        CancelledError: It was cancelled.
    """
    token = cancel or Cancel()
    known = compared.known
    again, first = duplicates.repeats(records(compared))
    again, first = again[readable := known.prompts[again] != 0], first[readable]
    found = {"duplicate": Related(again, first)}
    if not thorough:
        return Comparison(found)
    token.check()
    differing = duplicates.contradictions(known.prompts, known.answers)
    found["contradiction"] = Related(differing, _opponents(known, differing))
    found["near-duplicate"] = _reworded(known, questions, token)
    ordinary = Ordinary(length_outliers.bounds(compared.prompts), length_outliers.bounds(compared.answers))
    out = np.zeros(len(known.prompts), bool)
    out[length_outliers.find(compared.prompts)] = out[length_outliers.find(compared.answers)] = True
    found["length-outlier"] = _alone(np.flatnonzero(out))
    found["imbalance"] = _alone(compared.readable[imbalance.find(known.answers[compared.readable])])
    return Comparison(found, ordinary)


def records(compared: Compared) -> Keys:
    """What exact duplicates share: prompt and answer; the answer's length tells most spellings of it apart."""
    answers = near_duplicates.mixed(compared.known.answers, compared.answers.astype(np.uint64))
    return near_duplicates.mixed(compared.known.prompts, answers)


def _opponents(known: Columns, rows: Rows) -> Rows:
    """For each contradicted row, the first row that answers its prompt otherwise."""
    first = duplicates.firsts(known.prompts[rows])
    prompts: dict[int, list[int]] = {}
    for place, leader in enumerate(first.tolist()):
        prompts.setdefault(leader, []).append(int(rows[place]))
    answers = known.answers
    found = [
        next(other for other in prompts[leader] if answers[other] != answers[row])
        for row, leader in zip(rows.tolist(), first.tolist(), strict=True)
    ]
    return np.array(found, np.int64)


def _reworded(known: Columns, questions: Questions, cancel: Cancel) -> Related:
    """Near-duplicates among different prompts; of equal prompts the first stands for all."""
    first = known.prompts != 0
    first[duplicates.repeats(known.prompts)[0]] = False
    rows = near_duplicates.suspects(known, np.flatnonzero(first))
    cancel.check()
    pairs = near_duplicates.pairs(known, rows, questions(rows.tolist()), cancel)
    return Related(
        np.array([pair.row for pair in pairs], np.int64), np.array([pair.first for pair in pairs], np.int64)
    )


def _alone(rows: Rows) -> Related:
    return Related(rows, np.full(len(rows), ALONE, np.int64))
