"""Charts by plotext: the one adapter, behind one lock, for plotext has one global figure.

Charts are drawn from bins and steps that were computed once; a redraw never touches raw values. plotext takes its
time to import, so it is drawn in a thread, and its text comes back as lines.
"""

import math
import threading
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec

from tui.present.line import Line, Span

_lock = threading.Lock()

_BARS = frozenset("▏▎▍▌▋▊▉█▁▂▃▄▅▆▇")
_FRAME = frozenset("│┤├┌┐└┘─┬┴┼")
_MARKS = frozenset("•◆╌×+*")
_BRAILLE = range(0x2800, 0x2900)


class Series(msgspec.Struct, frozen=True):
    """A line of a chart.

    Attributes:
        x: Steps, rising.
        y: Values.
        style: The name of its style.
        marker: `braille` for a line of dots, or one character to put at each point.
    """

    x: Sequence[float]
    y: Sequence[float]
    style: str = "text"
    marker: str = "braille"


class Bars(msgspec.Struct, frozen=True):
    """A histogram: its title, the edges of its bins and their counts."""

    title: str
    edges: Sequence[int]
    counts: Sequence[int]


def histograms(pair: Sequence[Bars], width: int, height: int) -> list[Line]:
    """Histograms side by side on one scale.

    Args:
        pair: One, two or more, with the same edges.
        width: In cells.
        height: In lines.
    """
    top = max((count for bars in pair for count in bars.counts), default=0) or 1
    heights = [each for each in ticks(0, top, max(3, height // 2)) if each == int(each)]
    with _lock:
        figure = _figure(width, height)
        figure.subplots(1, len(pair))
        for number, bars in enumerate(pair, 1):
            part = figure.subplot(1, number)
            part.theme("colorless")
            part.title(bars.title)
            middles = [(low + high) / 2 for low, high in zip(bars.edges, bars.edges[1:], strict=False)]
            part.draw(part.bar(middles, list(bars.counts), width=1))
            _scale(part.ruler("y"), 0, top, heights)
            along = ticks(bars.edges[0], bars.edges[-1], max(2, width // len(pair) // 6))
            _scale(part.ruler("x"), bars.edges[0], bars.edges[-1], along)
        return [_styled(line) for line in _lines(figure)]


def curves(series: Sequence[Series], width: int, height: int) -> list[Line]:
    """Lines over steps on one scale, told apart by their marks first and their styles second.

    Args:
        series: The later ones in front.
        width: In cells.
        height: In lines.
    """
    low, high = min(min(each.y) for each in series), max(max(each.y) for each in series)
    first, last = min(each.x[0] for each in series), max(each.x[-1] for each in series)
    down, along = ticks(low, high, max(3, height // 2)), ticks(first, last, max(2, width // 12))
    layers: list[list[str]] = []
    with _lock:
        for each in series:
            figure = _figure(width, height)
            figure.theme("colorless")
            drawn = figure.signal(list(each.x), list(each.y), marker=each.marker)
            figure.draw(drawn if len(each.x) == 1 or each.marker != "braille" else drawn.lines())
            _scale(figure.ruler("y"), min(low, *down), max(high, *down), down)
            _scale(figure.ruler("x"), first, last, along)
            layers.append(_lines(figure))
    return [_overlaid(lines, [each.style for each in series]) for lines in zip(*layers, strict=True)]


def stations(labels: Sequence[str], series: Sequence[Series], level: float, width: int, height: int) -> list[Line]:
    """Values at stations one step apart, each with its name below, and a level as a dashed line behind them.

    Args:
        labels: Of the stations, from left to right.
        series: With x counting stations from 0; the later ones in front.
        level: Where the dashed line is.
        width: In cells.
        height: In lines.
    """
    values = [level, *(value for each in series for value in each.y)]
    low, high, last = min(values), max(values), len(labels) - 1
    down = ticks(low, high, max(3, height // 2))
    across = [-0.5 + (last + 1) * step / (2 * width) for step in range(2 * width + 1)]
    dashed = Series(across, [level] * len(across), "warn", "╌")
    layers: list[list[str]] = []
    with _lock:
        for each in (dashed, *series):
            figure = _figure(width, height)
            figure.theme("colorless")
            drawn = figure.signal(list(each.x), list(each.y), marker=each.marker)
            figure.draw(drawn if len(each.x) == 1 or each.marker != "braille" else drawn.lines())
            _scale(figure.ruler("y"), min(low, *down), max(high, *down), down)
            figure.ruler("x").lim(-0.5, last + 0.5)
            figure.ruler("x").ticks(list(range(last + 1)), list(labels))
            layers.append(_lines(figure))
    return [_overlaid(lines, ["warn", *(each.style for each in series)]) for lines in zip(*layers, strict=True)]


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`, 1, 2 or 5 times a power of ten apart.

    Args:
        low: The smallest value.
        high: The largest.
        most: How many there may be.
    """
    if high <= low:
        return [low]
    power = math.floor(math.log10((high - low) / max(1, most)))
    steps = [factor * 10.0**exponent for exponent in (power, power + 1) for factor in (1, 2, 5)]
    step = next((each for each in steps if (high - low) / each < most), steps[-1])
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _scale(ruler: Any, low: float, high: float, at: Sequence[float]) -> None:
    ruler.lim(low, high)
    if at:
        ruler.ticks(list(at), [f"{each:g}" for each in at])


def _figure(width: int, height: int) -> Any:
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.plot_size(max(20, width), max(5, height))
    return figure


def _lines(figure: Any) -> list[str]:
    return [line.rstrip() for line in figure.build().string(colorless=True).rstrip("\n").split("\n")]


def _styled(line: str) -> list[Span]:
    return [("".join(run), style) for style, run in groupby(line, key=_style)]


def _style(letter: str) -> str:
    return "accent" if letter in _BARS else "dim" if letter in _FRAME else "text"


def _overlaid(lines: Sequence[str], styles: Sequence[str]) -> list[Span]:
    """One line of several layers: the front layer with a mark in a cell has it; dots of two layers are joined."""
    width = max(len(line) for line in lines)
    cells: list[Span] = []
    for letters in zip(*(line.ljust(width) for line in lines), strict=True):
        front, style = letters[0], styles[0] if _is_mark(letters[0]) else "dim"
        for letter, own in zip(letters[1:], styles[1:], strict=True):
            if _is_mark(letter):
                both = ord(letter) in _BRAILLE and ord(front) in _BRAILLE
                front, style = chr(ord(letter) | ord(front)) if both else letter, own
        cells.append((front, style))
    return [("".join(each[0] for each in run), style) for style, run in groupby(cells, key=lambda cell: cell[1])]


def _is_mark(letter: str) -> bool:
    return ord(letter) in _BRAILLE or letter in _MARKS
