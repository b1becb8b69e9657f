"""The article's views as lines for a pane: models side by side, cuts, training sizes, few-shot examples."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.evaluation.classification import Classification
from core.evaluation.comparison import Comparison
from core.evaluation.cuts import KindScore
from core.evaluation.difference import Difference
from core.evaluation.model_scores import ModelScores
from core.evaluation.views import FewShot, SizeCurve, SizePoint, knobs
from core.inference.batch_jobs import Listed
from core.text import count, when
from tui.present import glyphs
from tui.present.evaluation import bar, interval, short, signed
from tui.present.line import Line, Span, fit, wrap

_NAME = (17, 34)  # cells of a name, at least and at most
_GAIN = 23  # cells of `+68.5 [+60.4 +76.3] ✓`
_BESIDE = 52  # cells of the figures that stand beside a name, at least: F1, relative, gain
_CELL, _LABELS = 9, 20  # cells of a column of the confusion matrix, and rows at most
_SHOT = 20  # cells of a score by examples; before it a name and the training size
_SHOT_NAME, _SHOT_SIZE = 12, 6
_MARKS = "•◆×+*"


class Column(msgspec.Struct, frozen=True):
    """A column of figures: its title, its width in cells, and one text a row."""

    title: str
    width: int
    cells: Sequence[str]


def model_lines(comparisons: Sequence[Comparison], names: Sequence[str], width: int) -> list[Line]:
    """The article's tables: the tuned model's improvement over several others, and the tokens of all.

    Args:
        comparisons: Of one tuned model, with its own base first.
        names: Of the models: the tuned one, then the other of each comparison.
        width: In cells.
    """
    tuned = comparisons[0].tuned
    others = [found.base for found in comparisons]
    label = _name_width(names, width)
    lines = _grid("improvement", names, label, _score_columns(tuned, comparisons), width)
    lines += [[(line, "dim")] for line in wrap("relative is the tuned model's F1 over this model's", width)]
    if len(comparisons) == 1:
        todo = "Other models appear here once they have answered the same test set: a, then --model NAME"
        lines += [[(line, "dim")] for line in wrap(todo, width)]
    return [*lines, [], *_grid("tokens an answer", names, label, _token_columns(tuned, others, comparisons), width)]


def cut_lines(found: Comparison, width: int) -> list[Line]:
    """F1 of both models by everything that tells the questions apart, each gain with its interval."""
    label = _name_width([each.kind for kinds in found.cuts.values() for each in kinds], width)
    lines: list[Line] = []
    for name, kinds in found.cuts.items():
        columns = [
            Column("n", 6, [count(each.n) for each in kinds]),
            Column("base", 6, [f"{each.base:.1f}" for each in kinds]),
            Column("tuned", 7, [f"{each.tuned:.1f}" for each in kinds]),
            Column("gain [95 %]", _GAIN, [gain(each.gain) for each in kinds]),
        ]
        lines += [*_grid(f"by {name}", [each.kind for each in kinds], label, columns, width, bars=kinds), []]
    lines += [[(line, "dim")] for line in wrap("✓ beyond noise: the interval does not reach zero", width)]
    for model in (found.base, found.tuned):
        if model.labels is not None:
            lines += [[], *label_lines(short(model.run), model.labels, width)]
    return lines


def label_lines(name: str, found: Classification, width: int) -> list[Line]:
    """How a model told labels apart: which truth (row) it took for which answer (column), as far as there is room.

    Args:
        name: Of the model.
        found: Its labels, the most frequent first.
        width: In cells.
    """
    label = _name_width([each.label for each in found.labels], width)
    room = max(0, (width - label) // _CELL - 3)  # beside n, F1 and the rest
    rows, columns = found.labels[:_LABELS], found.labels[:room]
    summary = f"{name}: accuracy {interval(found.accuracy)}, macro-F1 {interval(found.macro_f1)}"
    figures = [
        Column("n", _CELL, [count(each.n) for each in rows]),
        Column("F1", _CELL, [f"{each.f1:.0f}" for each in rows]),
    ]
    for at, each in enumerate(columns):
        figures.append(
            Column(fit(each.label, _CELL - 1), _CELL, [count(row[at]) for row in found.confusion[:_LABELS]])
        )
    if columns:
        rest = [count(sum(row[len(columns) :])) for row in found.confusion[:_LABELS]]
        figures.append(Column("other", _CELL, rest))
    grid = _grid("truth ↓ answer →", [each.label for each in rows], label, figures, width)
    return [[(fit(summary, width), "strong")], *grid]


def size_lines(curve: SizeCurve, width: int) -> list[Line]:
    """What stands below the chart: each size's best job, with its own parameters and its evaluation."""
    head = f"{'n':>7}  {curve.figure + ' [95 %]':<18}  parameters"
    lines: list[Line] = [[(head, "head")]]
    for point in curve.points:
        lines += _size(point, width)
    base = f"base as a dashed line: {interval(curve.base)}, run {curve.base_run}"
    chosen = "of each size the job with the lowest validation loss, never the one that tests best"
    return [*lines, *([(line, "dim")] for text in (base, chosen) for line in wrap(text, width))]


