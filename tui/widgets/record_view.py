"""One record, whole: its roles set apart, its tables drawn as tables, its texts in full."""

import itertools
import json
import re
from typing import TYPE_CHECKING

from core.data import DatasetRow, Decided
from core.data.edits import pretty
from core.records import tables
from core.records.tokens import estimate
from core.text import count
from tui.present import glyphs
from tui.present.line import Line, Span, cells, fit, flow, wrap

if TYPE_CHECKING:
    from core.data.calibration import Calibration

_MOST_ROWS = 200  # of one table; the raw line has them all
_MOST_TABLES = 20  # of one turn
_SIGN_APART = re.compile(r"([$€£]) (?=[\d(.])")
_TAG = re.compile(r"(</?[A-Za-z][\w.-]*>)")
_FOLDED = 2  # lines of a system prompt while the record stands beside the rows
_ENOUGH = 13  # cells of a column beside the rows: `$ (1,234,567)`
_LEAST = 4  # cells of one that wraps
_MOST_TEXT = 100_000  # characters of one turn; a longer one is for an editor, not for a pane


def record_lines(
    row: DatasetRow,
    decided: Decided,
    place: str,
    width: int,
    *,
    stale: bool = False,
    disputed: str = "",
    calibration: "Calibration | None" = None,
    folded: bool = False,
) -> list[Line]:
    """A record for a pane of some width.

    Args:
        row: The record.
        decided: What was decided about it.
        place: Where it stands: `q 4 of 6`.
        width: In cells.
        stale: It has changed since it was decided about.
        disputed: Who flagged it differently, and how.
        calibration: Of its tokens, whose error is then said.
        folded: It stands beside the rows: of the system prompt, which is the same in most records, only its
            beginning, and of the cells of a table what there is room for, the others counted.
    """
    lines: list[Line] = [_title(row, place, width)]
    lines += _decisions(decided, width, stale=stale)
    lines += [[(line, "warn")] for line in wrap(f"! {disputed}", width)] if disputed else []
    if row.chat is None:
        what = "The template cannot render this record" if row.unrendered else "This line cannot be read"
        said: list[Line] = [[(line, "bad")] for line in wrap(what, width)]
        return [*lines, [], *said, *_text(row.problem, width), [], *_raw(row, width)]
    if row.chat.system:
        system = _part("SYSTEM", row.chat.system, width, calibration, folded=folded)
        lines += [[], *(_folded(system, width) if folded else system)]
    for turn in row.chat.messages:
        lines += [[], *_part(turn.role.upper(), turn.content, width, calibration, folded=folded)]
    return [*lines, *_facts(row, width)]


def _title(row: DatasetRow, place: str, width: int) -> Line:
    name = f"{row.number + 1:,}  {row.identity[:8]}"
    return [(fit(name, max(0, width - len(place) - 1)), "strong"), (" " + place, "dim")]


def _decisions(decided: Decided, width: int, *, stale: bool) -> list[Line]:
    lines: list[Line] = []
    if decided.flag:
        glyph, style = glyphs.FLAGS[decided.flag]
        changed: list[Line] = [[("! the record has changed since", "warn")]] if stale else []
        lines += flow([[(f"{glyph} {decided.flag}", style)], *changed], width)
    if decided.tag:
        lines.append([("# ", "dim"), (fit(decided.tag, max(0, width - 2)), "accent")])
    for line in wrap(decided.note, width) if decided.note else ():
        lines.append([(line, "accent")])
    if decided.edit:
        lines += flow([[("~ edited", "warn")], [("the file has it as it was", "dim")]], width)
    return lines


def _part(role: str, text: str, width: int, calibration: "Calibration | None", *, folded: bool) -> list[Line]:
    many = calibration.text(len(text)) if calibration else estimate(text)
    tokens = f"≈ {count(many)} t" + (f" ±{calibration.error:.0%}" if calibration else "")
    head: Line = [(fit(role, max(0, width - len(tokens))), "accent"), (tokens, "dim")]
    if len(text) > _MOST_TEXT:
        return [head, *_text(text[:_MOST_TEXT], width), _cut(len(text))]
    return [head, *_with_tables(text, width, folded=folded)]


def _folded(part: list[Line], width: int) -> list[Line]:
    """The head and the first lines of a part, the last of them ending in `…` where there are more."""
    if len(part) <= 1 + _FOLDED:
        return part
    last = "".join(text for text, _ in part[_FOLDED])
    return [*part[:_FOLDED], [(fit(f"{fit(last, width - 2).rstrip()} …", width), "text")]]


