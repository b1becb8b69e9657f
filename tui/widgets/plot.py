"""Charts by plotext: the one adapter, behind one lock, for plotext has one global figure.

Charts are drawn from bins and steps that were computed once; a redraw never touches raw values. plotext takes its
time to import, so it is drawn in a thread, and its text comes back as lines.
"""

import threading
from collections.abc import Sequence
from typing import Any

import msgspec

_lock = threading.Lock()

_GAP = 4  # points of a dashed line that are drawn, then left out


class Series(msgspec.Struct, frozen=True):
    """A line of a chart: its name and its points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    dashed: bool = False


class Bars(msgspec.Struct, frozen=True):
    """A histogram: its title, the lower edges and the counts."""

    title: str
    edges: Sequence[int]
    counts: Sequence[int]


def histograms(pair: Sequence[Bars], width: int, height: int) -> list[str]:
    """Histograms side by side on one scale.

    Args:
        pair: One, two or more, with the same edges.
        width: In cells.
        height: In lines.
    """
    top = max((count for bars in pair for count in bars.counts), default=0) or 1
    with _lock:
        figure = _figure(width, height)
        figure.subplots(1, len(pair))
        for number, bars in enumerate(pair, 1):
            part = figure.subplot(1, number)
            part.theme("colorless")
            part.title(bars.title)
            middles = [(low + high) / 2 for low, high in zip(bars.edges, bars.edges[1:], strict=False)]
            part.draw(part.bar(middles, list(bars.counts), width=1))
            part.ruler("y").lim(0, top)
            part.ruler("y").ticks(_counts(top))
            part.ruler("x").lim(bars.edges[0], bars.edges[-1])
            part.ruler("x").ticks(_ticks(bars.edges, width // len(pair) // 8))
        return _lines(figure)


def curves(series: Sequence[Series], width: int, height: int) -> list[str]:
    """Lines over steps on one scale; a dashed one is broken into runs, for plotext has no such style."""
    with _lock:
        figure = _figure(width, height)
        figure.theme("colorless")
        for each in series:
            if each.dashed:
                _dashed(figure, each, width)
            elif len(each.x) == 1:
                figure.draw(figure.signal(list(each.x), list(each.y), marker="braille"))
            else:
                figure.draw(figure.signal(list(each.x), list(each.y), marker="braille").lines())
        return _lines(figure)


def _figure(width: int, height: int) -> Any:
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.plot_size(max(20, width), max(5, height))
    return figure


def _lines(figure: Any) -> list[str]:
    return [line.rstrip() for line in figure.build().string(colorless=True).rstrip("\n").split("\n")]


def _dashed(figure: Any, series: Series, width: int) -> None:
    points = max(2, width * 2)
    first, last = series.x[0], series.x[-1]
    if first == last:
        figure.draw(figure.signal(list(series.x), list(series.y), marker="braille"))
        return
    xs = [first + (last - first) * number / points for number in range(points + 1)]
    drawn = [number for number in range(len(xs)) if (number // _GAP) % 2 == 0]
    line = figure.signal([xs[each] for each in drawn], [_at(series, xs[each]) for each in drawn], marker="braille")
    line = line.lines()
    for position, each in enumerate(drawn):
        if position and drawn[position - 1] != each - 1:
            line.line(position, False)
    figure.draw(line)


def _at(series: Series, x: float) -> float:
    """The series at a point between two of its own."""
    for left in range(len(series.x) - 1):
        low, high = series.x[left], series.x[left + 1]
        if low <= x <= high:
            share = (x - low) / (high - low) if high > low else 0.0
            return series.y[left] + share * (series.y[left + 1] - series.y[left])
    return series.y[-1]


def _counts(top: int) -> list[int]:
    """A few whole numbers from 0 to the highest count."""
    step = max(1, -(-top // 4))
    return [*range(0, top, step), top] if top % step else list(range(0, top + 1, step))


def _ticks(edges: Sequence[int], most: int) -> list[int]:
    step = max(1, -(-len(edges) // max(2, most)))
    return list(edges[::step])
