"""Two datasets compared: which records only one has, and which ask the same but answer differently."""

import bisect

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.facts import Facts
from core.progress import Cancel, Report, silent


class Changed(msgspec.Struct, frozen=True):
    """A record whose prompt is in both and whose answer differs: its rows, its answers, and its tokens."""

    row: int
    other_row: int
    question: str
    answer: str
    other_answer: str
    output_tokens: int
    other_output_tokens: int


class DatasetDifference(msgspec.Struct, frozen=True):
    """What is different.

    Attributes:
        records: In the first dataset.
        other_records: In the second.
        same: Records that both have, wherever they stand.
        removed: Rows of the first that the second has neither as they are nor changed.
        added: Rows of the second likewise.
        changed: Same prompt, another answer.
        moved: How many of the same records stand in another order.
    """

    records: int
    other_records: int
    same: int
    removed: tuple[int, ...]
    added: tuple[int, ...]
    changed: tuple[Changed, ...]
    moved: int


def difference(
    first: Dataset, second: Dataset, report: Report = silent, cancel: Cancel | None = None
) -> DatasetDifference:
    """Compares two files of records, in whatever formats: by identity, then by what is asked.

    Raises:
        InputError: A file changed while it was read.
        CancelledError: It was cancelled.
    """
    one, other = Facts(first, None), Facts(second, None)
    one.scan(report, cancel)
    other.scan(report, cancel)
    ids, other_ids = _numbered(one), _numbered(other)
    in_both = set(ids) & set(other_ids)
    left = [row for key, row in ids.items() if key not in in_both]
    right = [row for key, row in other_ids.items() if key not in in_both]
    pairs = _same_prompt(one, left, other, right)
    order = np.array([other_ids[key] for key in ids if key in in_both], dtype=np.int64)
    return DatasetDifference(
        records=one.count,
        other_records=other.count,
        same=len(in_both),
        removed=tuple(sorted(set(left) - {pair[0] for pair in pairs})),
        added=tuple(sorted(set(right) - {pair[1] for pair in pairs})),
        changed=tuple(_changed(first, one, second, other, pair) for pair in pairs),
        moved=len(order) - _longest_rise(order),
    )


def _numbered(facts: Facts) -> dict[str, int]:
    """Rows by identity; lines that cannot be read have none and never match."""
    return {identity or f"line {row}": row for row, identity in enumerate(facts.identities())}


def _same_prompt(one: Facts, left: list[int], other: Facts, right: list[int]) -> list[tuple[int, int]]:
    waiting: dict[int, list[int]] = {}
    for row in right:
        prompt = other.prompt(row)
        if prompt:
            waiting.setdefault(prompt, []).append(row)
    found = []
    for row in left:
        rows = waiting.get(one.prompt(row))
        if rows:
            found.append((row, rows.pop(0)))
    return found


def _changed(first: Dataset, one: Facts, second: Dataset, other: Facts, pair: tuple[int, int]) -> Changed:
    row, other_row = pair
    return Changed(
        row=row,
        other_row=other_row,
        question=first.question(row),
        answer=first.answer(row),
        other_answer=second.answer(other_row),
        output_tokens=one.tokens(row)[1],
        other_output_tokens=other.tokens(other_row)[1],
    )


def _longest_rise(order: NDArray[np.int64]) -> int:
    """The length of the longest rising subsequence: what need not have moved (patience sorting)."""
    piles: list[int] = []
    for value in order.tolist():
        at = bisect.bisect_left(piles, value)
        piles[at : at + 1] = [value]
    return len(piles)
