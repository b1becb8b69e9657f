"""Loss curves of one job, or of several laid over each other, as plotext draws them in a thread."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from tui.present.line import Line, flow

if TYPE_CHECKING:
    from core.training.metrics import Along, Curves, Measure
    from tui.widgets.plot import Series

_STYLES = ("text", "accent", "good", "warn", "bad")
_MARKERS = ("braille", "•", "×", "+", "*")  # told apart without colour
MOST = len(_MARKERS)  # jobs whose curves can be laid over each other
EPOCHS = 0  # a window that takes in a whole epoch
WINDOWS = (1, 5, 25, EPOCHS)  # steps that the moving average takes in


class Wanted(msgspec.Struct, frozen=True):
    """What a chart shows: jobs by ARN with their names, the measure, the smoothing and the size in cells."""

    jobs: tuple[tuple[str, str], ...]
    measure: "Measure"
    window: int
    width: int
    height: int


def smoothing(window: int) -> str:
    """A window in words."""
    if window == EPOCHS:
        return "by epoch"
    return "by step" if window == 1 else f"by step, mean of {window}"


def legend(wanted: Wanted, curves: Mapping[str, "Curves"], width: int) -> list[Line]:
    """What is drawn, and how each curve is marked."""
    title: Line = [(f"{wanted.measure} {smoothing(wanted.window)}", "dim")]
    if len(wanted.jobs) == 1:
        shown = curves[wanted.jobs[0][0]]
        validation: list[Line] = [[("•  ", "accent"), ("validation", "dim")]] if shown.validation else []
        return flow([title, [("⠒⠒ ", "text"), ("training", "dim")], *validation], width)
    names: list[Line] = []
    for (arn, name), marker, style in zip(wanted.jobs, _MARKERS, _STYLES, strict=False):
        last = curves[arn].validation
        end = f" (validation {last[-1].loss:.2f})" if last else ""
        names.append([("⠒⠒ " if marker == "braille" else f"{marker}  ", style), (name + end, "dim")])
    return flow([title, *names], width)


def draw(wanted: Wanted, curves: Mapping[str, "Curves"]) -> list[Line]:
    """The chart's lines; called in a thread."""
    from tui.widgets import plot

    return plot.curves(_series(wanted, curves), wanted.width, wanted.height)


def _series(wanted: Wanted, curves: Mapping[str, "Curves"]) -> "Sequence[Series]":
    from core.training.metrics import curve
    from tui.widgets.plot import Series

    along: Along = "epoch" if wanted.window == EPOCHS else "step"
    found = []
    for (arn, _), marker, style in zip(wanted.jobs, _MARKERS, _STYLES, strict=False):
        line = curve(curves[arn].training, wanted.measure, along, wanted.window)
        found.append(Series(line.at, line.values, style, marker))
        if len(wanted.jobs) == 1 and curves[arn].validation:
            points = curve(curves[arn].validation, wanted.measure, along)
            found.append(Series(points.at, points.values, "accent", "•"))
    return found
