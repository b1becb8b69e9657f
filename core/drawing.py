"""What of a line can be drawn: the charts of the terminal and those of the report share it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

_LARGEST = 1e300  # so that the difference of any two values is finite

Point = tuple[float, float]


class Window(NamedTuple):
    """The part of the plane that a chart shows."""

    left: float
    right: float
    bottom: float
    top: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies within, edges included."""
        return self.left <= point[0] <= self.right and self.bottom <= point[1] <= self.top

    def nearest(self, point: Point) -> Point:
        """The point within that is nearest to another."""
        return min(max(point[0], self.left), self.right), min(max(point[1], self.bottom), self.top)


def drawable(value: float) -> bool:
    """Whether a value has a place on an axis: not NaN, not infinite, and not so large that sums overflow."""
    return abs(value) <= _LARGEST


def around(points: Iterable[Point]) -> Window | None:
    """The smallest window around the points that can be drawn; None where there is none."""
    found = [point for point in points if all(map(drawable, point))]
    if not found:
        return None
    x, y = zip(*found, strict=True)
    return Window(min(x), max(x), min(y), max(y))


def runs(points: Iterable[Point], window: Window) -> list[list[Point]]:
    """Cuts a line where a point cannot be drawn, and clips what is left to a window.

    Args:
        points: From one end of the line to the other.
        window: Limits of what is shown.

    Returns:
        The connected pieces; a point between two gaps is a piece by itself.
    """
    found: list[list[Point]] = []
    for drawn, stretch in groupby(points, key=lambda point: all(map(drawable, point))):
        if drawn:
            found += _clipped(list(stretch), window)
    return found


def _clipped(stretch: Sequence[Point], window: Window) -> Iterator[list[Point]]:
    if len(stretch) == 1:
        if window.holds(stretch[0]):
            yield list(stretch)
        return
    run: list[Point] = []
    for start, end in pairwise(stretch):
        inside = _clip(start, end, window)
        if inside and run[-1:] == [inside[0]]:
            run.append(inside[1])
            continue
        if run:
            yield run
        run = list(inside or ())
    if run:
        yield run


def _clip(start: Point, end: Point, window: Window) -> tuple[Point, Point] | None:
    """The part of a segment within a window: Liang and Barsky, ACM Transactions on Graphics 3 (1), 1984."""
    (x, y), dx, dy = start, end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for towards, room in (
        (-dx, x - window.left),
        (dx, window.right - x),
        (-dy, y - window.bottom),
        (dy, window.top - y),
    ):
        if towards == 0:
            if room < 0:
                return None
        elif towards < 0:
            first = max(first, room / towards)
        else:
            last = min(last, room / towards)
    if first > last:
        return None
    entry = (x + dx * first, y + dy * first) if first else start
    leave = (x + dx * last, y + dy * last) if last < 1 else end
    return window.nearest(entry), window.nearest(leave)  # floats can miss the edge where places are far apart
