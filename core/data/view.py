"""What the Data tab looks at: a file's rows with their facts and decisions, filtered and sorted.

A filter gives row numbers; no column and no expression leaves this package.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import polars as pl

from core.data import decisions, filter  # noqa: A004 - the filter of the filter bar
from core.data.dataset import Dataset, Row
from core.data.decisions import Decided, Subject
from core.data.facts import Facts, content_hash
from core.data.rows import Cells, unread
from core.errors import UsageError
from core.progress import Cancel, Progress, Report, silent, throttled
from core.store import Store

_READ_AGAIN = 5000  # rows decoded at once for a condition on their text


class Shown(msgspec.Struct, frozen=True):
    """What a filter did: how it was understood and how many rows it left."""

    kind: Literal["", "sql", "text"]
    count: int
    hint: str = ""


class View:
    """One dataset as it is being looked at.

    Every method may be called from any thread but `apply`, which one thread calls at a time.
    """

    def __init__(self, dataset: Dataset, facts: Facts, store: Store | None) -> None:
        self.dataset = dataset
        self.facts = facts
        self._store = store
        self._decided: dict[str, Decided] = decisions.current(store) if store else {}
        self._order: Sequence[int] | None = None
        self._ids: list[str] = []

    @property
    def count(self) -> int:
        """Rows that are shown."""
        return self.dataset.count if self._order is None else len(self._order)

    @property
    def decided(self) -> int:
        """Records with a flag."""
        return sum(each.flag is not None for each in self._decided.values())

    def columns(self) -> tuple[str, ...]:
        """The names that a filter may use."""
        return (*self.facts.frame().columns, *filter.DECIDED, *filter.TEXTS)

    def number(self, position: int) -> int:
        """The row at a position of the table."""
        return position if self._order is None else self._order[position]

    def position(self, number: int) -> int | None:
        """Where a row stands in the table, or None where the filter hides it."""
        if self._order is None:
            return number if number < self.dataset.count else None
        try:
            return self._order.index(number)
        except ValueError:
            return None

    def rows(self, start: int, stop: int) -> list[Cells]:
        """The table's rows from `start` to before `stop`."""
        return [self._cells(self.number(position)) for position in range(start, min(stop, self.count))]

    def row(self, number: int) -> Row:
        """One row, whole."""
        return self.dataset.row(number)

    def identity(self, number: int) -> str:
        """A row's identity, with its number among equals as soon as the scan has come to it."""
        if number < self.facts.count:
            return str(self.facts.frame()["id"][number])
        return self.dataset.row(number).identity

    def decision(self, number: int) -> Decided:
        """What holds for a row."""
        return self._decided.get(self.identity(number), Decided())

    def stale(self, row: Row) -> bool:
        """Whether the record has changed since it was decided about."""
        held = self._decided.get(self.identity(row.number))
        return held is not None and bool(held.content) and held.content != content_hash(row.raw)

    def subjects(self, numbers: Iterable[int]) -> list[Subject]:
        """What a decision about rows is about; rows that cannot be read have no identity and are left out."""
        found = [(self.identity(number), self.dataset.row(number).raw) for number in numbers]
        return [Subject(identity, content_hash(raw)) for identity, raw in found if identity]

    def refresh(self) -> None:
        """Reads the decisions again."""
        if self._store is not None:
            self._decided = decisions.current(self._store)

    def siblings(self, number: int) -> list[int]:
        """The rows of the same table or document, this one included, in the file's order."""
        frame = self.facts.frame()
        if number >= frame.height or not frame["group"][number]:
            return [number]
        found: list[int] = frame.filter(pl.col("group") == frame["group"][number])["row"].to_list()
        return found

    def apply(self, text: str, report: Report = silent, cancel: Cancel | None = None) -> Shown:
        """Filters; an empty text shows everything.

        Raises:
            UsageError: The text looks like SQL but is not a valid condition.
            CancelledError: It was cancelled; the old filter stays.
        """
        query = filter.parse(text, self.columns())
        if query is None:
            self._order = None
            return Shown("", self.count)
        if query.kind == "text":
            self._order = self._search(query.text, report, cancel)
            return Shown("text", self.count)
        self._order = self._select(query, report, cancel)
        return Shown("sql", self.count, filter.hint(query))

    def sort(self, column: str, *, descending: bool = False) -> None:
        """Sorts what is shown by a fact; missing values come last.

        Raises:
            UsageError: There is no such column.
        """
        frame = self.frame_with_decisions()
        if column not in frame.columns:
            raise UsageError(f"There is no column named {column}", todo=f"Columns: {', '.join(frame.columns)}")
        if self._order is not None:
            frame = frame[[number for number in self._order if number < frame.height]]
        ordered = frame.sort(column, descending=descending, nulls_last=True, maintain_order=True)
        self._order = ordered["row"].to_list()

    def _cells(self, number: int) -> Cells:
        if number < self.facts.count:
            found = self.facts.frame().row(number, named=True)
            flag = self._decided.get(found["id"], Decided()).flag
            return Cells(
                number,
                flag,
                found["input_tokens"],
                found["output_tokens"],
                found["issue"],
                found["severity"],
                found["answer"],
            )
        return unread(self.dataset, number, self._decided)

    def frame_with_decisions(self) -> pl.DataFrame:
        """Facts and decisions as columns. Stays within `core.data`."""
        frame = self.facts.frame()
        held = [
            (identity, each.flag, each.note or None, each.tag or None) for identity, each in self._decided.items()
        ]
        names = ["id", *filter.DECIDED]
        beside = pl.DataFrame(held, schema=dict.fromkeys(names, pl.String), orient="row")
        return frame.join(beside, on="id", how="left", maintain_order="left")

    def _select(self, query: filter.Query, report: Report, cancel: Cancel | None) -> list[int]:
        frame = self.frame_with_decisions()
        wanted = filter.condition(query)
        texts = filter.text_columns(query)
        if not texts:
            return self._kept(frame, wanted)
        found: list[int] = []
        tell = throttled(report)
        for start in range(0, frame.height, _READ_AGAIN):
            part = frame.slice(start, _READ_AGAIN)
            read = [self.dataset.row(number).chat for number in part["row"]]
            values = {
                "prompt": [chat.prompt if chat else None for chat in read],
                "system": [chat.system if chat else None for chat in read],
            }
            part = part.with_columns([pl.Series(name, values[name], dtype=pl.String) for name in texts])
            found += self._kept(part, wanted)
            tell(Progress(min(start + _READ_AGAIN, frame.height), frame.height, "records", "filtering"))
            if cancel:
                cancel.check()
        return found

    def _kept(self, frame: pl.DataFrame, wanted: pl.Expr) -> list[int]:
        try:
            found: list[int] = frame.filter(wanted)["row"].to_list()
        except pl.exceptions.PolarsError as error:
            raise UsageError(
                "This filter does not fit its columns",
                why=str(error).splitlines()[0],
                todo="Compare numbers with numbers and text with text",
            ) from error
        return found

    def _search(self, words: str, report: Report, cancel: Cancel | None) -> list[int]:
        """Rows whose line holds the words, in any case; JSON's own spelling of them counts as well."""
        cases = {words, words.lower(), words.upper()}  # bytes know no case beyond ASCII
        forms = {form for each in cases for form in (each, _escaped(each), _escaped(each, ascii_only=True))}
        needles = [form.encode().lower() for form in forms]
        tell, found, index = throttled(report), [], self.dataset.index
        index.grow_all(report, cancel)
        for number, raw in enumerate(index.lines(0, index.count)):
            lowered = raw.lower()
            if any(needle in lowered for needle in needles):
                found.append(number)
            if number % 1000 == 0:
                tell(Progress(number, index.count, "records", "searching"))
                if cancel:
                    cancel.check()
        return found


def _escaped(words: str, *, ascii_only: bool = False) -> str:
    return json.dumps(words, ensure_ascii=ascii_only)[1:-1]
