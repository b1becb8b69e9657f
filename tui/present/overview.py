"""Runs side by side as plain text: every metric of each, every pair compared, what a perfect model would score."""

from collections.abc import Callable, Iterator

from core.config import Config
from core.evaluation.difference import Difference
from core.evaluation.model_scores import ModelScores
from core.evaluation.overview import Overview, PairOfRuns
from core.evaluation.runs import Run
from core.text import clip, count, plain_table
from tui.present.comparison import interval, perfect_lines, reduced

_LABEL = 40  # characters of a label in a table


def lines_of(found: Overview, config: Config) -> Iterator[str]:
    """All of it, line by line."""
    if found.models[0].run.location.startswith("rehearsal/"):
        yield "REHEARSAL: answers of a small stand-in, which say nothing about the model they stand in for"
    leak = f"{found.leakage.table:.0%} leak by table"
    yield f"test: {count(found.n, 'question')}, {leak}, this test set opened {count(found.openings, 'time')}"
    yield ""
    for metric in found.models[0].metrics:
        yield from _metric(found, metric)
    yield from perfect_lines(found.perfect)
    yield from _target(found, config)
    yield ""
    yield from _pairs(found)
    yield _tokens(found)


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


def _metric(found: Overview, metric: str) -> Iterator[str]:
    names = list(found.models[0].metrics[metric].figures)
    head = [metric, "run", *(_NAMES.get(name, name) for name in names)]
    ranked = sorted(found.models, key=lambda each: -each.headline(metric).value)
    rows = [_row(each, metric, names) for each in ranked]
    yield plain_table(head, rows, right=frozenset(range(2, len(head))))
    yield ""


def _row(model: ModelScores, metric: str, names: list[str]) -> list[str]:
    figures = model.metrics[metric].figures
    headline = model.metrics[metric].headline
    values = [interval(figures[name]) if name == headline else f"{figures[name].value:.1f}" for name in names]
    return [clip(model.run.label, _LABEL), model.run.id, *values]


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
    head = [
        "first",
        "second",
        "difference [95 %]",
        "beyond noise",
        "relative",
        "brevity",
        "skill",
        "recall",
        "tokens",
    ]
    rows = [[labels[pair.first], labels[pair.second], *_pair(pair)] for pair in found.pairs]
    yield plain_table(head, rows, right=frozenset(range(2, 9)))
    yield ""
    rows = [
        [f"{metric} {_name(found, metric)}", labels[pair.first], labels[pair.second], *_difference(difference)]
        for metric in found.pairs[0].differences
        for pair in found.pairs
        for difference in [pair.differences[metric]]
    ]
    yield plain_table(
        ["metric", "first", "second", "difference [95 %]", "beyond noise"], rows, right=frozenset({3, 4})
    )


def _pair(pair: PairOfRuns) -> list[str]:
    total = pair.gain.total
    return [
        interval(total, signed=True),
        "yes" if total.beyond_noise else "no",
        "" if pair.improvement is None else f"{pair.improvement:+.1f} %",
        f"{pair.gain.brevity.value:+.1f}",
        interval(pair.gain.skill, signed=True),
        f"{pair.recall.value:+.1f}",
        reduced(pair.reduction.mean),
    ]


def _difference(found: Difference) -> list[str]:
    return [interval(found, signed=True), "yes" if found.beyond_noise else "no"]


def _name(found: Overview, metric: str) -> str:
    headline = found.models[0].metrics[metric].headline
    return _NAMES.get(headline, headline)


def _tokens(found: Overview) -> str:
    rows = [
        [
            clip(each.run.label, _LABEL),
            f"{each.tokens.mean:.1f}",
            f"{each.tokens.median:g}",
            f"{each.tokens.sd:.1f}",
            count(each.tokens.min),
            count(each.tokens.max),
            f"{each.longer:.0f} %",
            f"{each.latency_p50:.0f}" if each.latency_p50 else "–",
            f"{each.latency_p95:.0f}" if each.latency_p95 else "–",
        ]
        for each in found.models
    ]
    head = ["tokens", "mean", "median", "SD", "min", "max", "> first's p90", "p50 ms", "p95 ms"]
    return "\n" + plain_table(head, rows, right=frozenset(range(1, 9)))


_NAMES = {"f1": "F1", "em": "EM"}
