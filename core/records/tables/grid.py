"""The plain form of a table: rows of cells, all text, all rows of one length."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from core.errors import InputError

Grid = tuple[tuple[str, ...], ...]
"""Rows of cells, rectangular, with at least one cell."""

MAX_CELLS = 1_000_000
"""Cells a grid may have once ragged rows are filled and spans spread, so that a short text cannot fill the memory."""

_TEXT = {str}  # the types of the cells of most rows


class Spanning(NamedTuple):
    """A cell that may reach over several columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


def grid(rows: Iterable[Iterable[object]]) -> Grid:
    """A rectangular grid from ragged rows: None is an empty cell, other values as `str` writes them.

    Short rows are filled with empty cells on the right.

    Raises:
        InputError: No cells at all, more than `MAX_CELLS`, or a row that is not a list of cells.
    """
    lines = [_cells(row) for row in rows]
    width = max(map(len, lines), default=0)
    if not width:
        raise InputError("The table has no cells.")
    if width * len(lines) > MAX_CELLS:
        raise _too_large()
    if all(len(line) == width for line in lines):
        return tuple(lines)
    return tuple(line + ("",) * (width - len(line)) for line in lines)


def spread(rows: Iterable[Sequence[Spanning]]) -> Grid:
    """A grid in which a spanning cell is repeated in every place that it covers.

    A span over more rows than follow ends with the table; rows that come out empty are left out.

    Raises:
        InputError: As for `grid`.
    """
    lines: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column: rows it still reaches into, and its text
    placed = 0
    for row in rows:
        line, hanging = _spread_row(row, hanging, MAX_CELLS - placed)
        placed += len(line)
        lines.append(line)
    return grid(line for line in lines if line)


def _spread_row(
    row: Sequence[Spanning], above: dict[int, tuple[int, str]], room: int
) -> tuple[list[str], dict[int, tuple[int, str]]]:
    """One row with what hangs into it from above, and what hangs on into the next."""
    line: list[str] = []
    hanging = {column: (left - 1, text) for column, (left, text) in above.items() if left > 1}
    for cell in row:
        for _ in range(cell.columns):
            while len(line) in above:
                line.append(above[len(line)][1])
            if cell.rows > 1:
                hanging[len(line)] = (cell.rows - 1, cell.text)
            line.append(cell.text)
        if len(line) > room:
            raise _too_large()
    for column in sorted(above):
        if column >= len(line):
            line.extend([""] * (column - len(line)))
            line.append(above[column][1])
    return line, hanging


def _cells(row: Iterable[object]) -> tuple[str, ...]:
    if isinstance(row, str) or not isinstance(row, Iterable):
        raise InputError("The table cannot be read.", why=f"A row is a {type(row).__name__}, not a list of cells.")
    cells = tuple(row)
    if set(map(type, cells)) == _TEXT:
        return cast("tuple[str, ...]", cells)
    return tuple("" if cell is None else str(cell) for cell in cells)


def _too_large() -> InputError:
    return InputError(
        f"The table is too large: more than {MAX_CELLS:,} cells.",
        why="Ragged rows are filled up and spanning cells repeated.",
    )
