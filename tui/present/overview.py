"""Runs side by side as plain text: every metric of each, every pair compared, what a perfect model would score."""

from collections.abc import Callable, Iterator

from core.config import Config
from core.evaluation.bootstrap import with_interval
from core.evaluation.difference import Difference
from core.evaluation.model_scores import ModelScores, figure_label, figure_name
from core.evaluation.overview import Overview, PairOfRuns
from core.evaluation.report.blocks import TableBlock
from core.evaluation.runs import Run
from core.text import clip, count
from tui.present.blocks import grid_text
from tui.present.comparison import noise, perfect_text, reduced, test_set

_LABEL = 40  # characters of a label in a table


def text(found: Overview, config: Config) -> Iterator[str]:
    """Runs side by side as plain text, line by line."""
    yield from test_set(found.models[0].run, found.n, found.leakage, found.openings)
    yield ""
    for metric in found.models[0].metrics:
        yield grid_text(_metric(found, metric))
        yield ""
    yield from perfect_text(found.perfect)
    yield from _target(found, config)
    yield ""
    yield from _pairs(found)
    yield ""
    yield grid_text(_tokens(found))


def run_rows(runs: list[Run], asked: Callable[[Run], str]) -> tuple[list[str], list[list[str]]]:
    """A table of runs.

    Args:
        runs: As they are to stand.
        asked: Whose answers a run has: the name of a model or of a job.
    """
    head = ["run", "started", "model", "how", "test", "state"]
    rows = [
        [
            run.id,
            f"{run.started:%Y-%m-%d %H:%M}",
            asked(run),
            clip(run.label, _LABEL) + (" by batch" if run.spec.route == "batch" else ""),
            clip(run.lineage.test or run.spec.export, _LABEL),
            "done" if run.ended else "begun",
        ]
        for run in runs
    ]
    return head, rows


def _metric(found: Overview, metric: str) -> TableBlock:
    names = list(found.models[0].metrics[metric].figures)
    ranked = sorted(found.models, key=lambda each: -each.headline(metric).value)
    rows = tuple(_row(each, metric, names) for each in ranked)
    return TableBlock((metric, "run", *map(figure_label, names)), rows, left=2)


def _row(model: ModelScores, metric: str, names: list[str]) -> tuple[str, ...]:
    figures = model.metrics[metric].figures
    headline = model.metrics[metric].headline
    values = [with_interval(figures[name]) if name == headline else f"{figures[name].value:.1f}" for name in names]
    return (clip(model.run.label, _LABEL), model.run.id, *values)


def _target(found: Overview, config: Config) -> Iterator[str]:
    if found.target is None:
        return
    labels = {each.run.id: each.run.label for each in found.models}
    for run, met in found.target.met.items():
        word = "met" if met else "missed"
        yield f"target {config.use_case.metric} {found.target.score:g}: {word} by {labels[run]} ({run})"


def _pairs(found: Overview) -> Iterator[str]:
    if not found.pairs:
        return
    labels = {each.run.id: f"{clip(each.run.label, _LABEL)} ({each.run.id[:6]})" for each in found.models}
    yield "squad F1, second minus first; skill is an upper bound: answers cut to the span that scores best"
    change = ("difference [95 %]", "beyond noise")
    rows = tuple((labels[pair.first], labels[pair.second], *_pair(pair)) for pair in found.pairs)
    yield grid_text(
        TableBlock(("first", "second", *change, "relative", "brevity", "skill", "recall", "tokens"), rows, left=2)
    )
    yield ""
    rows = tuple(
        (_headline(found, metric), labels[pair.first], labels[pair.second], *_change(pair.differences[metric]))
        for metric in found.pairs[0].differences
        for pair in found.pairs
    )
    yield grid_text(TableBlock(("metric", "first", "second", *change), rows, left=3))


def _pair(pair: PairOfRuns) -> tuple[str, ...]:
    return (
        *_change(pair.gain.total),
        "" if pair.improvement is None else f"{pair.improvement:+.1f} %",
        f"{pair.gain.brevity.value:+.1f}",
        with_interval(pair.gain.skill, "+"),
        f"{pair.recall.value:+.1f}",
        reduced(pair.reduction.mean),
    )


def _change(found: Difference) -> tuple[str, str]:
    return with_interval(found, "+"), noise(found)


def _headline(found: Overview, metric: str) -> str:
    return figure_name(metric, found.models[0].metrics[metric].headline)


def _tokens(found: Overview) -> TableBlock:
    rows = tuple(
        (
            clip(each.run.label, _LABEL),
            f"{each.tokens.mean:.1f}",
            f"{each.tokens.median:g}",
            f"{each.tokens.sd:.1f}",
            count(each.tokens.min),
            count(each.tokens.max),
            f"{each.longer:.0f} %",
            f"{each.latency_p50:.0f}" if each.latency_p50 else "–",
            f"{each.latency_p95:.0f}" if each.latency_p95 else "–",
        )
        for each in found.models
    )
    return TableBlock(("tokens", "mean", "median", "SD", "min", "max", "> first's p90", "p50 ms", "p95 ms"), rows)