def shot_lines(found: FewShot, width: int) -> list[Line]:
    """What stands below the few-shot chart: F1 by examples shown, each figure with the run that it comes from."""
    room = max(1, (width - _SHOT_NAME - _SHOT_SIZE) // _SHOT)
    lines: list[Line] = []
    for begin in range(0, len(found.shots), room):
        lines += _shot_grid(found, found.shots[begin : begin + room])
    if len(found.shots) < 2:
        todo = "a, then --shots 3: asks with examples of the training part before each question"
        lines += [[(line, "dim")] for line in wrap(todo, width)]
    return lines


def batch_lines(jobs: Sequence[Listed], now: datetime, width: int) -> list[Line]:
    """The batch jobs of the account, two lines each, and the way to stop one."""
    lines: list[Line] = []
    for each in jobs:
        job = each.job
        sign, style = glyphs.BATCHES.get(job.status, glyphs.UNKNOWN)
        whose = f"run {each.run}" if each.run else "not from here"
        facts = (whose, job.progress, when(job.submitted, now), job.message)
        lines.append([(f"{sign} ", style), (fit(job.name, width - 22), "text"), (f"{job.status:>20}", style)])
        lines.append([(fit("  " + ", ".join(filter(None, facts)), width), "dim")])
    if not jobs:
        todo = " a, then --via batch: asks a model that way"
        return [[], [(" No batch jobs.", "dim")], [], [(fit(todo, width), "dim")]]
    return [*lines, [], [(fit("r looks again; `outcrop batch stop NAME` stops one", width), "dim")]]


def marks(at: int) -> str:
    """The mark of a series in a chart."""
    return _MARKS[at % len(_MARKS)]


def gain(difference: Difference) -> str:
    """`+68.5 [+60.4 +76.3] ✓`, the mark where it is beyond noise."""
    return f"{signed(difference)} {'✓' if difference.beyond_noise else '·'}"


def _shot_grid(found: FewShot, shots: Sequence[int]) -> list[Line]:
    heading = "".join(f"{count(each, 'example'):>{_SHOT}}" for each in shots)
    lines: list[Line] = [[(f"{fit(found.figure, _SHOT_NAME)}{'n':>{_SHOT_SIZE}}{heading}", "head")]]
    for at, series in enumerate(found.series):
        points = {point.shots: point for point in series.points}
        name = "base" if not series.records else series.name
        trained = count(series.records) if series.records else "–"
        scores: list[Span] = []
        for each in shots:
            point = points.get(each)
            said = interval(point.score) if point else "not evaluated"
            scores.append((f"{said:>{_SHOT}}", "strong" if point else "warn"))
        lines.append([(f"{marks(at)} " + fit(name, _SHOT_NAME - 2) + f"{trained:>{_SHOT_SIZE}}", "text"), *scores])
        runs = "".join(f"{'run ' + points[each].run if each in points else '':>{_SHOT}}" for each in shots)
        lines.append([(" " * (_SHOT_NAME + _SHOT_SIZE) + runs, "dim")])
    return lines


def _size(point: SizePoint, width: int) -> list[Line]:
    of = f", best of {point.jobs}" if point.jobs > 1 else ""
    loss = "no validation loss" if point.validation_loss is None else f"validation loss {point.validation_loss:.3f}"
    score: Span = (f"{interval(point.score):<18}", "strong") if point.score else (f"{'not evaluated':<18}", "warn")
    first: Line = [(f"{count(point.records):>7}  ", "text"), score, (f"  {knobs(point.hyperparameters)}{of}", "text")]
    run = f"run {point.run}" if point.run else "E in Jobs evaluates it"
    return [first, [(fit(f"{'':9}{run}, {loss}, {point.job}", width), "dim")]]


def _score_columns(tuned: ModelScores, comparisons: Sequence[Comparison]) -> list[Column]:
    models = [tuned, *(found.base for found in comparisons)]
    relative = ["–" if found.improvement is None else f"{found.improvement:+.1f}%" for found in comparisons]
    return [
        Column("squad F1 [95 %]", 20, [interval(each.squad_f1) for each in models]),
        Column("relative", 9, ["", *relative]),
        Column("gain [95 %]", _GAIN, ["", *(gain(found.gain.total) for found in comparisons)]),
        Column("article", 8, [f"{each.article_f1.value:.1f}" for each in models]),
        Column("EM", 6, [f"{each.squad_em.value:.1f}" for each in models]),
        Column("n", 7, [count(comparisons[0].n), *(count(found.n) for found in comparisons)]),
    ]


def _token_columns(
    tuned: ModelScores, others: Sequence[ModelScores], comparisons: Sequence[Comparison]
) -> list[Column]:
    models = [tuned, *others]
    return [
        Column("mean", 7, [f"{each.tokens.mean:.1f}" for each in models]),
        Column("reduced", 8, ["", *(_percent(found.reduction.mean) for found in comparisons)]),
        Column("median", 7, [f"{each.tokens.median:g}" for each in models]),
        Column("reduced", 8, ["", *(_percent(found.reduction.median) for found in comparisons)]),
        Column("> p90", 7, [f"{each.longer:.0f}%" for each in (comparisons[0].tuned, *others)]),
        Column("SD", 6, [f"{each.tokens.sd:.1f}" for each in models]),
        Column("min", 5, [count(each.tokens.min) for each in models]),
        Column("max", 6, [count(each.tokens.max) for each in models]),
        Column("p50 ms", 8, [f"{each.latency_p50:,.0f}" for each in models]),
        Column("p95 ms", 8, [f"{each.latency_p95:,.0f}" for each in models]),
    ]


def _grid(
    title: str,
    names: Sequence[str],
    label: int,
    columns: Sequence[Column],
    width: int,
    *,
    bars: Sequence[KindScore] = (),
) -> list[Line]:
    """Rows of figures below their titles; what there is no room for is left out from the right."""
    shown, left = list[Column](), width - label
    for column in columns:
        if left < column.width:
            break
        shown.append(column)
        left -= column.width
    heading = "".join(f"{column.title:>{column.width}}" for column in shown)
    lines: list[Line] = [[(fit(title, label), "head"), (heading, "head")]]
    for row, name in enumerate(names):
        figures = "".join(f"{column.cells[row]:>{column.width}}" for column in shown)
        line: list[Span] = [(fit(name, label - 1) + " ", "text"), (figures, "text")]
        if bars and left > 4:
            line.append((" " + bar(bars[row].tuned / 100, left - 1), "accent"))
        lines.append(line)
    return lines


def _name_width(names: Sequence[str], width: int) -> int:
    longest = max((len(name) for name in names), default=0) + 1
    return min(max(_NAME[0], min(longest, _NAME[1])), max(_NAME[0], width - _BESIDE))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}%"
