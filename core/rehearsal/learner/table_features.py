"""What the ranker sees of a table's cells when a question is asked, and how a table is laid out for that."""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.records.tables import Grid
from core.rehearsal.learner.asked_question import AskedQuestion, content_words, words
from core.rehearsal.learner.candidate import Candidate, CandidateType, Evidence, Profile, cell

TABLE_FEATURES = (
    "label_jaccard",  # words shared by row label and question, over all words of both
    "label_recall",  # share of the label's words that the question has
    "section_jaccard",
    "header_precision",  # share of the question's words that the header has
    "header_recall",
    "label_jaccard_x_header_recall",
    "label_recall_x_header_recall",
    "best_row",
    "best_column",
    "best_row_and_column",
    "is_number",
    "is_header",  # one that is no year
    "is_label",
    "already_asked",  # share of the words of a header, label or text that the question already has
    "depth",  # 0 at the top of the table, towards 1 at its end
)

_FARTHEST_COLUMN = 4  # columns from here on are alike to the ranker

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


def table_evidence(grid: Grid, asked: AskedQuestion) -> Evidence:
    """The cells of a table as candidates."""
    layout = lay_out(grid)
    rows = np.array([candidate.row for candidate in layout.candidates], dtype=np.intp)
    columns = np.array([candidate.column for candidate in layout.candidates], dtype=np.intp)
    types = np.array([candidate.type for candidate in layout.candidates], dtype=np.str_)

    label_jaccard = np.array([jaccard(label, asked.content) for label in layout.labels])
    label_recall = np.array([recall(label, asked.content) for label in layout.labels])
    section_jaccard = np.array([jaccard(section, asked.content) for section in layout.sections])
    header_precision = np.array([recall(asked.content, header) for header in layout.headers])
    header_recall = np.array([recall(header, asked.content) for header in layout.headers])
    best_row = (label_jaccard == (label_jaccard.max() or 1.0))[rows]
    best_column = (header_precision == (header_precision.max() or 1.0))[columns]

    dense = np.column_stack(
        [
            label_jaccard[rows],
            label_recall[rows],
            section_jaccard[rows],
            header_precision[columns],
            header_recall[columns],
            label_jaccard[rows] * header_recall[columns],
            label_recall[rows] * header_recall[columns],
            best_row,
            best_column,
            best_row & best_column,
            types == "number",
            types == "header",
            types == "label",
            [_already_asked(candidate, asked) for candidate in layout.candidates],
            rows / len(layout.labels),
        ]
    )
    extreme_row, extreme_column = _extremes(layout, asked, label_jaccard + 0.5 * section_jaccard, header_precision)
    extreme = np.where(types == "label", rows == extreme_row, columns == extreme_column)
    extreme &= np.isin(types, ("label", "header", "year"))
    profiles = map(
        Profile,
        types.tolist(),
        np.minimum(columns, _FARTHEST_COLUMN).tolist(),
        best_row.tolist(),
        best_column.tolist(),
        extreme.tolist(),
        layout.percent[rows, columns].tolist(),
    )
    return Evidence(layout.candidates, dense, tuple(profiles))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in both over words in either; 0 if one has none."""
    return len(one & other) / len(one | other) if one and other else 0.0


def recall(needed: frozenset[str], found: frozenset[str]) -> float:
    """The share of the needed words that were found; 0 if none are needed."""
    return len(needed & found) / len(needed) if needed else 0.0


def _extremes(
    layout: Layout, asked: AskedQuestion, row_match: NDArray[np.float64], column_match: NDArray[np.float64]
) -> tuple[int, int]:
    """The row and the column that a comparison points at, -1 where it compares nothing.

    The column holds the extreme of the row that matches the question best; the row holds the extreme, totals
    apart, of the column that matches best.
    """
    if asked.extreme is None or len(column_match) < 2:
        return -1, -1
    has_numbers = np.isfinite(layout.values).any(axis=1)
    row = int(np.argmax(row_match * has_numbers))
    column = 1 + int(np.argmax(column_match[1:]))
    down = np.where(layout.totals, np.nan, layout.values[:, column])
    return _extreme(down, asked), _extreme(layout.values[row], asked)


def _extreme(values: NDArray[np.float64], asked: AskedQuestion) -> int:
    if not np.isfinite(values).any():
        return -1
    return int(np.nanargmin(values) if asked.extreme == "lowest" else np.nanargmax(values))


def _already_asked(candidate: Candidate, asked: AskedQuestion) -> float:
    if candidate.type in {"number", "dash"}:
        return 0.0
    return recall(candidate.content, asked.content)
