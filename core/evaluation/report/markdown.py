"""A report as Markdown that any reader shows alike: what comes from outside is escaped letter by letter."""

import re
from collections.abc import Iterator
from itertools import pairwise

from core.drawing import drawable
from core.evaluation.histogram import Bins
from core.evaluation.report.blocks import (
    Block,
    ExampleBlock,
    FactList,
    Histogram,
    LossCurves,
    ReportDocument,
    Stations,
    TableBlock,
    Text,
)
from core.text import bar, decimal, visible

_SPECIAL = re.compile(  # what means something; `:` and `www.` where a reader makes an emoji or a link of them
    r"([\\`*_{}\[\]<>#|~&!$@^]|:(?=\S*:|//)|(?<=www)\.)", re.IGNORECASE
)
_BAR = 20  # cells of the longest bar


def markdown(document: ReportDocument) -> str:
    """The report as one text; its notice stands at the top, and below each heading, for pages are torn apart."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: ReportDocument) -> Iterator[str]:
    yield f"# {plain(document.title)}"
    for section in document.sections:
        yield from ("", f"## {plain(section.title)}", "")
        if document.notice:
            yield from (f"> **{plain(document.notice)}**", "")
        for block in section.blocks:
            yield from _block(block)
            yield ""


def plain(text: str) -> str:
    """Text from outside as Markdown shows it and nothing more: no markup, no link, no HTML, no line of its own."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text(text):
            yield plain(text)
        case FactList(rows):
            yield from _table(("", ""), rows, left=2)
        case TableBlock(head, rows, left):
            yield from _table(head, rows, left=left)
        case Histogram(title, names, bins):
            yield from _histogram(title, names, bins)
        case LossCurves():
            yield from _curves(block)
        case Stations():
            yield from _stations(block)
        case ExampleBlock():
            yield from _case(block)


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, left: int) -> Iterator[str]:
    yield _row(tuple(plain(cell) for cell in head))
    yield _row(tuple(":--" if at < left else "--:" for at in range(len(head))))
    for row in rows:
        yield _row(tuple(plain(cell) for cell in row))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _histogram(title: str, names: tuple[str, ...], bins: tuple[Bins, ...]) -> Iterator[str]:
    sides = [each.counts for each in bins]
    most = max((number for side in sides for number in side), default=0) or 1
    yield _row((plain(title), *(cell for name in names for cell in (plain(name), ""))))
    yield _row(("--:", *(cell for _ in names for cell in (":--", "--:"))))
    for at, (low, high) in enumerate(pairwise(bins[0].edges)):
        cells = [cell for side in sides for cell in (bar(side[at] / most, _BAR), f"{side[at]:,}")]
        yield _row((f"{low:,}–{high:,}", *cells))


def _curves(block: LossCurves) -> Iterator[str]:
    """The whole curve is in the HTML report; ten points of each line tell its shape."""
    yield _row((plain(block.title), *(f"{place} %" for place in range(0, 101, 10))))
    yield _row((":--", *["--:"] * 11))
    for name, points in block.lines:
        chosen = [points[round(place / 10 * (len(points) - 1))] for place in range(11)]
        yield _row((plain(name), *(decimal(point.loss, 3) for point in chosen)))


def _stations(block: Stations) -> Iterator[str]:
    known = [value for _, value in (*block.values, ("", block.level)) if value is not None and drawable(value)]
    most = max([*known, 1.0])
    yield _row((plain(block.title), "", ""))
    yield _row(("--:", ":--", "--:"))
    for name, value in (("base", block.level), *block.values):
        drawn, said = ("", "–") if value is None else (bar(value / most, _BAR), decimal(value, 1))
        yield _row((plain(name), drawn, said))


def _case(block: ExampleBlock) -> Iterator[str]:
    kind = f" ({plain(block.kind)})" if block.kind else ""
    yield f"- **{block.change:+.1f}** {plain(block.question)}{kind}"
    yield f"  - truth: {plain(block.truth)}"
    for answer in block.answers:
        said = plain(" ".join(str(piece) for piece in answer.pieces)) or "*nothing*"
        yield f"  - {answer.who} {answer.f1:.0f}: {said}"
