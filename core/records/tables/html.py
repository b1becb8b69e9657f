"""Tables in HTML: a row a line, every cell a `<td>`, so that a table reads back as it was.

Other people's tables may have headers, sections, attributes and comments; a spanning cell is repeated in every place
that it covers; inline tags go, `<br>` is a line break; a table within a cell is that cell's text; `<table>` around
`<table>` is one table.

The standard library's `HTMLParser` needs quadratic time for unclosed tags (5 s for 32 kB of `<td `), so one pass
finds the tags, and `HTMLParser` reads the attributes of one tag at a time.
"""

import re
from html.parser import HTMLParser

from core.errors import InputError
from core.records.tables import entities
from core.records.tables.grid import Grid, Spanning, spread

# A tag never holds `<`, so no character is looked at from more than one tag's beginning; a lone quote is a character.
_TAG = re.compile(
    r"""<(?:(?P<comment>!--)
        |[!?][^<>]*>
        |(?P<slash>/?)(?P<name>[a-zA-Z][^\s<>/]*+)(?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+)>)""",
    re.VERBOSE,
)
_HIDDEN_END = re.compile(r"</(?:script|style)\s*>", re.IGNORECASE)
_HIDDEN = frozenset({"script", "style"})
_CELLS = frozenset({"td", "th"})
_GROUPS = frozenset({"tr", "thead", "tbody", "tfoot"})
_BLOCKS = frozenset({"div", "p", "ul", "ol", "li", "dl", "dt", "dd", "hr", "h1", "h2", "h3", "h4", "h5", "h6"})
_SPAN = re.compile(r"\s*([0-9]{1,5})")
_CELL_END, _ROW_END = "\x1f", "\x1e"
_EDGES = (" \x1f", "\x1f ", " \x1e", "\x1e ")
_BLANK_EDGES = re.compile(r"(?:\A|(?<=[\x1e\x1f])) ++|(?<! ) ++(?=[\x1e\x1f]|\Z)")
_MAX_COLUMNS = 1_000  # the HTML standard's limits: section "Tables", forming a table
_MAX_ROWS = 65_534
_WRITTEN_AS = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\n", "<br>"), *entities.WRITTEN.items())
_WRITTEN = str.maketrans(dict(_WRITTEN_AS))


def render(table: Grid) -> str:
    """A row a line, without attributes or indentation."""
    whole = _ROW_END.join(map(_CELL_END.join, table))
    if whole.count(_ROW_END) + whole.count(_CELL_END) == len(table) * len(table[0]) - 1:
        return _written_at_once(whole)
    rows = "".join(f"<tr>{''.join(map(_written, row))}</tr>\n" for row in table)
    return f"<table>\n{rows}</table>"


def _written_at_once(whole: str) -> str:
    """All cells together, several times as fast as one by one; no cell holds what joins them here."""
    text = whole
    for character, written in _WRITTEN_AS:  # `&` comes first; for long texts quicker than to translate
        text = text.replace(character, written)
    if text[:1] == " " or text[-1:] == " " or any(edge in text for edge in _EDGES):
        text = _BLANK_EDGES.sub(lambda blanks: "&#32;" * len(blanks[0]), text)
    cells = text.replace(_CELL_END, "</td><td>").replace(_ROW_END, "</td></tr>\n<tr><td>")
    return f"<table>\n<tr><td>{cells}</td></tr>\n</table>"


def parse(text: str) -> Grid:
    """The first table in the text; what stands around it is not looked at.

    Raises:
        InputError: No `<table>`, one that is never closed, or one without cells.
    """
    reader = _Reader()
    reader.read(text)
    if reader.depth:
        raise _refusal("Its <table> is never closed.")
    if not reader.rows:
        raise _refusal("It has no <table> with cells.")
    return spread(reader.rows)


class _Reader:
    """Goes over the tags once and gathers rows of spanning cells; all nesting is counted, none recursed into."""

    def __init__(self) -> None:
        self.rows: list[list[Spanning]] = []
        self.depth = 0  # tables open, the XML tag around the table included
        self._inner = 0  # tables open within a cell
        self._row: list[Spanning] | None = None
        self._cell: list[str] | None = None
        self._span = (1, 1)

    def read(self, text: str) -> None:
        """Reads up to the end of the first table that has rows."""
        at = 0
        while tag := _TAG.search(text, at):
            self._say(text[at : tag.start()])
            at = tag.end()
            name = (tag["name"] or "").lower()
            if tag["comment"]:
                at = text.find("-->", at) + 3
                if at < 3:
                    return
            elif tag["slash"]:
                self._close(name)
                if self.rows and not self.depth:
                    return
            elif name in _HIDDEN:
                end = _HIDDEN_END.search(text, at)
                at = end.end() if end else len(text)
            elif name:
                self._open(name, tag)

    def _open(self, name: str, tag: re.Match[str]) -> None:
        if name == "table":
            self._open_table()
        elif not self.depth:
            return
        elif name == "br":
            self._say("&#10;")
        elif name in _BLOCKS or (self._inner and name in _CELLS):
            self._say("\n")
        elif self._inner:
            return
        elif name in _CELLS:
            self._end_cell()
            self._row = [] if self._row is None else self._row
            self._cell = []
            self._span = _span(tag) if tag["attributes"] else (1, 1)
        elif name in _GROUPS:
            self._end_row()
            self._row = [] if name == "tr" else None

    def _close(self, name: str) -> None:
        if name == "table":
            self._close_table()
        elif name in _BLOCKS:
            self._say("\n")
        elif self._inner:
            return
        elif name in _CELLS:
            self._end_cell()
        elif name in _GROUPS:
            self._end_row()

    def _open_table(self) -> None:
        if self._cell is None:
            self.depth += 1
        else:
            self._inner += 1
            self._say("\n")

    def _close_table(self) -> None:
        if self._inner:
            self._inner -= 1
            self._say("\n")
        else:
            self._end_row()
            self.depth = max(0, self.depth - 1)

    def _say(self, text: str) -> None:
        if self._cell is not None and text:
            self._cell.append(text)

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append(Spanning(entities.decode("".join(self._cell)), *self._span))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.rows.append(self._row)
        self._row = None


class _Attributes(HTMLParser):
    """The attributes of the one tag that it is fed."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}
        self.feed(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found = dict(attrs)


def _span(tag: re.Match[str]) -> tuple[int, int]:
    """Columns and rows that a cell covers; `rowspan=0` is all rows that follow."""
    found = _Attributes(tag[0]).found
    columns = _SPAN.match(found.get("colspan") or "")
    rows = _SPAN.match(found.get("rowspan") or "")
    return (
        min(max(1, int(columns[1])), _MAX_COLUMNS) if columns else 1,
        min(int(rows[1]) or _MAX_ROWS, _MAX_ROWS) if rows else 1,
    )


def _written(cell: str) -> str:
    return f"<td>{entities.keep_edges(cell.translate(_WRITTEN))}</td>"


def _refusal(why: str) -> InputError:
    return InputError("This is not a table in HTML.", why=why)
