"""What is known of every record, as columns: computed in one streaming pass, kept while the file is open.

Texts are not among them, but for the question and the answer, which are short; a filter over a prompt reads it again.
"""

import hashlib
import threading
from collections.abc import Mapping
from typing import Any

import msgspec
import polars as pl

from core.data.dataset import Dataset, Row
from core.data.filter import DECIDED, TEXTS
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.check import Rules, check_chat, check_line
from core.records.record import Numbering
from core.records.tokens import estimate

CHUNK = 1000  # rows between two looks at the cancel token and two reports
TEXT = 400  # characters of a question or an answer that a column keeps

SCHEMA: dict[str, Any] = {
    "row": pl.Int64,
    "id": pl.String,
    "group": pl.String,
    "question": pl.String,
    "answer": pl.String,
    "input_tokens": pl.Int64,
    "output_tokens": pl.Int64,
    "issue": pl.String,
    "severity": pl.String,
    "content": pl.String,
}


class Fact(msgspec.Struct, frozen=True):
    """The facts of one row, with those that came with its source."""

    row: int
    id: str
    group: str
    question: str
    answer: str
    input_tokens: int
    output_tokens: int
    issue: str | None
    severity: str | None
    content: str
    given: dict[str, str | int | float]


class Facts:
    """Columns of facts that grow while a file is scanned."""

    def __init__(self, dataset: Dataset, rules: Rules | None) -> None:
        """Prepares a scan.

        Args:
            dataset: What is scanned.
            rules: Of the model that is to be trained; None leaves `issue` empty.
        """
        self._dataset = dataset
        self._rules = rules
        self._numbering = Numbering()
        self._chunks: list[pl.DataFrame] = []
        self._lock = threading.Lock()  # one thread scans, another looks
        self.count = 0
        self.complete = False

    def scan(self, report: Report = silent, cancel: Cancel | None = None) -> None:
        """Reads the whole file, a chunk at a time; what is there can be looked at meanwhile.

        Raises:
            CancelledError: It was cancelled; what is there stays.
            InputError: The file changed while it was read.
        """
        tell = throttled(report)
        index = self._dataset.index
        while not self.complete:
            while index.count < self.count + CHUNK and index.grow():
                pass
            stop = min(self.count + CHUNK, index.count)
            found = [
                fact_of(self._dataset.read(number, raw), self._rules, self._numbering)
                for number, raw in enumerate(index.lines(self.count, stop), self.count)
            ]
            with self._lock:
                if found:
                    self._chunks.append(_frame(found))
                self.count = stop
            self.complete = index.complete and stop == index.count
            tell(Progress(stop, index.count if index.complete else None, "records", "reading"))
            if cancel:
                cancel.check()

    def frame(self) -> pl.DataFrame:
        """What is known so far, one row a record. Stays within `core.data`."""
        with self._lock:
            if len(self._chunks) > 1:
                self._chunks[:] = [pl.concat(self._chunks, how="diagonal_relaxed", rechunk=False)]
            return self._chunks[0] if self._chunks else pl.DataFrame(schema=SCHEMA)


def fact_of(row: Row, rules: Rules | None, numbering: Numbering) -> Fact:
    """The facts of one decoded row."""
    chat, source = row.chat, row.source
    given: Mapping[str, str | int | float] = source.facts if source else {}
    issue = _issue(row, rules)
    text = f"{chat.system or ''}{chat.prompt}" if chat else ""
    return Fact(
        row=row.number,
        id=numbering.number(row.identity) if row.identity else "",
        group=row.group,
        question=_question(row)[:TEXT],
        answer=(chat.completion if chat else "")[:TEXT],
        input_tokens=estimate(text),
        output_tokens=estimate(chat.completion) if chat else 0,
        issue=issue[0] if issue else None,
        severity=issue[1] if issue else None,
        content=content_hash(row.raw),
        given=dict(given),
    )


def content_hash(raw: bytes) -> str:
    """A hash of what is judged, so that a decision goes stale when it changes."""
    return hashlib.sha256(raw).hexdigest()[:16]


def _issue(row: Row, rules: Rules | None) -> tuple[str, str] | None:
    if rules is None:
        return None
    if row.chat is None:
        findings = check_line(row.raw, row.number + 1, rules)[1]
    else:
        findings = check_chat(row.chat, row.number + 1, rules)
    worst = min(findings, key=lambda finding: finding.severity != "error", default=None)
    return (worst.rule, worst.severity) if worst else None


def _question(row: Row) -> str:
    if row.source is not None:
        return str(row.source.fields.get("question", ""))
    return row.chat.question if row.chat else ""


def _frame(found: list[Fact]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {name: [getattr(fact, name) for fact in found] for name in SCHEMA}
    frame = pl.DataFrame(columns, schema=SCHEMA)
    names = sorted({name for fact in found for name in fact.given} - {*SCHEMA, *DECIDED, *TEXTS})
    given = [pl.Series(name, [fact.given.get(name) for fact in found], strict=False) for name in names]
    return frame.with_columns(given) if given else frame
