"""The charts of an evaluation, drawn in a thread: plotext and what it needs are imported with this module."""

from core.evaluation.views import FewShot, SizeCurve
from core.experiments.evaluated import Evaluated
from core.text import count
from tui.present.evaluation import marks
from tui.present.line import Line
from tui.widgets import plot


def histograms(found: Evaluated, width: int, height: int) -> list[Line]:
    """Tokens an answer above, F1 below, base and tuned on one scale."""
    comparison = found.comparison
    sides = (comparison.base, comparison.tuned)
    what = "tokens an answer, mean" if width >= 60 else "tokens"
    score = "F1, mean" if width >= 60 else "F1"
    tokens = [
        plot.Bars(f"{each.run.short_label}: {what} {each.tokens.mean:.0f}", bins.edges, bins.counts)
        for each, bins in zip(sides, comparison.token_bins, strict=True)
    ]
    scores = [
        plot.Bars(f"{each.run.short_label}: {score} {each.squad_f1.value:.0f}", bins.edges, bins.counts)
        for each, bins in zip(sides, comparison.f1_bins, strict=True)
    ]
    return [*plot.histograms(tokens, width, height), *plot.histograms(scores, width, height)]


def shots(made: FewShot, found: Evaluated, width: int, height: int) -> list[Line]:
    """Each model's scores by the number of examples, the base without any as a dashed line."""
    places = {shots: at for at, shots in enumerate(made.shots)}
    series = []
    for number, each in enumerate(made.series):
        x, y = [places[point.shots] for point in each.points], [point.score.value for point in each.points]
        style = "warn" if not each.records else "accent"
        series += [plot.Series(x, y, style), plot.Series(x, y, style, marks(number))]
    first = next((each.points[0].score for each in made.series if not each.records), found.comparison.base.squad_f1)
    return plot.stations([count(shots, "example") for shots in made.shots], series, first.value, width, height)


def sizes(curve: SizeCurve, width: int, height: int) -> list[Line]:
    """Scores by training size, the base as a dashed line; a size without an evaluation stays empty."""
    known = [(at, point.score.value) for at, point in enumerate(curve.points) if point.score]
    labels = [f"{point.records:,}" for point in curve.points]
    x, y = [at for at, _ in known], [value for _, value in known]
    series = [plot.Series(x, y, "accent"), plot.Series(x, y, "strong", "•")] if known else []
    return plot.stations(labels or [""], series, curve.base.value, width, height)
