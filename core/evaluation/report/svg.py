"""Charts as SVG: plain text with classes for the style sheet around them, no script, no font, no address."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from core.evaluation.histogram import Bins
from core.records.metric_point import MetricPoint
from core.text import visible

WIDTH = 720  # of every chart, in SVG's own units; the page scales it
_HEIGHT = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 28, 32  # room for labels around a panel
_GAP = 44  # between panels, so that the labels at their ends keep apart
_FEW = 40  # points below which each gets a dot
_TICKS = 4  # at least two, at most about so many


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
    points = [point for _, line in lines for point in line]
    low, high = min(point.loss for point in points), max(point.loss for point in points)
    marks = ticks(low, high)
    bottom, top = min(low, marks[0]), max(high, marks[-1])
    first, last = min(point.step for point in points), max(point.step for point in points)
    parts = list(_rules(marks, top, bottom))
    along = ticks(first, last)
    for mark in along:
        if first <= mark <= last:
            parts.append(_text(_across(mark, first, last), _HEIGHT - 12, f"{mark:,g}", "middle"))
    for at, (name, line) in enumerate(lines):
        places = [(_across(each.step, first, last), _down(each.loss, bottom, top)) for each in line]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="line l{at}" points="{drawn}"/>')
        if len(places) < _FEW:
            parts += (f'<circle class="b{at}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
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
    known = [value for _, value in values if value is not None]
    marks = ticks(min(0.0, level, *known), max(level, 1.0, *known))
    low, high = marks[0], marks[-1]
    parts = list(_rules(marks, high, low))
    base = _down(level, low, high)
    parts.append(f'<line class="level" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{base:.1f}" y2="{base:.1f}"/>')
    parts.append(_text(WIDTH - _RIGHT, base - 6, f"base {level:.1f}", "end"))
    places = []
    for at, (name, value) in enumerate(values):
        x = _across(at + 0.5, 0, len(values))
        parts.append(_text(x, _HEIGHT - 12, name, "middle"))
        if value is not None:
            places.append((x, _down(value, low, high)))
            parts.append(_text(x, places[-1][1] - 8, f"{value:.1f}", "middle", "name"))
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts.append(f'<polyline class="line tuned" points="{drawn}"/>')
    parts += (f'<circle class="b1" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places)
    return _svg(title, parts, notice)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers that span `low` to `high`, 1, 2 or 5 times a power of ten apart."""
    if high <= low:
        high = low + (abs(low) or 1)
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
