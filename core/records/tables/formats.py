"""The four formats of the article, by name."""

from types import ModuleType
from typing import Literal, get_args

from core.errors import InputError, UsageError
from core.records.tables import html, json_rows, latex, markdown
from core.records.tables.grid import Grid

TableFormat = Literal["html", "json", "markdown", "latex"]
FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)

_MODULES: dict[str, ModuleType] = {"html": html, "json": json_rows, "markdown": markdown, "latex": latex}


def render(grid: Grid, format: TableFormat) -> str:  # noqa: A002
    """The table as text: compact, the same each time, and read back by `parse` to the same cells.

    Raises:
        InputError: The grid has no cells.
        UsageError: There is no such format.
    """
    if not grid or not grid[0]:
        raise InputError("The table has no cells.")
    text: str = _module(format).render(grid)
    return text


def parse(text: str, format: TableFormat) -> Grid:  # noqa: A002
    """The cells of a table in text, Outcrop's own or other people's.

    Raises:
        InputError: The text is not a table in this format.
        UsageError: There is no such format.
    """
    cells: Grid = _module(format).parse(text)
    return cells


def _module(name: str) -> ModuleType:
    if name not in _MODULES:
        raise UsageError(f"There is no table format {name!r}.", todo=f"Use one of {', '.join(FORMATS)}.")
    return _MODULES[name]
