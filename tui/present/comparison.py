"""A comparison as plain text: the article's tables, the gain and its halves, the histograms."""

from collections.abc import Iterator, Mapping

from core.config import Config
from core.evaluation.bootstrap import Score
from core.evaluation.comparison import Comparison
from core.evaluation.cuts import KindScore
from core.evaluation.difference import Difference
from core.evaluation.histogram import Bins
from core.evaluation.model_scores import ModelScores
from core.text import count, plain_table, visible

_BLOCKS = "▏▎▍▌▋▊▉█"
_NAMES = {"f1": "F1", "em": "EM"}
_RIGHT = frozenset({1, 2, 3, 4, 5})


def lines_of(found: Comparison, config: Config) -> Iterator[str]:
    """All of it, line by line."""
    if found.tuned.run.location.startswith("rehearsal/"):
        yield "REHEARSAL: answers of a small stand-in, which say nothing about the model they stand in for"
    leak = f"{found.leakage.table:.0%} leak by table"
    yield f"test: {count(found.n, 'question')}, {leak}, this test set opened {count(found.openings, 'time')}"
    yield ""
    head = ["model", "squad F1 [95 %]", "EM", "article P", "R", "F1", "p50 ms"]
    yield plain_table(head, [_scores(each) for each in (found.base, found.tuned)], right=frozenset(range(1, 7)))
    yield from _gain(found)
    yield from perfect_lines(found.perfect)
    yield from _target(found, config)
    yield ""
    yield _by_metric(found)
    yield ""
    yield _tokens(found)
    yield ""
    yield from _histograms("tokens an answer", found.token_bins)
    yield from _histograms("F1", found.f1_bins)
    for name, kinds in found.cuts.items():
        yield from _cut(name, kinds)
    yield "what changed most, losses first"
    for example in found.examples[:3]:
        yield f"  {example.change:+6.1f}  {visible(example.question)}"
        yield f"          truth {visible(example.truth)}"
        yield f"          base  {visible(example.base)}"
        yield f"          tuned {visible(example.tuned)}"


def interval(score: Score | Difference, *, signed: bool = False) -> str:
    """`82.1 [80.3 83.9]`; without an interval where one group leaves nothing to resample."""
    form = "+.1f" if signed else ".1f"
    if score.low is None or score.high is None:
        return format(score.value, form)
    return f"{score.value:{form}} [{score.low:{form}} {score.high:{form}}]"


def perfect_lines(perfect: Mapping[str, float]) -> Iterator[str]:
    """What a perfect model would score, by each metric by which that is not 100."""
    for metric, score in perfect.items():
        if score < 99.95:
            yield f"a perfect model scores {score:.1f} by {metric} on this test set"


def reduced(percent: float | None) -> str:
    """By how many percent tokens became fewer, or nothing where there were none."""
    return "" if percent is None else f"{-percent:+.0f} %"


def _scores(model: ModelScores) -> list[str]:
    return [
        model.run.label,
        interval(model.squad_f1),
        f"{model.squad_em.value:.1f}",
        f"{model.article_precision.value:.1f}",
        f"{model.article_recall.value:.1f}",
        f"{model.article_f1.value:.1f}",
        f"{model.latency_p50:.0f}",
    ]


def _gain(found: Comparison) -> Iterator[str]:
    total, brevity, skill = found.gain.total, found.gain.brevity, found.gain.skill
    noise = "beyond noise" if total.beyond_noise else "within noise"
    better = "" if found.improvement is None else f", {found.improvement:+.1f} % relative"
    parts = f"brevity {brevity.value:+.1f} and skill {interval(skill, signed=True)}"
    yield f"gain {total.value:+.1f} = {parts}: {noise}{better}"
    yield "skill is an upper bound: both models' answers cut to the span that scores best"


def _by_metric(found: Comparison) -> str:
    rows = []
    for name, scores in found.base.metrics.items():
        for figure, base in scores.figures.items():
            tuned = found.tuned.metrics[name].figures[figure]
            head = figure == scores.headline
            gain = found.differences[name]
            noise = ("yes" if gain.beyond_noise else "no") if head else ""
            change = interval(gain, signed=True) if head else f"{tuned.value - base.value:+.1f}"
            rows.append([name, _NAMES.get(figure, figure), interval(base), interval(tuned), change, noise])
    head_row = ["metric", "figure", "base [95 %]", "tuned [95 %]", "difference", "beyond noise"]
    return plain_table(head_row, rows, right=frozenset({2, 3, 4, 5}))


def _cut(name: str, kinds: tuple[KindScore, ...]) -> Iterator[str]:
    rows = [
        [
            each.kind,
            count(each.n),
            f"{each.base:.1f}",
            f"{each.tuned:.1f}",
            interval(each.gain, signed=True),
            "yes" if each.gain.beyond_noise else "no",
        ]
        for each in kinds
    ]
    yield plain_table([f"by {name}", "n", "base", "tuned", "gain [95 %]", "beyond noise"], rows, right=_RIGHT)
    yield ""


def _target(found: Comparison, config: Config) -> Iterator[str]:
    target = config.use_case.target
    if target is not None:
        reached = found.tuned.headline(config.use_case.metric).value
        met = "met" if reached >= target else "missed"
        yield f"target {config.use_case.metric} F1 {target:g}: {met} with {reached:.2f}"


def _tokens(found: Comparison) -> str:
    rows = []
    for model in (found.base, found.tuned):
        tokens, tuned = model.tokens, model is found.tuned
        rows.append(
            [
                model.run.label,
                f"{tokens.mean:.1f}",
                _percent(found.reduction.mean) if tuned else "",
                f"{tokens.median:g}",
                _percent(found.reduction.median) if tuned else "",
                f"{tokens.sd:.1f}",
                count(tokens.min),
                count(tokens.max),
                f"{model.longer:.0f} %",
            ]
        )
    head = ["tokens", "mean", "reduced", "median", "reduced", "SD", "min", "max", "> base p90"]
    return plain_table(head, rows, right=frozenset(range(1, 9)))


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"


def _histograms(what: str, pair: tuple[Bins, Bins]) -> Iterator[str]:
    base, tuned = pair
    most = max(*base.counts, *tuned.counts, 1)
    yield f"{what:<18}{'base':<26}tuned"
    for number, low in enumerate(base.edges[:-1]):
        left, right = base.counts[number], tuned.counts[number]
        span = f"{low:>5}–{base.edges[number + 1]}"
        yield f"  {span:<14} {_bar(left, most):<20} {left:>4} {_bar(right, most):<20} {right:>4}"
    yield ""


def _bar(value: int, most: int, width: int = 20) -> str:
    eighths = round(value / most * width * 8)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8 - 1] if eighths % 8 else "")
