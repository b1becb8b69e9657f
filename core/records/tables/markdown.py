r"""Tables in Markdown: GitHub's pipe tables, the first row as header.

A cell's `|` and `\` are written with a backslash, a line break as `<br>`, and as entities the `<` that opens a tag,
the `&` that opens an entity and the blanks at the edges. Emphasis marks are left alone: `*` is a footnote sign far
more often. Other people's tables may do without outer pipes and may align with colons; rows longer than the header
are kept.
"""

import re
from collections.abc import Iterator

from core.errors import InputError
from core.records.tables import entities
from core.records.tables.grid import Grid, grid
from core.text import count

_SPECIAL = re.compile(r"[\\|\n\t\f\r]|<(?=[a-zA-Z/!?])|" + entities.ENTITY.pattern)
_WRITTEN = {"\\": "\\\\", "|": "\\|", "\n": "<br>", "<": "&lt;", **entities.WRITTEN}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|<[bB][rR] *+/?>|" + entities.ENTITY.pattern)
_PIPE = re.compile(r"\\.|(\|)")
_DASHES = re.compile(r"\s*:?-+:?\s*")
_SEPARATOR_LINE = re.compile(r"\n([ \t]*+[|:-][ \t|:-]*+)(?=\r?\n|\r?\Z|</table)")
_WRAPPER = re.compile(r"<table[^<>]*>")


def render(table: Grid) -> str:
    """A pipe table with outer pipes and a separator line, no padding."""
    head, *rows = (f"| {' | '.join(map(_written, row))} |" for row in table)
    return "\n".join([head, "|" + "---|" * len(table[0]), *rows])


def parse(text: str) -> Grid:
    """The table that the whole text is.

    Raises:
        InputError: No header, no separator line, or something before or after the table.
    """
    body = text.strip(entities.BLANKS)
    rows, end = _rows(body, 0)
    if not rows:
        raise _refusal("The second line does not separate a header of as many cells, as `|---|---|` does.")
    if end < len(body):
        raise _refusal(f"The table ends after {count(len(rows) + 1, 'line')}, and something follows.")
    return grid(rows)


def starts(text: str) -> Iterator[int]:
    """Where header lines may begin: before each separator line, and within it after a `<table>` tag."""
    for separator in _SEPARATOR_LINE.finditer(text):
        end = separator.start()
        line = text.rfind("\n", 0, end) + 1
        wrapper = text.rfind("<table", line, end)
        tag = _WRAPPER.match(text, wrapper) if wrapper >= 0 else None
        head = text[tag.end() if tag else line : end]
        if "|" in head:
            yield end - len(head.lstrip(entities.BLANKS))


def read(text: str, start: int) -> tuple[Grid | None, int]:
    """The table whose header begins at `start`, or None, and from where to look for the next."""
    rows, end = _rows(text, start)
    try:
        return grid(rows), end
    except InputError:
        return None, end


def _rows(text: str, start: int) -> tuple[list[list[str]], int]:
    """Rows for as long as lines hold a pipe, and where the last ends; none without a header and its separator."""
    lines = _lines(text, start)
    head, _ = next(lines)
    separator, end = next(lines, ("", start + 1))
    header, dashes = _split(head), _split(separator)
    if "|" not in head or len(header) != len(dashes) or not all(map(_DASHES.fullmatch, dashes)):
        return [], start + 1
    rows = [header]
    for line, stop in lines:
        if "|" not in line:
            break
        rows.append(_split(line))
        end = stop
    return [[_read(cell) for cell in row] for row in rows], end


def _lines(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Lines without the white space around them, each with where it ends; a `</table` ends them all."""
    while start <= len(text):
        newline = text.find("\n", start)
        stop = len(text) if newline < 0 else newline
        line = text[start:stop]
        closed = line.find("</table")
        if closed >= 0:
            line = line[:closed]
        line = line.rstrip(entities.BLANKS)
        yield line.lstrip(entities.BLANKS), start + len(line)
        if closed >= 0:
            return
        start = stop + 1


def _split(line: str) -> list[str]:
    """The cells of a row, still escaped, without the outer pipes."""
    if "\\" in line:
        pipes = [pipe.start() for pipe in _PIPE.finditer(line) if pipe[1]]
        cells = [line[a + 1 : b] for a, b in zip([-1, *pipes], [*pipes, len(line)], strict=True)]
    else:
        cells = line.split("|")
    if len(cells) > 1 and not cells[-1]:
        cells.pop()
    if len(cells) > 1 and not cells[0]:
        cells.pop(0)
    return cells


def _written(cell: str) -> str:
    return entities.keep_edges(_SPECIAL.sub(_escape, cell))


def _escape(special: re.Match[str]) -> str:
    return _WRITTEN.get(special[0]) or "&amp;" + special[0][1:]


def _read(cell: str) -> str:
    return _ESCAPED.sub(_unescape, cell.strip(entities.BLANKS))


def _unescape(escaped: re.Match[str]) -> str:
    if escaped[1]:
        return escaped[1]
    return "\n" if escaped[0][0] == "<" else entities.decode(escaped[0])


def _refusal(why: str) -> InputError:
    return InputError("This is not a table in Markdown.", why=why)
