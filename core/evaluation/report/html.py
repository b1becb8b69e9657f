"""A report as one HTML file: no script, no address, every text from outside escaped.

A content security policy, by the hash of the one style sheet, forbids whatever an oversight would let in.
"""

import base64
import hashlib
import math
from collections.abc import Iterator, Sequence
from html import escape

from core.drawing import around, drawable, runs
from core.evaluation.histogram import Bins
from core.evaluation.report import blocks
from core.records.metric_point import MetricPoint
from core.text import decimal, visible

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2733; --dim: #5d6b79; --line: #d5dce3; --paper: #fff; --soft: #f4f6f8;
        --base: #7b8794; --tuned: #1769aa; --good: #1b7a3d; --bad: #b3261e; --warn: #8a5300; --warm: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e8ed; --dim: #9aa7b4; --line: #3a4653; --paper: #14191f;
        --soft: #1d242c; --base: #93a0ad; --tuned: #5eb1ef; --good: #6fcf8e; --bad: #ff8a80; --warn: #ffc46b;
        --warm: #33270f; } }
body { margin: 0 auto; max-width: 70rem; padding: 0 1.2rem 3rem; background: var(--paper); color: var(--ink);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 1.2rem 0 .4rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
.banner { position: sticky; top: 0; margin: 0 -1.2rem; padding: .5rem 1.2rem; background: var(--warm);
          color: var(--warn); font-weight: 600; border-bottom: 1px solid var(--line); }
.mark { float: right; font-size: .75rem; letter-spacing: .06em; color: var(--warn); }
.wide { overflow-x: auto; } .wide td + td { white-space: nowrap; }
.wide td:first-child { min-width: 9rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 600; }
th:first-child, td:first-child, .facts td, .facts th { text-align: left; }
.facts th { width: 14rem; font-weight: normal; }
td, dd, dt, p { overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figcaption { color: var(--dim); font-size: .85rem; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--dim); } svg text.name { fill: var(--ink); font-weight: 600; }
svg text.notice { fill: var(--warn); font-weight: 600; }
.rule { stroke: var(--line); } .line { fill: none; stroke-width: 2; }
.b0 { fill: var(--base); } .b1 { fill: var(--tuned); }
.level { stroke: var(--base); stroke-width: 2; stroke-dasharray: 6 4; }
.tuned { stroke: var(--tuned); } .l0 { stroke: var(--base); } .l1 { stroke: var(--tuned); stroke-dasharray: 6 4; }
.case { border-left: 3px solid var(--line); padding: .2rem 0 .2rem .9rem; margin: 1rem 0; break-inside: avoid; }
.case dl { display: grid; grid-template-columns: 6rem 1fr; gap: .15rem .6rem; margin: .3rem 0 0; }
.case dt { color: var(--dim); } .case dd { margin: 0; white-space: pre-wrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
ins { color: var(--warn); text-decoration: none; background: var(--soft); }
del { color: var(--bad); text-decoration: line-through; }
@page { margin: 16mm 14mm; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } .banner { position: static; margin: 0; }
               section { break-inside: auto; } h2 { break-after: avoid; } }
"""
WIDTH = 720  # of every chart, in SVG's own units; the page scales it
_HEIGHT = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 28, 32  # room for labels around a panel
_GAP = 44  # between panels, so that the labels at their ends keep apart
_FEW = 40  # points below which each gets a dot
_SMALLEST = 1e-300  # extents below are none: their powers of ten end at 0
_TICKS = 4  # at least two, at most about so many


def html(document: blocks.ReportDocument) -> str:
    """The report as a page that needs nothing else; its notice stays on screen, and on each page that is printed."""
    style = _STYLE + (_page_style(document.notice) if document.notice else "")
    return "\n".join(_page(document, style)) + "\n"


def _page(document: blocks.ReportDocument, style: str) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{plain(document.title)}</title>"
    yield f"<style>{style}</style></head><body>"
    if document.notice:
        yield f'<p class="banner">{plain(document.notice)}</p>'
    yield f"<h1>{plain(document.title)}</h1>"
    for section in document.sections:
        yield from _section(section, document.notice)
    yield "</body></html>"


def plain(text: str) -> str:
    """Text from outside as HTML shows it and nothing more."""
    return escape(visible(text, breaks=True))


def _page_style(notice: str) -> str:
    """The notice in the margin of every printed page, as CSS writes a string."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):06x}" for letter in notice)
    return f'@page {{ @top-center {{ content: "{words}"; font: 9pt sans-serif; color: #8a5300; }} }}\n'


