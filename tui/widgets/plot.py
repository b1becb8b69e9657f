"""Charts by plotext: the one adapter, with a figure of its own for each draw, behind one lock.

A NaN or an infinity in a connected line ends Python itself, and so does a segment far outside of the limits; threads
that share plotext's own figure draw wrongly or crash. So lines are cut and clipped before plotext sees them.

Charts are drawn from bins and steps that were computed once; a redraw never touches raw values. plotext takes its
time to import, so it is drawn in a thread, and its text comes back as lines.
"""

import math
import threading
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Any

import msgspec

from core.drawing import Point, Window, around, runs
from tui.present.line import Line, Span

_SMALLEST = 1e-300  # steps below are no steps: their powers of ten end at 0

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


def curves(series: Sequence[Series], width: int, height: int, window: Window | None = None) -> list[Line]:
    """Lines over steps on one scale, told apart by their marks first and their styles second.

    Args:
        series: The later ones in front; a value that is not a finite number makes a gap.
        width: In cells.
        height: In lines.
        window: What is shown; everything, where it is not given.
    """
    shown = window or around(point for each in series for point in zip(each.x, each.y, strict=True))
    if shown is None:
        return [[("There is nothing to draw: no value is a finite number", "dim")]]
    down = ticks(shown.bottom, shown.top, max(3, height // 2))
    along = ticks(shown.left, shown.right, max(2, width // 12))
    layers: list[list[str]] = []
    with _lock:
        for each in series:
            figure = _figure(width, height)
            figure.theme("colorless")
            _draw(figure, each, shown)
            _scale(figure.ruler("y"), min(shown.bottom, *down), max(shown.top, *down), down)
            _scale(figure.ruler("x"), shown.left, shown.right, along)
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
    last = len(labels) - 1
    across = [-0.5 + (last + 1) * step / (2 * width) for step in range(2 * width + 1)]
    every = [Series(across, [level] * len(across), "warn", "╌"), *series]
    shown = around(point for each in every for point in zip(each.x, each.y, strict=True))
    if shown is None:
        return [[("There is nothing to draw: no value is a finite number", "dim")]]
    shown = shown._replace(left=-0.5, right=last + 0.5)
    down = ticks(shown.bottom, shown.top, max(3, height // 2))
    layers: list[list[str]] = []
    with _lock:
        for each in every:
            figure = _figure(width, height)
            figure.theme("colorless")
            _draw(figure, each, shown)
            _scale(figure.ruler("y"), min(shown.bottom, *down), max(shown.top, *down), down)
            figure.ruler("x").lim(-0.5, last + 0.5)
            figure.ruler("x").ticks(list(range(last + 1)), list(labels))
            layers.append(_lines(figure))
    return [_overlaid(lines, [each.style for each in every]) for lines in zip(*layers, strict=True)]


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`, 1, 2 or 5 times a power of ten apart.

    Args:
        low: The smallest value.
        high: The largest.
        most: How many there may be.
    """
    if (high - low) / max(1, most) < _SMALLEST:
        return [low]
    power = math.floor(math.log10((high - low) / max(1, most)))
    steps = [factor * 10.0**exponent for exponent in (power, power + 1) for factor in (1, 2, 5)]
    step = next((each for each in steps if (high - low) / each < most), steps[-1])
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _scale(ruler: Any, low: float, high: float, at: Sequence[float]) -> None:
    if high - low < _SMALLEST:  # an axis without extent: plotext would say so on the screen
        margin = abs(high) / 2 if abs(high) > _SMALLEST else 0.5
        low, high = low - margin, high + margin
    ruler.lim(low, high)
    if at:
        ruler.ticks(list(at), [f"{each:g}" for each in at])


def _draw(figure: Any, series: Series, window: Window) -> None:
    """Hands a line to plotext, of which only what is finite and within the window."""
    points = list(zip(series.x, series.y, strict=True))
    if series.marker != "braille":
        _put(figure, [point for point in points if window.holds(point)], series.marker)
        return
    found = runs(points, window)
    _put(figure, [run[0] for run in found if len(run) == 1], "braille" if len(points) == 1 else "•")
    if lines := [run for run in found if len(run) > 1]:
        x, y = zip(*(point for run in lines for point in run), strict=True)
        drawn = figure.signal(x, y, marker="braille").lines()
        for first in accumulate(len(run) for run in lines[:-1]):
            drawn.line(first, False)  # starts anew instead of going on from the run before
        figure.draw(drawn)


def _put(figure: Any, points: Sequence[Point], marker: str) -> None:
    if points:
        x, y = zip(*points, strict=True)
        figure.draw(figure.signal(x, y, marker=marker))


def _figure(width: int, height: int) -> Any:
    import plotext

    plotext.terminal.limit(False, False)
    figure = type(plotext.figure)(plotext.terminal)
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
