"""Compares the rows of a scan with each other, as the file has them or as edits make them."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data import texts
from core.data.checks import rules
from core.data.checks.file_comparison import Columns, Compared, FileComparison
from core.data.checks.row_keys import mixed
from core.data.dataset import Dataset
from core.data.fact_columns import FactColumns
from core.data.scan.block import bits_of_rule
from core.progress import Cancel

_OURS = sum(bits_of_rule(rule) for rule in rules.FILE_RULES)
_TABLE_FORMAT = "table_format"  # a fact, where an import has fixed the format
_READ_AT_ONCE = 1 << 11  # rows whose texts are read between two looks at a cancel


class Edits(msgspec.Struct, frozen=True):
    """Rows as edits make them, by number.

    Attributes:
        lines: As a file would have them.
        columns: What is measured of them, by the names of columns.
    """

    lines: dict[int, bytes] = {}
    columns: dict[int, dict[str, int]] = {}


def compare(
    dataset: Dataset, columns: FactColumns, edits: Edits, *, thorough: bool, cancel: Cancel
) -> FileComparison:
    """Compares all rows, and marks in their rules what was found.

    Args:
        dataset: The file.
        columns: What a scan has measured of it.
        edits: Rows that count otherwise than the file has them.
        thorough: Whether to compare wordings as well, and not only whole records.
        cancel: Stops it.

    Raises:
        CancelledError: It was cancelled; the rules stay as they were.
    """
    found = rules.compare(
        _by_table_format(comparable(columns, edits), columns),
        lambda rows: questions(dataset, rows, edits, cancel),
        thorough=thorough,
        cancel=cancel,
    )
    marks: NDArray[np.uint64] = columns["rules"] & ~np.uint64(_OURS)
    for rule, related in found.related.items():
        marks[related.rows] |= np.uint64(bits_of_rule(rule))
    for row, edited in edits.columns.items():
        edited["rules"] = edited["rules"] & ~_OURS | int(marks[row]) & _OURS
    columns.replace("rules", marks)
    return found


def comparable(columns: FactColumns, edits: Edits) -> Compared:
    """The columns that rows are compared by; nothing is copied where none is edited."""

    def column(name: str) -> NDArray[Any]:
        values = columns[name]
        if edits.columns:
            values = values.copy()
            for row, edited in edits.columns.items():
                values[row] = edited.get(name, 0)
        return values

    keys = Columns(column("telling"), column("content"), column("about"), column("answer"), column("prompt"))
    return Compared(keys, column("characters_in"), column("characters_out"))


def _by_table_format(compared: Compared, columns: FactColumns) -> Compared:
    """Rows of another table format set apart: a question in several formats is meant, and no near-duplicate."""
    if _TABLE_FORMAT not in columns.words:
        return compared
    formats = columns.given[_TABLE_FORMAT][: columns.count].astype(np.uint64)
    known = msgspec.structs.replace(compared.known, groups=mixed(compared.known.groups, formats))
    return msgspec.structs.replace(compared, known=known)


def questions(dataset: Dataset, rows: Sequence[int], edits: Edits, cancel: Cancel) -> list[str]:
    """What some rows ask.

    Raises:
        CancelledError: It was cancelled.
    """
    found: list[str | None] = []
    for start in range(0, len(rows), _READ_AT_ONCE):
        cancel.check()
        found += texts.read(dataset, ["question"], rows[start : start + _READ_AT_ONCE])["question"]
    for at, row in enumerate(rows):
        if row in edits.lines or not found[at]:
            line = edits.lines.get(row) or dataset.index.line(row)
            chat = dataset.read(row, line).chat
            found[at] = chat.question if chat else ""
    return [text or "" for text in found]
