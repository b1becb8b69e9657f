"""Two datasets compared: which records only one has, which say something else, and which facts differ."""

import bisect
from collections.abc import Iterator

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.facts import Facts
from core.progress import Cancel, Report, silent

_AROUND = 10  # characters shown on either side of what differs


class ChangedRecord(msgspec.Struct, frozen=True):
    """A record that is in both and is not the same.

    Attributes:
        row: In the first dataset, from 1.
        other_row: In the second.
        what: `answer`, `prompt` or `answer and prompt`.
        question: What it asks.
        answer: In the first dataset.
        other_answer: In the second.
        output_tokens: About how many the answer has in the first.
        other_output_tokens: And in the second.
        prompt: Where the prompts differ: what the first says there, with a few words around it; else empty.
        other_prompt: What the second says there.
    """

    row: int
    other_row: int
    what: str
    question: str
    answer: str
    other_answer: str
    output_tokens: int
    other_output_tokens: int
    prompt: str = ""
    other_prompt: str = ""


class ChangedFact(msgspec.Struct, frozen=True):
    """A fact that differs between records that are in both.

    Attributes:
        name: Of the fact.
        records: How many records differ in it.
        row: The first of them, in the first dataset, from 1.
        value: Its value there.
        other_value: Its value in the second.
    """

    name: str
    records: int
    row: int
    value: str | float | None
    other_value: str | float | None


class DatasetDifference(msgspec.Struct, frozen=True):
    """What is different.

    Attributes:
        records: In the first dataset.
        other_records: In the second.
        same: Records that both have and that say the same, wherever they stand.
        removed: Rows of the first, from 1, that the second has neither as they are nor changed.
        added: Rows of the second likewise.
        changed: One identity or one prompt, but not the same record.
        moved: How many of the records that both have stand in another order.
        facts: Facts that differ, those of imported records and the tokens of any.
    """

    records: int
    other_records: int
    same: int
    removed: tuple[int, ...]
    added: tuple[int, ...]
    changed: tuple[ChangedRecord, ...]
    moved: int
    facts: tuple[ChangedFact, ...]

    @property
    def is_none(self) -> bool:
        """Whether both datasets hold the same records in the same order."""
        return not (self.removed or self.added or self.changed or self.moved or self.facts)


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
    both = [(row, other_ids[key]) for key, row in ids.items() if key in other_ids]
    left = [row for key, row in ids.items() if key not in other_ids]
    right = [row for key, row in other_ids.items() if key not in ids]
    rewritten = [(pair, "answer") for pair in _same_prompt(one, left, other, right)]
    paired = {pair[0] for pair, _ in rewritten}, {pair[1] for pair, _ in rewritten}
    edited = [(pair, what) for pair in both if (what := _edited(first, one, second, other, pair))]
    changed = sorted([*rewritten, *edited])
    return DatasetDifference(
        records=one.count,
        other_records=other.count,
        same=len(both) - len(edited),
        removed=tuple(row + 1 for row in sorted(set(left) - paired[0])),
        added=tuple(row + 1 for row in sorted(set(right) - paired[1])),
        changed=tuple(_changed(first, one, second, other, pair, what) for pair, what in changed),
        moved=len(both) - _longest_rise(np.array([row for _, row in both], dtype=np.int64)),
        facts=tuple(_changed_facts(one, other, both)),
    )


def _edited(first: Dataset, one: Facts, second: Dataset, other: Facts, pair: tuple[int, int]) -> str:
    """What differs between two records of one identity; files of two formats never have the same prompts."""
    row, other_row = pair
    if first.index.line(row) == second.index.line(other_row):
        return ""
    prompts = first.format == second.format and one.prompt(row) != other.prompt(other_row)
    answers = first.answer(row) != second.answer(other_row)
    return " and ".join(name for name, differs in (("answer", answers), ("prompt", prompts)) if differs)


def _changed_facts(one: Facts, other: Facts, both: list[tuple[int, int]]) -> Iterator[ChangedFact]:
    names = [name for name in one.names if name in other.names and name not in ("row", "issue", "severity")]
    rows, others = (np.array([pair[at] for pair in both], dtype=np.int64) for at in (0, 1))
    for name in names:
        values = one.frame((name,), rows)[name]
        other_values = other.frame((name,), others)[name]
        if values.dtype != other_values.dtype:
            values, other_values = values.cast(pl.String), other_values.cast(pl.String)
        differing = values.ne_missing(other_values).arg_true()
        if len(differing):
            at = int(differing[0])
            yield ChangedFact(name, len(differing), int(rows[at]) + 1, values[at], other_values[at])


def _numbered(facts: Facts) -> dict[str, int]:
    """Rows by identity; lines that cannot be read have none and never match."""
    return {identity or f"line {row}": row for row, identity in enumerate(facts.ids.of_all())}


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


def _changed(
    first: Dataset, one: Facts, second: Dataset, other: Facts, pair: tuple[int, int], what: str
) -> ChangedRecord:
    row, other_row = pair
    prompts = _apart(_prompt(first, row), _prompt(second, other_row)) if "prompt" in what else ("", "")
    return ChangedRecord(
        row=row + 1,
        other_row=other_row + 1,
        what=what,
        question=first.question(row),
        answer=first.answer(row),
        other_answer=second.answer(other_row),
        output_tokens=one.tokens(row)[1],
        other_output_tokens=other.tokens(other_row)[1],
        prompt=prompts[0],
        other_prompt=prompts[1],
    )


def _prompt(dataset: Dataset, row: int) -> str:
    chat = dataset.row(row).chat
    return "\n".join([chat.system or "", chat.prompt]) if chat else ""


def _apart(one: str, other: str) -> tuple[str, str]:
    """What two texts say where they differ, from the first difference to the last, with a little before and after."""
    begin = _shared(one, other)
    rest = one[begin:], other[begin:]
    after = _shared(rest[0][::-1], rest[1][::-1])
    return _around(one, begin, len(one) - after), _around(other, begin, len(other) - after)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin alike with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(one), len(other)))


def _around(text: str, begin: int, end: int) -> str:
    begin, end = max(0, begin - _AROUND), min(len(text), end + _AROUND)
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")


def _longest_rise(order: NDArray[np.int64]) -> int:
    """The length of the longest rising subsequence: what need not have moved (patience sorting)."""
    piles: list[int] = []
    for value in order.tolist():
        at = bisect.bisect_left(piles, value)
        piles[at : at + 1] = [value]
    return len(piles)