def _with_tables(text: str, width: int, *, folded: bool) -> list[Line]:
    lines: list[Line] = []
    for _ in range(_MOST_TABLES):
        found = tables.find(text)
        if found is None:
            break
        shares = _shares(found.grid, width, folded=folded)
        left_out = len(found.grid[0]) - len(shares)
        head: list[Line] = [[("<table>", "mark"), (f" {found.format}", "dim")]]
        head += [[(f"+{count(left_out, 'column')}", "dim")]] if left_out else []
        lines += [
            *_text(text[: found.start].rstrip("\n"), width),
            *flow(head, width),
            *_table(found.grid, shares, folded=folded),
            [("</table>", "mark")],
        ]
        text = text[found.end :].lstrip("\n")
    return [*lines, *_text(text, width)]


def _text(text: str, width: int) -> list[Line]:
    return [_marked(line) for line in wrap(text, width)] if text else []


def _marked(line: str) -> Line:
    """A line with the tags of its XML blocks set apart."""
    spans: list[Span] = []
    for number, part in enumerate(_TAG.split(line)):
        if part:
            spans.append((part, "mark" if number % 2 else "text"))
    return spans


def _cut(characters: int) -> Line:
    return [(f"… {count(_MOST_TEXT)} of {count(characters)} characters; y copies the whole line", "dim")]


def _table(grid: tables.Grid, shares: list[int], *, folded: bool) -> list[Line]:
    lines: list[Line] = []
    for row in grid[:_MOST_ROWS]:
        row = row[: len(shares)]
        right = [number > 0 and _is_number(cell) for number, cell in enumerate(row)]
        said = [
            [_said(cell)] if folded else wrap(_said(cell), share) for cell, share in zip(row, shares, strict=True)
        ]
        for texts in itertools.zip_longest(*said, fillvalue=""):
            fitting = zip(texts, shares, right, strict=True)
            lines.append([(" ".join(fit(text, share, right=side) for text, share, side in fitting), "text")])
    if len(grid) > _MOST_ROWS:
        lines.append([(f"… {len(grid) - _MOST_ROWS:,} more rows", "dim")])
    return lines


def _shares(grid: tables.Grid, width: int, *, folded: bool) -> list[int]:
    """Columns as wide as their cells, the widest giving way first, all of them in the width.

    Beside the rows, where cells are cut, only as many columns as can be read: of the first what says which row it
    is, though at most two fifths of the width, of the others their numbers.
    """
    columns = [[_said(cell) for cell in column] for column in zip(*grid[:_MOST_ROWS], strict=True)]
    wanted = [min(width, _widest(column)) or 1 for column in columns]
    least = [_LEAST] * len(wanted)
    if folded:
        first = min(wanted[0], _ENOUGH, width * 2 // 5)
        least = [first, *(min(_needed(column), max(1, width - first - 1)) for column in columns[1:])]
        fitting = sum(used <= width + 1 for used in itertools.accumulate(each + 1 for each in least))
        wanted = wanted[:fitting]
    room = width - (len(wanted) - 1)
    while sum(wanted) > room:
        able = [number for number in range(len(wanted)) if wanted[number] > least[number]]
        if not able:
            break
        wanted[max(able, key=lambda number: wanted[number] + (number == 0))] -= 1
    return wanted


def _needed(column: list[str]) -> int:
    """Cells in which a column can be read: what its numbers take, or where it has none, a word or two."""
    return min(_ENOUGH, _widest([cell for cell in column if cell and _is_number(cell)] or column))


def _widest(texts: list[str]) -> int:
    return max(map(cells, texts)) or 1


def _said(cell: str) -> str:
    """A cell without what only lays it out: line breaks, blanks in a row, one between a sign and its number."""
    return _SIGN_APART.sub(r"\1", " ".join(cell.split()))


def _is_number(cell: str) -> bool:
    bare = cell.strip(" $€£%()-–—−+")
    return not bare or bare[0].isdigit()


def _facts(row: DatasetRow, width: int) -> list[Line]:
    facts = row.source.facts if row.source else {}
    spans: list[Span] = [(f"{name} {value}", "dim") for name, value in facts.items() if value != ""]
    if not spans:
        return []
    text = "  ".join(span[0] for span in spans)
    return [[], *([(line, "dim")] for line in wrap(text, width))]


def raw_lines(row: DatasetRow, place: str, width: int) -> list[Line]:
    """A record's line as JSON, a member a line; as it stands where it is none."""
    lines: list[Line] = [_title(row, place, width), []]
    if row.chat is None or len(row.raw) > _MOST_TEXT:
        return [*lines, *_raw(row, width)]
    text = pretty(json.loads(row.raw))
    return [*lines, *([(line, "text")] for line in wrap(text, width))]


def _raw(row: DatasetRow, width: int) -> list[Line]:
    text = row.raw[:_MOST_TEXT].decode("utf-8", "replace")
    lines: list[Line] = [[(line, "dim")] for line in wrap(text, width)]
    return lines if len(row.raw) <= _MOST_TEXT else [*lines, _cut(len(row.raw))]
