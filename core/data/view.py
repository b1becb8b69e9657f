"""What the Data tab looks at: a file's rows with their facts and decisions, filtered and sorted.

A filter gives row numbers; no column and no expression leaves this package.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from core.data import edits, texts
from core.data.checks.row_keys import RowNumbers
from core.data.dataset import DECIDED, SOURCE, TEXTS, Cells, Dataset, DatasetRow, unread
from core.data.decisions import Change, Decided, Held, Subject, content_hash
from core.data.facts import Facts
from core.data.holding import Holding
from core.data.search import may_be_syntax, search
from core.errors import UsageError
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.check import SEVERITIES
from core.store import Store

if TYPE_CHECKING:
    import polars as pl  # imported where it is asked for a frame, so that rows are looked at without it

    from core.data.filter import Query

_FEW = 50  # rows up to which identities are looked up one by one
_READ_AGAIN = 2000  # rows decoded at once for a condition on their text


CellValue = str | int | float | None


class Shown(msgspec.Struct, frozen=True):
    """What a filter did: how it was understood and how many rows it left."""

    kind: Literal["", "sql", "text"]
    count: int
    hint: str = ""
    partial: bool = False  # it was stopped on its way


class View:
    """One dataset as it is being looked at.

    Every method may be called from any thread but `apply`, which one thread calls at a time.
    """

    def __init__(self, dataset: Dataset, facts: Facts, store: Store | None) -> None:
        self.dataset = dataset
        self.facts = facts
        self._decided = Holding(store, self._learned)
        self._edits = edits.Placed(dataset, facts.ids)
        self._order: RowNumbers | None = None
        self._place_edits(set())

    @property
    def count(self) -> int:
        """Rows that are shown."""
        order = self._order
        return self.dataset.count if order is None else len(order)

    @property
    def decided(self) -> int:
        """Records with a flag."""
        return self._decided.flagged

    def columns(self) -> tuple[str, ...]:
        """The names that a filter may use."""
        return (*self.facts.names, *DECIDED, *TEXTS)

    def number(self, position: int) -> int | None:
        """The row at a position of the table; None where a filter in another thread has just left fewer."""
        order = self._order
        if order is None:
            return position
        return int(order[position]) if position < len(order) else None

    def _numbers(self, start: int, stop: int) -> list[int]:
        """The rows from a position to before another, in one moment's order."""
        order = self._order
        if order is None:
            return list(range(start, min(stop, self.dataset.count)))
        found: list[int] = order[start:stop].tolist()
        return found

    def position(self, number: int) -> int | None:
        """Where a row stands in the table, or None where the filter hides it."""
        order = self._order
        if order is None:
            return number if number < self.dataset.count else None
        found = np.flatnonzero(order == number)
        return int(found[0]) if len(found) else None

    def shown(self) -> Sequence[int]:
        """The rows that are shown, in their order."""
        order = self._order
        return range(self.dataset.count) if order is None else order.tolist()

    def rows(self, start: int, stop: int) -> list[Cells]:
        """The table's rows from `start` to before `stop`."""
        return [self._cells(number) for number in self._numbers(start, stop)]

    def row(self, number: int) -> DatasetRow:
        """One row, whole, as an edit makes it where there is one."""
        row = self.dataset.row(number)
        line = self._edits.lines.get(number)
        return row if line is None else edits.applied(self.dataset, row, line)

    def identity(self, number: int) -> str:
        """A row's identity, with its number among equals as soon as the scan has come to it."""
        if number < self.facts.count:
            return self.facts.ids.of(number)
        return self.dataset.row(number).identity

    def decision(self, number: int) -> Decided:
        """What holds for a row."""
        return self._decided.of(self.identity(number))

    def by_record(self, name: str) -> Mapping[str, str]:
        """A column that people or a judge filled, by the records' identities, as it is at this moment.

        Args:
            name: Of `rows.DECIDED`; one that this view knows nothing about is empty.
        """
        return self._column(name).copy()

    def values(self, names: Sequence[str], start: int, stop: int) -> dict[int, dict[str, CellValue]]:
        """Columns of the shown rows from a position to before another, by row.

        Rows that the scan has not come to are left out.

        Raises:
            UsageError: There is no such column.
        """
        known = self.facts.count
        rows = np.array(sorted(number for number in self._numbers(start, stop) if number < known), dtype=np.int64)
        found = self.frame(names, rows).rows(named=True)
        return {each["row"]: each for each in found}

    def decisions(self) -> Mapping[str, Decided]:
        """What holds at this moment, by the records' identities."""
        return self._decided.every()

    def stale(self, row: DatasetRow) -> bool:
        """Whether the record has changed since it was decided about."""
        held = self._decided.of(self.identity(row.number))
        return bool(held.content) and held.content != content_hash(row.raw)

    def subjects(self, numbers: Sequence[int]) -> list[Subject]:
        """What a decision about rows is about; rows that cannot be read have no identity and are left out."""
        found = zip(numbers, self._identities(numbers), strict=True)
        return [Subject(each, content_hash(self.line(number))) for number, each in found if each]

    def line(self, number: int) -> bytes:
        """A row's line, as an edit makes it where there is one."""
        return self._edits.lines.get(number) or self.dataset.index.line(number)

    def edited_subject(self, number: int) -> Subject:
        """What an edit of a row is about: the line as the file has it."""
        return Subject(self.identity(number), content_hash(self.dataset.index.line(number)))

    def take(self, change: Change) -> None:
        """Takes over what a decision, an undo or a redo has just done."""
        if not self._decided.take(change.news):
            self.catch_up()  # another process has decided something before it

    def catch_up(self) -> bool:
        """Reads what was decided since, here or by another process; False where nothing was."""
        news = self._decided.catch_up()
        return self._place_edits(set()) or news

    def refresh(self) -> bool:
        """Reads whatever has come in since; False where nothing has."""
        return self.catch_up()

    def siblings(self, number: int) -> list[int]:
        """The rows of the same table or document, this one included, in the file's order."""
        if number >= self.facts.count:
            return [number]
        found: list[int] = self.facts.group_of(number).tolist()
        return found

    def apply(
        self,
        text: str,
        report: Report = silent,
        cancel: Cancel | None = None,
        found_some: Callable[[], None] | None = None,
        stop: Cancel | None = None,
        *,
        words: bool = True,
    ) -> Shown:
        """Filters; an empty text shows everything.

        Args:
            text: As typed in the filter bar.
            report: Told how far a search is.
            cancel: Stops it; the old filter stays.
            found_some: Called when more rows are shown, while a search still goes on; without it the rows stay as
                they are until its end.
            stop: Ends a search where it is; the rows that it has found stay.
            words: As for `filter.parse`.

        Raises:
            UsageError: The text looks like SQL but is not a valid condition.
            CancelledError: It was cancelled; the old filter stays.
        """
        query = self.understood(text, words=words)
        if query is None:
            self._order = None
            return Shown("", self.count)
        before = self._order
        try:
            token = cancel or Cancel()
            if query.kind == "text":
                batches = self._holding(query.text, report, token)
            else:
                batches = self._matching(query, report, token)
            partial = self._collect(batches, found_some, stop or Cancel())
        except BaseException:
            self._order = before
            raise
        from core.data.filter import hint

        return Shown(query.kind, self.count, hint(query), partial)

    def understood(self, text: str, *, words: bool = True) -> "Query | None":
        """What a filter's text means; holds a condition to what its columns are.

        Args:
            text: As typed.
            words: As for `filter.parse`.

        Raises:
            UsageError: As for `apply`.
        """
        if not text.strip():
            return None
        from core.data.filter import condition, parse

        query = parse(text, self.columns(), words=words)
        if query is not None and query.kind == "sql":
            self._kept(np.empty(0, dtype=np.int64), condition(query))
        return query

    def matching(self, query: "Query", report: Report = silent, cancel: Cancel | None = None) -> RowNumbers:
        """The rows that a condition holds for. Stays within `core.data`."""
        found = list(self._matching(query, report, cancel or Cancel()))
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def sort(self, column: str, *, descending: bool = False) -> None:
        """Sorts what is shown by a fact, a decision or a text, severities the worst last; missing values come last.

        Raises:
            UsageError: There is no such column.
        """
        if column not in self.columns():
            raise UsageError(f"There is no column named {column}", todo=f"Columns: {', '.join(self.columns())}")
        import polars as pl

        rows = np.arange(self.facts.count, dtype=np.int64) if self._order is None else self._order
        rows = rows[rows < self.facts.count]
        frame, by = self.frame((column,), np.sort(rows)), pl.col(column)
        if column == "severity":
            by = by.cast(pl.Enum(SEVERITIES[::-1]))
        frame = frame.sort(by, descending=descending, nulls_last=True, maintain_order=True)
        self._order = frame["row"].to_numpy()

    def frame(self, names: Iterable[str], rows: RowNumbers | None = None) -> "pl.DataFrame":
        """Facts, decisions and texts as columns. Stays within `core.data`.

        Args:
            names: Of the columns; `row`, from 0, is always there.
            rows: Of these rows only, in this order.
        """
        wanted = tuple(dict.fromkeys(names))
        kept = tuple(name for name in wanted if name not in DECIDED and name not in TEXTS)
        frame = self.facts.frame(kept, rows)
        written = tuple(name for name in TEXTS if name in wanted)
        if written:
            frame = frame.with_columns(self._texts(written, frame["row"].to_list()))
        if any(name in DECIDED for name in wanted):
            decided = tuple(name for name in DECIDED if name in wanted)
            frame = frame.join(self._decisions(decided, rows), on="row", how="left", maintain_order="left")
        return frame.select("row", *(name for name in wanted if name != "row"))

    def counted(self, names: Iterable[str], rows: RowNumbers | None = None) -> "pl.DataFrame":
        """The same with rows from 1, as screens, conditions and statistics count them. Stays within `core.data`."""
        import polars as pl

        return self.frame(names, rows).with_columns(pl.col("row") + 1)

    def _cells(self, number: int) -> Cells:
        if number >= self.facts.count:
            return unread(self.dataset, number, self._decided.of)
        tokens, worst = self.facts.tokens(number), self.facts.rules(number)
        flag = self._decided.of(self.facts.ids.of(number)).flag if self._decided.flagged else None
        issue, severity = worst or (None, None)
        answer = self._answer(number)
        return Cells(number, flag, tokens[0], tokens[1], issue, severity, answer)

    def _answer(self, number: int) -> str:
        if number not in self._edits.lines:
            return self.dataset.answer(number)
        row = self.row(number)
        return str(row.source.fields.get("answer", "")) if row.source else row.chat.completion if row.chat else ""

    def _learned(self, held: Sequence[Held]) -> None:
        """Takes over what has been decided."""
        self._place_edits({each.record for each in held if each.kind == "edit"})

    def _place_edits(self, records: set[str]) -> bool:
        """Takes over the edits of some records; True where rows have changed."""
        if not self._edits.place(records, self.facts.count, self._decided):
            return False
        self.facts.edit(self._edits.lines)
        return True

    def _collect(self, batches: Iterable[RowNumbers], found_some: Callable[[], None] | None, stop: Cancel) -> bool:
        """Shows the rows that are found, from the first on where somebody waits; True where that was stopped."""
        found = [np.empty(0, dtype=np.int64)]
        for batch in batches:
            found.append(batch)
            if found_some is not None and len(batch):
                self._order = np.concatenate(found)
                found_some()
            if stop.event.is_set():
                break
        self._order = np.sort(np.concatenate(found), kind="stable")  # as the file has them
        return stop.event.is_set()

    def _holding(self, words: str, report: Report, cancel: Cancel) -> Iterator[RowNumbers]:
        """Rows whose texts hold some words; a hit is looked at again where it may be in what is no text.

        Edited rows come last, by what their edits say.
        """
        edited = np.array(sorted(self._edits.lines), dtype=np.int64)
        certain = self.dataset.format != SOURCE and not may_be_syntax(words)
        for rows in search(self.dataset.index, words, report, cancel):
            unedited = rows[~np.isin(rows, edited)] if len(edited) else rows
            yield unedited if certain else self._held(unedited, words)
        yield self._held(edited, words)

    def _held(self, rows: RowNumbers, words: str) -> RowNumbers:
        """Those of some rows whose texts hold some words."""
        held = [texts.hold(self.dataset, self.line(row), words) for row in rows.tolist()]
        found: RowNumbers = rows[np.array(held, dtype=bool)]
        return found

    def _matching(self, query: "Query", report: Report, cancel: Cancel) -> Iterator[RowNumbers]:
        facts, written = query.facts, query.texts
        rows = self._kept(None, facts) if facts is not None else np.arange(self.facts.count, dtype=np.int64)
        if written is None:
            yield rows
            return
        tell = throttled(report)
        for start in range(0, len(rows), _READ_AGAIN):
            yield self._kept(rows[start : start + _READ_AGAIN], written)
            tell(Progress(min(start + _READ_AGAIN, len(rows)), len(rows), "records", "filtering"))
            cancel.check()

    def _kept(self, rows: RowNumbers | None, wanted: "pl.Expr") -> RowNumbers:
        from core.data.filter import rows_that_hold

        return rows_that_hold(self.counted(wanted.meta.root_names(), rows), wanted)["row"].to_numpy() - 1

    def _texts(self, names: tuple[str, ...], rows: list[int]) -> "list[pl.Series]":
        import polars as pl

        values = texts.read(self.dataset, [name for name in names if name not in ("id", "group")], rows)
        if "id" in names:
            values["id"] = [*self._identities(rows)]
        if "group" in names:
            values["group"] = [self.dataset.group(row) for row in rows]
        self._patch(values, rows)
        return [pl.Series(name, values[name], dtype=pl.String) for name in names]

    def _patch(self, values: dict[str, list[str | None]], rows: list[int]) -> None:
        """Texts of edited rows as their edits make them."""
        for at, row in enumerate(rows if self._edits.lines else ()):
            if row in self._edits.lines:
                chat = self.row(row).chat
                for name in values.keys() - {"id", "group"}:
                    values[name][at] = texts.of_chat(chat, name) if chat else None

    def _identities(self, rows: Sequence[int]) -> list[str]:
        if len(rows) < _FEW:
            return [self.identity(row) for row in rows]
        return self.facts.ids.of_rows(np.asarray(rows, dtype=np.int64))

    def _column(self, name: str) -> dict[str, str]:
        """A column by the records' identities; it may change while decisions are made."""
        return self._decided.column(name) if name in ("flag", "note", "tag") else {}

    def _decisions(self, names: tuple[str, ...], rows: RowNumbers | None) -> "pl.DataFrame":
        """What was decided and said, by row; where there is no row to say it of, nothing is worked out."""
        import polars as pl

        nobody = rows is not None and not len(rows)
        columns = {name: {} if nobody else self._column(name) for name in names}
        if rows is not None and len(rows) <= max(map(len, columns.values())):
            places = dict(zip(rows.tolist(), self._identities(rows.tolist()), strict=True))
        else:
            places = self.facts.ids.rows_of({identity for held in columns.values() for identity in held.copy()})
        values = {name: [held.get(identity) for identity in places.values()] for name, held in columns.items()}
        schema = {"row": pl.Int64} | dict.fromkeys(names, pl.String)
        return pl.DataFrame({"row": list(places)} | values, schema=schema)
