"""The article's views as lines for a pane: models side by side, cuts, training sizes, few-shot examples."""

from collections.abc import Sequence
from datetime import datetime

from core.evaluation.bootstrap import with_interval
from core.evaluation.classification import Classification
from core.evaluation.comparison import Comparison
from core.evaluation.difference import Difference
from core.evaluation.model_scores import ModelScores
from core.evaluation.report.blocks import TableBlock
from core.evaluation.views import FewShot, SizeCurve, SizePoint, knobs
from core.inference.batch_jobs import Listed
from core.text import count, when
from tui.present import glyphs
from tui.present.blocks import grid_lines
from tui.present.line import Line, Span, fit, wrap

_NAME = (17, 34)  # cells of a name, at least and at most
_GAIN = 23  # cells of `+68.5 [+60.4 +76.3] ✓`
_BESIDE = 52  # cells of the figures that stand beside a name, at least: F1, relative, gain
_SCORES = (20, 9, _GAIN, 8, 6, 7)  # cells of the columns of each table
_TOKENS = (7, 8, 7, 8, 7, 6, 5, 6, 8, 8)
_CUTS = (6, 6, 7, _GAIN)
_CELL, _LABELS = 9, 20  # cells of a column of the confusion matrix, and rows at most
_SHOT = 20  # cells of a score by examples; before it a name and the training size
_SHOT_NAME, _SHOT_SIZE = 12, 6
_MARKS = "•◆×+*"


def model_lines(comparisons: Sequence[Comparison], names: Sequence[str], width: int) -> list[Line]:
    """The article's tables: the tuned model's improvement over several others, and the tokens of all.

    Args:
        comparisons: Of one tuned model, with its own base first.
        names: Of the models: the tuned one, then the other of each comparison.
        width: In cells.
    """
    tuned = comparisons[0].tuned
    label = _name_width(names, width)
    lines = grid_lines(_scores(names, tuned, comparisons), label, _SCORES, width)
    lines += [[(line, "dim")] for line in wrap("relative is the tuned model's F1 over this model's", width)]
    if len(comparisons) == 1:
        todo = "Other models appear here once they have answered the same test set: a, then --model NAME"
        lines += [[(line, "dim")] for line in wrap(todo, width)]
    return [*lines, [], *grid_lines(_tokens(names, tuned, comparisons), label, _TOKENS, width)]


def cut_lines(found: Comparison, width: int) -> list[Line]:
    """F1 of both models by everything that tells the questions apart, each gain with its interval."""
    label = _name_width([each.kind for kinds in found.cuts.values() for each in kinds], width)
    lines: list[Line] = []
    for name, kinds in found.cuts.items():
        rows = tuple(
            (each.kind, count(each.n), f"{each.base:.1f}", f"{each.tuned:.1f}", gain(each.gain)) for each in kinds
        )
        grid = TableBlock((f"by {name}", "n", "base", "tuned", "gain [95 %]"), rows)
        lines += [*grid_lines(grid, label, _CUTS, width, bars=[each.tuned / 100 for each in kinds]), []]
    lines += [[(line, "dim")] for line in wrap("✓ beyond noise: the interval does not reach zero", width)]
    for model in (found.base, found.tuned):
        if model.labels is not None:
            lines += [[], *label_lines(model.run.short_label, model.labels, width)]
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
    shown = found.labels[:room]
    summary = f"{name}: accuracy {with_interval(found.accuracy)}, macro-F1 {with_interval(found.macro_f1)}"
    rest = ("other",) if shown else ()
    head = ("truth ↓ answer →", "n", "F1", *(fit(each.label, _CELL - 1) for each in shown), *rest)
    rows = []
    for each, answers in zip(found.labels[:_LABELS], found.confusion, strict=False):
        others = (count(sum(answers[len(shown) :])),) if shown else ()
        rows.append((each.label, count(each.n), f"{each.f1:.0f}", *map(count, answers[: len(shown)]), *others))
    grid = TableBlock(head, tuple(rows))
    return [[(fit(summary, width), "strong")], *grid_lines(grid, label, [_CELL] * (len(head) - 1), width)]


