"""The columns of the rows: those that a person chose, in that order, each named as a filter names it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.text import count
from tui.widgets.table import Column, Sort

if TYPE_CHECKING:
    from core.data.view import CellValue

UNSORTED: Sort = ("row", False)

READY: dict[str, Column] = {  # what the first rows have at once, before anything heavy is imported
    "row": Column("#", 6, right=True),
    "flag": Column("flag", 4),
    "input_tokens": Column("≈ in", 6, right=True),
    "output_tokens": Column("≈ out", 5, right=True),
    "issue": Column("issue", 12),
    "question": Column("question"),
    "answer": Column("answer"),
}
CHOSEN = (*READY,)
_LEAST = {"input_tokens": 46, "issue": 46, "question": 64}  # the table's width, where nobody has chosen
_WIDTHS = {"severity": 8, "turns": 5, "verdict": 9, "type": 10, "split": 10, "scale": 8, "order": 5}
_NUMBERS = frozenset({"turns", "order"})
_WIDTH = 12  # of a column that nobody knows


def known_sort(kept: object) -> Sort:
    """The order that was kept, or the file's."""
    if isinstance(kept, list) and len(kept) == 2 and isinstance(kept[0], str):
        return kept[0], bool(kept[1])
    return UNSORTED


def known(kept: object) -> tuple[str, ...]:
    """The columns that were kept, or those that everybody begins with."""
    if isinstance(kept, list) and kept and all(isinstance(name, str) for name in kept):
        return tuple(dict.fromkeys(kept))
    return CHOSEN


def made(names: Sequence[str], rows: int = 0) -> list[Column]:
    """Columns for the table.

    Args:
        names: What they show.
        rows: How many the file has, for the width of their numbers.
    """
    asked = tuple(names) != CHOSEN
    found = []
    for name in names:
        column = READY.get(name) or Column(name, _WIDTHS.get(name, _WIDTH), right=name in _NUMBERS)
        width = max(column.width, len(f"{rows:,}")) if name == "row" else column.width
        least = 0 if asked else _LEAST.get(name, 0)
        found.append(Column(column.title, width, right=column.right, least=least, name=name))
    return found


def written(value: "CellValue") -> str:
    """A value as a cell shows it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return count(value) if isinstance(value, int) else value