def _section(section: blocks.Section, notice: str) -> Iterator[str]:
    mark = f'<span class="mark">{plain(notice.partition(":")[0])}</span>' if notice else ""
    yield f"<section><h2>{plain(section.title)}{mark}</h2>"
    for block in section.blocks:
        yield from _block(block, notice)
    yield "</section>"


def _block(block: blocks.Block, notice: str) -> Iterator[str]:
    match block:
        case blocks.Text(text):
            yield f"<p>{plain(text)}</p>"
        case blocks.FactList(rows):
            yield '<table class="facts">'
            yield from (f"<tr><th>{plain(name)}</th><td>{plain(value)}</td></tr>" for name, value in rows)
            yield "</table>"
        case blocks.TableBlock(head, rows):
            yield '<div class="wide"><table><thead>'
            yield _row("th", head)
            yield "</thead><tbody>"
            yield from (_row("td", row) for row in rows)
            yield "</tbody></table></div>"
        case blocks.Histogram(title, names, bins):
            yield _figure(title, histograms(title, names, bins, notice))
        case blocks.LossCurves(title, lines):
            yield _figure(title, curves(title, lines, notice))
        case blocks.Stations(title, values, level):
            yield _figure(title, stations(title, values, level, notice))
        case blocks.ExampleBlock():
            yield from _case(block)


def _figure(title: str, chart: str) -> str:
    return f"<figure>{chart}<figcaption>{plain(title)}</figcaption></figure>"


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<{tag}>{plain(cell)}</{tag}>' for cell in cells)}</tr>"


def _case(block: blocks.ExampleBlock) -> Iterator[str]:
    style = "good" if block.change > 0 else "bad" if block.change < 0 else "same"
    kind = f" ({plain(block.kind)})" if block.kind else ""
    yield f'<div class="case"><strong class="{style}">{block.change:+.1f}</strong> {plain(block.question)}{kind}<dl>'
    yield f"<dt>truth</dt><dd>{plain(block.truth)}</dd>"
    for answer in block.answers:
        tags = {"same": "span", "extra": "ins", "missing": "del"}
        said = " ".join(f"<{tags[each.kind]}>{plain(str(each))}</{tags[each.kind]}>" for each in answer.pieces)
        yield f"<dt>{plain(answer.who)} {answer.f1:.0f}</dt><dd>{said}</dd>"
    yield "</dl></div>"


def histograms(title: str, names: Sequence[str], bins: Sequence[Bins], notice: str = "") -> str:
    """Histograms side by side on one scale, the same for both axes.

    Args:
        title: What is counted.
        names: Of the models.
        bins: Of each, with the same edges.
        notice: Stands within the picture, for pictures are copied.
    """
    most = max((number for each in bins for number in each.counts), default=0)
    marks = ticks(0, most or 1)
    panel = (WIDTH - _LEFT - _RIGHT - _GAP * (len(bins) - 1)) / max(1, len(bins))
    parts = list(_rules(marks, marks[-1], 0.0))
    for at, (name, each) in enumerate(zip(names, bins, strict=True)):
        left = _LEFT + at * (panel + _GAP)
        parts += _bars(each, left, panel, marks[-1], f"b{at}")
        parts.append(_text(left + panel / 2, 16, name, "middle", "name"))
    return _svg(title, parts, notice)