def size_lines(curve: SizeCurve, width: int) -> list[Line]:
    """What stands below the chart: each size's best job, with its own parameters and its evaluation."""
    head = f"{'n':>7}  {curve.figure + ' [95 %]':<18}  parameters"
    lines: list[Line] = [[(head, "head")]]
    for point in curve.points:
        lines += _size(point, width)
    base = f"base as a dashed line: {with_interval(curve.base)}, run {curve.base_run}"
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
    return f"{with_interval(difference, '+')} {'✓' if difference.beyond_noise else '·'}"


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
            said = with_interval(point.score) if point else "not evaluated"
            scores.append((f"{said:>{_SHOT}}", "strong" if point else "warn"))
        lines.append([(f"{marks(at)} " + fit(name, _SHOT_NAME - 2) + f"{trained:>{_SHOT_SIZE}}", "text"), *scores])
        runs = "".join(f"{'run ' + points[each].run if each in points else '':>{_SHOT}}" for each in shots)
        lines.append([(" " * (_SHOT_NAME + _SHOT_SIZE) + runs, "dim")])
    return lines


def _size(point: SizePoint, width: int) -> list[Line]:
    of = f", best of {point.jobs}" if point.jobs > 1 else ""
    loss = "no validation loss" if point.validation_loss is None else f"validation loss {point.validation_loss:.3f}"
    score: Span = (
        (f"{with_interval(point.score):<18}", "strong") if point.score else (f"{'not evaluated':<18}", "warn")
    )
    first: Line = [(f"{count(point.records):>7}  ", "text"), score, (f"  {knobs(point.hyperparameters)}{of}", "text")]
    run = f"run {point.run}" if point.run else "E in Jobs evaluates it"
    return [first, [(fit(f"{'':9}{run}, {loss}, {point.job}", width), "dim")]]


def _scores(names: Sequence[str], tuned: ModelScores, comparisons: Sequence[Comparison]) -> TableBlock:
    head = ("improvement", "squad F1 [95 %]", "relative", "gain [95 %]", "article", "EM", "n")
    rows = [(names[0], *_score_row(tuned, "", "", comparisons[0].n))]
    for name, found in zip(names[1:], comparisons, strict=True):
        relative = "–" if found.improvement is None else f"{found.improvement:+.1f}%"
        rows.append((name, *_score_row(found.base, relative, gain(found.gain.total), found.n)))
    return TableBlock(head, tuple(rows))


def _score_row(model: ModelScores, relative: str, change: str, n: int) -> tuple[str, ...]:
    return (
        with_interval(model.squad_f1),
        relative,
        change,
        f"{model.article_f1.value:.1f}",
        f"{model.squad_em.value:.1f}",
        count(n),
    )


def _tokens(names: Sequence[str], tuned: ModelScores, comparisons: Sequence[Comparison]) -> TableBlock:
    head = ("mean", "reduced", "median", "reduced", "> p90", "SD", "min", "max", "p50 ms", "p95 ms")
    rows = [(names[0], *_token_row(tuned, "", ""))]
    for name, found in zip(names[1:], comparisons, strict=True):
        fewer = found.reduction
        rows.append((name, *_token_row(found.base, _percent(fewer.mean), _percent(fewer.median))))
    return TableBlock(("tokens an answer", *head), tuple(rows))


def _token_row(model: ModelScores, mean: str, median: str) -> tuple[str, ...]:
    tokens = model.tokens
    return (
        f"{tokens.mean:.1f}",
        mean,
        f"{tokens.median:g}",
        median,
        f"{model.longer:.0f}%",
        f"{tokens.sd:.1f}",
        count(tokens.min),
        count(tokens.max),
        f"{model.latency_p50:,.0f}",
        f"{model.latency_p95:,.0f}",
    )


def _name_width(names: Sequence[str], width: int) -> int:
    longest = max((len(name) for name in names), default=0) + 1
    return min(max(_NAME[0], min(longest, _NAME[1])), max(_NAME[0], width - _BESIDE))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}%"
