"""What the ranker sees of a table's cells when a question is asked."""

import numpy as np
from numpy.typing import NDArray

from core.records.tables import Grid
from core.rehearsal.learner.candidate import Candidate
from core.rehearsal.learner.evidence import Evidence, Profile
from core.rehearsal.learner.question import Question
from core.rehearsal.learner.table_layout import Layout, lay_out

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


def table_evidence(grid: Grid, asked: Question) -> Evidence:
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
    layout: Layout, asked: Question, row_match: NDArray[np.float64], column_match: NDArray[np.float64]
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


def _extreme(values: NDArray[np.float64], asked: Question) -> int:
    if not np.isfinite(values).any():
        return -1
    return int(np.nanargmin(values) if asked.extreme == "lowest" else np.nanargmax(values))


def _already_asked(candidate: Candidate, asked: Question) -> float:
    if candidate.type in {"number", "dash"}:
        return 0.0
    return recall(candidate.content, asked.content)
