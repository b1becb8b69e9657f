"""How a table is laid out, whatever it is asked: headers, sections, and the cells that could be an answer."""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.records.tables import Grid
from core.rehearsal.learner.candidate import Candidate, CandidateType, cell
from core.rehearsal.learner.question import content_words, words

MOST_HEADER_ROWS = 4
LONGEST_NUMBER = 64  # characters
MOST_CELLS = 2048  # of a table that are read, as a context window would have it

_NUMBER = re.compile(r"[\s$£€¥(]*[-–—−]?[\d.,]*\d[\d.,]*[\s)%x]*")
_DIGITS = re.compile(r"\d[\d,]*\.?\d*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_INSIDE = re.compile(rf"\b{_YEAR.pattern}\b")


class Layout(msgspec.Struct, frozen=True, eq=False):
    """A table taken apart; arrays have a row per row and a column per column of the grid.

    Attributes:
        candidates: Every non-empty cell, row by row, and the years inside longer headers.
        headers: The words above each column.
        labels: The words at the start of each row.
        sections: The words of the last row before it that only opens a section.
        values: The number in each body cell, NaN where there is none.
        percent: Whether the cell or its header speaks of per cent.
        totals: Which rows are labelled as totals.
    """

    candidates: tuple[Candidate, ...]
    headers: tuple[frozenset[str], ...]
    labels: tuple[frozenset[str], ...]
    sections: tuple[frozenset[str], ...]
    values: NDArray[np.float64]
    percent: NDArray[np.bool_]
    totals: NDArray[np.bool_]


@lru_cache(maxsize=256)
def lay_out(grid: Grid) -> Layout:
    """Takes a table apart; of a very large one, its first cells."""
    width = min(len(grid[0]), MOST_CELLS)
    rows = [[text.strip() for text in row[:width]] for row in grid[: MOST_CELLS // width]]
    header_rows = _count_header_rows(rows)
    values = [
        [_value(text) if number >= header_rows and column else np.nan for column, text in enumerate(row)]
        for number, row in enumerate(rows)
    ]
    percent_above = [any("%" in row[column] for row in rows[:header_rows]) for column in range(width)]
    return Layout(
        candidates=tuple(_candidates(rows, header_rows)),
        headers=tuple(_header_words(rows[:header_rows], column) for column in range(width)),
        labels=tuple(content_words(row[0]) for row in rows),
        sections=tuple(_sections(rows, header_rows)),
        values=np.array(values),
        percent=np.array([["%" in text or percent_above[column] for column, text in enumerate(row)] for row in rows]),
        totals=np.array(["total" in words(row[0]) for row in rows]),
    )


def _count_header_rows(rows: Sequence[Sequence[str]]) -> int:
    """The rows before the first with a number that is not a year: at least one, and never the whole table."""
    count = 0
    for row in rows:
        if any(_is_number(text) and not _YEAR.fullmatch(text) for text in row[1:]):
            break
        count += 1
    return max(1, min(count, MOST_HEADER_ROWS, len(rows) - 1))


def _header_words(header: Sequence[Sequence[str]], column: int) -> frozenset[str]:
    """The words above a column; an empty header cell continues the one to its left."""
    parts = []
    for row in header:
        left = next((at for at in range(column, 0, -1) if row[at]), 0)
        parts.append(row[left] if left else row[column])
    return content_words(" ".join(parts))


def _sections(rows: Sequence[Sequence[str]], header_rows: int) -> list[frozenset[str]]:
    section: frozenset[str] = frozenset()
    sections = []
    for number, row in enumerate(rows):
        if number >= header_rows and row[0] and not any(row[1:]):
            section = content_words(row[0])
        sections.append(section)
    return sections


def _candidates(rows: Sequence[Sequence[str]], header_rows: int) -> list[Candidate]:
    candidates = []
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if not text:
                continue
            kind = _cell_type(text, number, column, header_rows)
            candidates.append(cell(text, row[0], number, column, kind))
            if kind == "header" and (year := _YEAR_INSIDE.search(text)):
                candidates.append(cell(year.group(), row[0], number, column, "year"))
    return candidates


def _cell_type(text: str, row: int, column: int, header_rows: int) -> CandidateType:
    if row < header_rows and column:
        return "year" if _YEAR.fullmatch(text) else "header"
    if column == 0:
        return "label"
    if _is_number(text):
        return "number"
    return "dash" if text in {"-", "–", "—"} else "text"


def _is_number(text: str) -> bool:
    return len(text) < LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None


def _value(text: str) -> float:
    if not _is_number(text) or not (digits := _DIGITS.search(text)):
        return np.nan
    return float(digits.group().replace(",", "")) * (-1 if "(" in text else 1)