def curves(title: str, lines: Sequence[tuple[str, Sequence[MetricPoint]]], notice: str = "") -> str:
    """Loss by step: one solid line, the others dashed, each with its name.

    Args:
        title: What is shown.
        lines: Names and at least one point each.
        notice: Stands within the picture.
    """
    places = [[(float(point.step), point.loss) for point in line] for _, line in lines]
    shown = around(place for line in places for place in line)
    if shown is None:
        return _svg(title, [_text(WIDTH / 2, _HEIGHT / 2, "no loss is a finite number", "middle")], notice)
    marks = ticks(shown.bottom, shown.top)
    bottom, top = min(shown.bottom, marks[0]), max(shown.top, marks[-1])
    first, last = shown.left, shown.right
    parts = list(_rules(marks, top, bottom))
    for mark in ticks(first, last):
        if first <= mark <= last:
            parts.append(_text(_across(mark, first, last), _HEIGHT - 12, f"{mark:,g}", "middle"))
    for at, ((name, line), place) in enumerate(zip(lines, places, strict=True)):
        for run in runs(place, shown):
            spots = [(_across(step, first, last), _down(loss, bottom, top)) for step, loss in run]
            drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
            parts.append(f'<polyline class="line l{at}" points="{drawn}"/>')
            if len(line) < _FEW or len(run) == 1:
                parts += (f'<circle class="b{at}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in spots)
        parts.append(_text(_LEFT + 8 + 150 * at, 16, f"{'━' if at == 0 else '╍'} {name}", "start", f"name t{at}"))
    return _svg(title, parts, notice)


def stations(title: str, values: Sequence[tuple[str, float | None]], level: float, notice: str = "") -> str:
    """Values at named stations, one step apart, before a dashed level.

    Args:
        title: What is shown.
        values: A name and a value each; None leaves its station empty.
        level: Of the dashed line.
        notice: Stands within the picture.
    """
    known = [value for _, value in (*values, ("", level)) if value is not None and drawable(value)]
    marks = ticks(min([0.0, *known]), max([1.0, *known]))
    low, high = marks[0], marks[-1]
    parts = list(_rules(marks, high, low))
    if drawable(level):
        base = _down(level, low, high)
        parts.append(f'<line class="level" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{base:.1f}" y2="{base:.1f}"/>')
        parts.append(_text(WIDTH - _RIGHT, base - 6, f"base {decimal(level, 1)}", "end"))
    places = []
    for at, (name, value) in enumerate(values):
        x = _across(at + 0.5, 0, len(values))
        parts.append(_text(x, _HEIGHT - 12, name, "middle"))
        if value is not None and drawable(value):
            places.append((x, _down(value, low, high)))
            parts.append(_text(x, places[-1][1] - 8, decimal(value, 1), "middle", "name"))
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts.append(f'<polyline class="line tuned" points="{drawn}"/>')
    parts += (f'<circle class="b1" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places)
    return _svg(title, parts, notice)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers that span `low` to `high`, 1, 2 or 5 times a power of ten apart."""
    if high - low < _SMALLEST:
        high = low + (abs(low) if abs(low) > _SMALLEST else 1)
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _bars(bins: Bins, left: float, width: float, top: float, style: str) -> Iterator[str]:
    wide = width / max(1, len(bins.counts))
    every = math.ceil(len(bins.edges) / 6)
    for at, number in enumerate(bins.counts):
        y = _down(number, 0, top)
        low, high = bins.edges[at], bins.edges[at + 1]
        yield (
            f'<rect class="{style}" x="{left + at * wide + 1:.1f}" y="{y:.1f}" width="{max(1.0, wide - 2):.1f}"'
            f' height="{_HEIGHT - _BOTTOM - y:.1f}"><title>{low:,}–{high:,}: {number:,}</title></rect>'
        )
    for at, edge in enumerate(bins.edges):
        if at % every == 0:
            yield _text(left + at * wide, _HEIGHT - 12, f"{edge:,}", "middle")


def _rules(marks: Sequence[float], top: float, bottom: float) -> Iterator[str]:
    for mark in marks:
        y = _down(mark, bottom, top)
        yield f'<line class="rule" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 6, y + 4, f"{mark:,g}", "end")


def _across(value: float, low: float, high: float) -> float:
    return _LEFT + (value - low) / ((high - low) or 1) * (WIDTH - _LEFT - _RIGHT)


def _down(value: float, low: float, high: float) -> float:
    return _TOP + (high - value) / ((high - low) or 1) * (_HEIGHT - _TOP - _BOTTOM)


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(visible(text))}</text>'


def _svg(title: str, parts: Sequence[str], notice: str) -> str:
    said = _text(WIDTH - _RIGHT, 16, notice.partition(":")[0], "end", "notice") if notice else ""
    return (
        f'<svg viewBox="0 0 {WIDTH} {_HEIGHT}" role="img" aria-label="{escape(visible(title))}">'
        f"{''.join(parts)}{said}</svg>"
    )
