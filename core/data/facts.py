"""What is known of every record, as columns of numbers: filled by a scan, kept on disk by the file's identity.

Texts are not among them: a condition on a prompt or an answer reads those rows again.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data import comparing, contexts
from core.data.checks.file_comparison import NOTHING, Compared, FileComparison
from core.data.comparing import Edits
from core.data.dataset import DECIDED, TEXTS, Dataset
from core.data.fact_columns import FactColumns, Identities, Kept, keep, kept_name, load_kept
from core.data.scan.block import BITS, COLUMNS, LineBlock, ScanSpec, rules_in, worst_in
from core.data.scan.measure import measurer_for, split_identity
from core.data.scan.pool import ALONE, WORKERS, scan
from core.errors import UsageError
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.finding import Severity
from core.records.record import text_hash
from core.records.requirements import Requirements
from core.records.tokens import CHARACTERS_A_TOKEN

if TYPE_CHECKING:
    import polars as pl  # imported where frames are made, so that `outcrop check` starts without it

    from core.data.calibration import Calibration

KNOWN = ("row", "input_tokens", "output_tokens", "turns", "issue", "severity", "issues")
_OURS = frozenset({*KNOWN, *DECIDED, *TEXTS, *COLUMNS})
_UNEDITED = ("start", "id", "nth", "group")  # what an edit leaves as it is
_EDITED = tuple(name for name in COLUMNS if name not in _UNEDITED)


class Facts:
    """Columns that grow while a file is scanned. One thread fills them, any thread reads rows below `count`.

    Attributes:
        ids: Which record each row is.
    """

    def __init__(
        self,
        dataset: Dataset,
        requirements: Requirements | None,
        cache: Path | None = None,
        *,
        thorough: bool = True,
        compared: bool = True,
        identified: bool = True,
    ) -> None:
        """Prepares a scan, or finds the last one of the same file.

        Args:
            dataset: What is scanned.
            requirements: Of the model that is to be trained; None leaves `issue` empty.
            cache: The folder where scans are kept; None keeps none.
            thorough: Whether to check what records say and not only the model's rules and exact duplicates.
            compared: Whether to prepare the comparison of wordings, which `thorough` and `comparable` need.
            identified: Whether anybody asks which record a row is.
        """
        self._dataset = dataset
        self.requirements = requirements
        self.thorough = thorough
        self._spec = msgspec.structs.replace(
            _spec(dataset, requirements), thorough=thorough, compared=compared, identified=identified
        )
        self._cache = cache / kept_name(dataset.index.identity, self._spec) if cache else None
        self._columns = FactColumns(self._spec.columns)
        self._edits = Edits()
        self.ids = Identities(self._columns)
        self._tables: dict[int, int] = {}  # by the hash of a group, as far as they were read
        self.calibration: Calibration | None = None  # of tokens; without one, a fixed number of characters each
        self.complete = False
        self.compared = False  # with each other, edits included
        self.comparison: FileComparison = NOTHING
        self._load()

    def edit(self, lines: dict[int, bytes]) -> None:
        """Takes some rows as edits make them; rows that are not named count as the file has them.

        What concerns several rows is found by the next `scan` or `compare`.
        """
        before = self._edits
        if lines == before.lines:
            return
        measurer = measurer_for(self._spec)
        edited: dict[int, dict[str, int]] = {}
        for row, line in lines.items():
            if before.lines.get(row) == line:
                edited[row] = before.columns[row]
                continue
            measurer.add(0, line)
            columns = measurer.block().columns
            edited[row] = {
                name: int(np.frombuffer(columns[name], dtype=COLUMNS[name])[0]) for name in _EDITED if name in columns
            }
        self._edits, self.compared = Edits(dict(lines), edited), False

    def scan(
        self,
        report: Report = silent,
        cancel: Cancel | None = None,
        *,
        alone: int = ALONE,
        workers: int = WORKERS,
    ) -> None:
        """Reads the whole file and compares its records; what is there can be looked at meanwhile.

        Args:
            report: Told how far it is.
            cancel: Stops it.
            alone: Bytes up to which no child is started to read the file.
            workers: Children that read a larger one.

        Raises:
            CancelledError: It was cancelled; what is there stays.
            InputError: The file changed while it was read.
        """
        if self.complete:
            self._dataset.index.take(self._columns["start"].tobytes())  # sooner than to read the file for them
            self._dataset.index.grow_all()
            report(Progress(self.count, self.count, "records", "known from the last time"))
            if not self.compared:
                self.compare(cancel)
            return
        index = self._dataset.index
        size, began, tell, cancel = index.size, time.monotonic(), throttled(report), cancel or Cancel()
        begin = self._next()
        for block in scan(self._spec, index.descriptor, begin, size, cancel, alone=alone, workers=workers):
            if self._dataset.beside:
                self._overlay(block)
            self._columns.append(block, _OURS)
            index.take(block.columns["start"])
            done = self._next()
            seconds = max(1e-3, time.monotonic() - began)
            left = (size - done) / max(1.0, done / seconds)
            note = f"reading, {self.count / seconds:,.0f} a second, {left:.0f} s left"
            tell(Progress(self.count, None, "records", note))
        index.grow_all()
        report(Progress(self.count, None, "records", "comparing"))
        self._compare(Edits(), cancel)
        self._keep()
        self.complete = True
        if self._edits.lines:
            self.compare(cancel)

    def compare(self, cancel: Cancel | None = None) -> None:
        """Compares all records with each other, as edits make them; takes seconds for a million of them.

        Raises:
            CancelledError: It was cancelled; what was found before stays.
        """
        self._compare(self._edits, cancel or Cancel())

    def comparable(self) -> Compared:
        """The columns that records are compared by. Stays within `core.data`."""
        return comparing.comparable(self._columns, self._edits)

    def questions(self, rows: Sequence[int]) -> list[str]:
        """What some rows ask."""
        return comparing.questions(self._dataset, rows, self._edits, Cancel())

    def hashes(self, name: Literal["id", "group", "prompt"], rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Some rows' identities, tables or documents, or prompts, hashed; 0 for none. Stays within `core.data`."""
        return self._values(name, rows)

    def contexts(self, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Some rows' tables, hashed by their cells; 0 for none. Stays within `core.data`."""
        return contexts.by_cells(self._dataset, rows, self.hashes("group", rows), self._tables)

    def _next(self) -> int:
        """The byte after which the next row begins."""
        return int(self._columns["start"][-1]) + 1 if self.count else 0

    def _compare(self, edits: Edits, cancel: Cancel) -> None:
        if self.requirements is not None and self.count:
            self.comparison = comparing.compare(
                self._dataset, self._columns, edits, thorough=self.thorough, cancel=cancel
            )
        self.compared = edits.lines == self._edits.lines

    @property
    def count(self) -> int:
        """Rows that are known so far."""
        return self._columns.count

    @property
    def size(self) -> int:
        """Bytes of the training file that source records make."""
        return self._columns.size

    @property
    def edited(self) -> int:
        """How many rows are taken as edits make them."""
        return len(self._edits.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all facts, those that came with source records included."""
        return (*KNOWN, *self._columns.given)

    def frame(self, names: tuple[str, ...], rows: NDArray[np.int64] | None = None) -> "pl.DataFrame":
        """Some facts as columns. Stays within `core.data`.

        Args:
            names: Of `names`; `row` is always there.
            rows: Of these rows only.
        """
        import polars as pl

        with self._columns.lock:
            numbers = np.arange(self.count, dtype=np.int64) if rows is None else rows
            columns = {name: self._series(name, numbers) for name in names if name != "row"}
        return pl.DataFrame({"row": numbers} | columns)

    def repeats(self) -> dict[str, str]:
        """Exact duplicates: their identities, each with that of the first of them."""
        related = self.comparison.related.get("duplicate")
        return self.ids.repeats(related) if related else {}

    def group_of(self, row: int) -> NDArray[np.int64]:
        """The rows of the same table or document, this one included."""
        group = self._columns["group"]
        if not group[row]:
            return np.array([row], dtype=np.int64)
        return np.flatnonzero(group == group[row]).astype(np.int64)

    def rules(self, row: int) -> tuple[str, Severity] | None:
        """The worst finding of a row: its rule and severity."""
        return worst_in(self._value("rules", row))

    def findings(self, row: int) -> list[tuple[str, Severity]]:
        """Every rule that found something in a row, with its severity, the worst first."""
        return rules_in(self._value("rules", row))

    def rows_by_finding(
        self, start: int = 0, stop: int | None = None
    ) -> dict[tuple[str, Severity], NDArray[np.int64]]:
        """The rows of each rule and severity that found something, rising.

        Args:
            start: The first row to look at.
            stop: The row before which to stop; None for all.
        """
        rules = self._columns["rules"][start:stop]
        if self._edits.lines:
            rules = self._values("rules", np.arange(start, start + len(rules), dtype=np.int64))
        every = int(np.bitwise_or.reduce(rules)) if len(rules) else 0
        return {pair: np.flatnonzero(rules & np.uint64(BITS[pair])) + start for pair in rules_in(every)}

    def line(self, row: int) -> bytes:
        """A row's line, as its edit makes it where there is one."""
        return self._edits.lines.get(row) or self._dataset.index.line(row)

    def prompt(self, row: int) -> int:
        """A checksum of what a row asks; 0 for a line that cannot be read."""
        return self._value("prompt", row)

    def alike(self, row: int) -> int:
        """How many rows give the same answer as a row, itself included, but for how it is written."""
        return int(np.count_nonzero(self._columns["answer"] == np.uint64(self._value("answer", row))))

    def characters(self, row: int) -> tuple[int, int]:
        """How many characters a row's prompt and answer have."""
        return self._value("characters_in", row), self._value("characters_out", row)

    def tokens(self, row: int) -> tuple[int, int]:
        """About how many tokens a row's prompt and answer have."""
        asked, answered = self.characters(row)
        if self.calibration is not None and asked:
            return self.calibration.prompt(asked), self.calibration.text(answered)
        return -(-asked // CHARACTERS_A_TOKEN), -(-answered // CHARACTERS_A_TOKEN)

    def _series(self, name: str, rows: NDArray[np.int64]) -> "pl.Series":
        import polars as pl

        if name in ("input_tokens", "output_tokens"):
            characters = self._values("characters_in" if name == "input_tokens" else "characters_out", rows)
            return pl.Series(name, self._tokens(characters.astype(np.int64), asked=name == "input_tokens"))
        if name in _DESCRIBED:
            return _described(name, self._values("rules", rows))
        if name in COLUMNS:
            return pl.Series(name, self._values(name, rows))
        if name not in self._columns.given:
            raise UsageError(f"There is no column named {name}", todo=f"Columns: {', '.join(self.names)}")
        values = self._columns.given[name][rows]
        if name not in self._columns.words:
            return pl.Series(name, values, nan_to_null=True)
        words = pl.Series([None, *self._columns.words[name]], dtype=pl.String)
        return words.gather(pl.Series(values)).alias(name)

    def _tokens(self, characters: NDArray[np.int64], *, asked: bool) -> NDArray[np.int64]:
        """Tokens of prompts, or of answers, by the calibration where there is one."""
        found = self.calibration
        if found is None:
            return -(-characters // CHARACTERS_A_TOKEN)
        tokens = found.per_character * characters
        if asked:
            tokens = np.where(characters > 0, np.rint(found.base + tokens).clip(min=0), 0)
        whole: NDArray[np.int64] = np.ceil(tokens).astype(np.int64)
        return whole

    def _value(self, name: str, row: int) -> int:
        edited = self._edits.columns.get(row)
        return edited[name] if edited and name in edited else int(self._columns[name][row])

    def _values(self, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        values: NDArray[Any] = self._columns[name][rows]
        edited = self._edits.columns
        if name in _EDITED and edited:
            for place in np.flatnonzero(np.isin(rows, [*edited])).tolist():
                values[place] = edited[int(rows[place])][name]
        return values

    def _overlay(self, block: LineBlock) -> None:
        """Identities and groups that stand beside the file win over those that follow from its lines."""
        beside = self._dataset.beside[self.count : self.count + block.rows]
        pairs = [(*split_identity(identity), text_hash(group)) for identity, group in beside]
        for at, name in enumerate(("id", "nth", "group")):
            if name in block.columns:
                values = np.frombuffer(block.columns[name], dtype=COLUMNS[name]).copy()
                values[: len(pairs)] = [pair[at] for pair in pairs]
                block.columns[name] = values.tobytes()

    def _keep(self) -> None:
        if self._cache is None or not self.count:
            return
        held = self._columns
        columns = {name: held[name] for name in self._spec.columns}
        given = {name: values[: held.count] for name, values in held.given.items()}
        if keep(self._cache, Kept(columns, given, held.words, self.comparison, held.size)):
            self._load()  # what is on disk need not be in memory

    def _load(self) -> None:
        found = load_kept(self._cache, self._spec.columns) if self._cache else None
        if found is None:
            return
        self._columns.load(found.columns, found.given, found.words, found.size)
        self.comparison, self.complete, self.compared = found.comparison, True, True


_DESCRIBED: dict[str, Callable[[int], str | None]] = {
    "issue": lambda found: worst[0] if (worst := worst_in(found)) else None,
    "severity": lambda found: worst[1] if (worst := worst_in(found)) else None,
    "issues": lambda found: ", ".join(rule for rule, _ in rules_in(found)) or None,
}


def _described(name: str, found: NDArray[np.uint64]) -> "pl.Series":
    """The bits of many rows in words; different ones are few."""
    import polars as pl

    kinds, places = np.unique(found, return_inverse=True)
    words = pl.Series([_DESCRIBED[name](int(kind)) for kind in kinds], dtype=pl.String)
    return words.gather(pl.Series(places.astype(np.uint32))).alias(name)


def _spec(dataset: Dataset, requirements: Requirements | None) -> ScanSpec:
    renderer = dataset.renderer
    return ScanSpec(
        str(dataset.path),
        dataset.format,
        msgspec.msgpack.encode(requirements) if requirements else None,
        msgspec.msgpack.encode(renderer.template) if renderer else None,
        renderer.table_format if renderer else "html",
    )
