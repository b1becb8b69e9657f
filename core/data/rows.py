"""Rows for a table on screen, from any source; nothing heavy is imported here, for the first paint needs it."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from core.data import decisions
from core.data.dataset import Dataset
from core.data.decisions import Decided
from core.records.record import own_identity
from core.records.tokens import estimate
from core.store import Store

TEXTS = ("question", "answer", "prompt", "system", "id", "group")  # not kept: rows are read again for them
DECIDED = ("flag", "note", "tag", "verdict", "rationale", "disputed", "split")  # what people and models said


class Cells(msgspec.Struct, frozen=True):
    """One row of the table.

    Attributes:
        number: The row's number in the file, from 0.
        flag: What was decided, or None.
        input_tokens: About how many; None while the file is still being read.
        output_tokens: The same of the answer.
        issue: The worst finding's rule, or None.
        severity: How bad that is.
        answer: The completion, cut.
    """

    number: int
    flag: str | None
    input_tokens: int | None
    output_tokens: int | None
    issue: str | None
    severity: str | None
    answer: str


class RowSource(Protocol):
    """What a record table needs."""

    @property
    def count(self) -> int:
        """Rows there are, as far as is known."""

    def rows(self, start: int, stop: int) -> list[Cells]:
        """The rows from `start` to before `stop`."""

    def number(self, position: int) -> int | None:
        """The row in the file at a position of the table; None where there is none by now."""


class FirstRows:
    """The file in its own order, before anything is known but what its lines say."""

    def __init__(self, dataset: Dataset, store: Store | None) -> None:
        self.dataset = dataset
        self._store = store

    @property
    def count(self) -> int:
        """Rows known so far."""
        return self.dataset.count

    def number(self, position: int) -> int:
        """The same: nothing is filtered or sorted."""
        return position

    def rows(self, start: int, stop: int) -> list[Cells]:
        """The rows from `start` to before `stop`."""
        return [unread(self.dataset, number, self._decided) for number in range(start, min(stop, self.count))]

    def _decided(self, record: str) -> Decided:
        return decisions.of_record(self._store, record) if self._store else Decided()


def unread(dataset: Dataset, number: int, decided: Callable[[str], Decided]) -> Cells:
    """A row that no scan has come to: what can be said without rendering it.

    Args:
        dataset: The file.
        number: The row's.
        decided: What holds for a record.
    """
    source = dataset.source(number)
    if source is not None:
        answer, identity = str(source.fields.get("answer", "")), own_identity(source.id)
    else:
        row = dataset.row(number)
        answer, identity = (row.chat.completion if row.chat else row.problem), row.identity
    flag = decided(identity).flag
    return Cells(number, flag, None, estimate(answer), None, None, answer)
