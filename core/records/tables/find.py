"""Finds tables in a prompt, in any of the four formats, inside `<table>` XML tags or without them."""

import re
from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from core.errors import InputError
from core.records.tables import json_rows, latex, markdown
from core.records.tables.entities import BLANKS
from core.records.tables.formats import TableFormat, parse
from core.records.tables.grid import Grid

_OPENING = re.compile(
    r"""<[tT][aA][bB][lL][eE](?=[\s>/])
      |\\begin\{(?=tabular|longtable)
      |\[\s*(?=\[\s*["\-0-9tfn\]]|\{\s*["}])  # what JSON goes on with: no [[wiki link]]
    """,
    re.VERBOSE,
)
_TABLE_TAG = re.compile(r"<table(?=[\s>/])[^<>]*>", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_CELL_TAG = re.compile(r"<t[dh](?=[\s>/])", re.IGNORECASE)
_CLOSING = re.compile(r"\s*</table\s*>", re.IGNORECASE)
_MAX_FALSE_STARTS = 100  # of JSON; each may cost a reading of all the text, so there must be a limit


class FoundTable(msgspec.Struct, frozen=True):
    """A table and where it stands.

    Attributes:
        grid: Its cells.
        format: The format it is written in.
        start: The number of its first character: that of the `<table>` tag where the tags hold nothing else.
        end: The number of the character after its last, that tag's `</table>` included.
    """

    grid: Grid
    format: TableFormat
    start: int
    end: int


def find(text: str) -> FoundTable | None:
    """The first table in a prompt, or None.

    Without XML tags around it, a table of one cell in JSON is taken for a reference such as `[[1]]`.
    """
    return next(find_all(text), None)


def find_all(text: str) -> Iterator[FoundTable]:
    """The tables in a prompt, in order; a table within a table is part of it, one that is never closed is none."""
    search = _Search(text)
    at = 0
    for start in search.starts():
        if start < at:
            continue
        found, at = search.at(start)
        if found:
            yield found


class _Search:
    """What one pass over the text shows, so that no failed attempt is paid twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tables = _pairs(text, _TABLE_TAG, _TABLE_END)
        self._tabulars = _pairs(text, latex.BEGIN, latex.END)
        self._cells = [tag.start() for tag in _CELL_TAG.finditer(text)]
        self._headers = frozenset(markdown.starts(text))
        self._false_starts = 0

    def starts(self) -> list[int]:
        """Where tables may begin."""
        return sorted(self._headers.union(opening.start() for opening in _OPENING.finditer(self._text)))

    def at(self, start: int) -> tuple[FoundTable | None, int]:
        """The table that begins here, and from where to look for the next."""
        tag = _TABLE_TAG.match(self._text, start)
        if tag is None:
            found, end = self._bare(start)
            one_cell = found is not None and found.format == "json" and len(found.grid) == len(found.grid[0]) == 1
            return (None if one_cell else found), end
        inner = _after_blanks(self._text, tag.end())
        found, end = self._bare(inner)
        closing = _CLOSING.match(self._text, end) if found else None
        if found and closing:
            return FoundTable(found.grid, found.format, start, closing.end()), closing.end()
        return self._html(start) if found is None else (None, inner)

    def _bare(self, start: int) -> tuple[FoundTable | None, int]:
        """The table that begins here and is not HTML."""
        if self._text.startswith("[", start) and self._false_starts < _MAX_FALSE_STARTS:
            grid, end = json_rows.read(self._text, start)
            self._false_starts += grid is None
            return _found(grid, "json", start, end)
        if start in self._tabulars:
            return self._within("latex", start, self._tabulars[start])
        if start in self._headers:
            grid, end = markdown.read(self._text, start)
            return _found(grid, "markdown", start, end)
        return None, start + 1

    def _html(self, start: int) -> tuple[FoundTable | None, int]:
        end = self._tables.get(start, start)
        nth = bisect_left(self._cells, start)
        if nth == len(self._cells) or self._cells[nth] >= end:
            return None, start + 1
        return self._within("html", start, end)

    def _within(self, format: TableFormat, start: int, end: int) -> tuple[FoundTable | None, int]:  # noqa: A002
        try:
            return FoundTable(parse(self._text[start:end], format), format, start, end), end
        except InputError:
            return None, end


def _found(grid: Grid | None, format: TableFormat, start: int, end: int) -> tuple[FoundTable | None, int]:  # noqa: A002
    return (FoundTable(grid, format, start, end) if grid else None), end


def _pairs(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> dict[int, int]:
    """Where each opening that is closed begins, with where its closing ends."""
    marks = [(mark.start(), 0) for mark in opening.finditer(text)]
    marks += [(mark.start(), mark.end()) for mark in closing.finditer(text)]
    unclosed: list[int] = []
    pairs = {}
    for start, end in sorted(marks):
        if not end:
            unclosed.append(start)
        elif unclosed:
            pairs[unclosed.pop()] = end
    return pairs


def _after_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start] in BLANKS:
        start += 1
    return start
