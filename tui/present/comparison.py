"""A comparison of two models: its tables, the gain and its halves, tokens, types of question, what changed most."""

from collections.abc import Iterator, Mapping

from core.config import Config
from core.evaluation.bootstrap import with_interval
from core.evaluation.comparison import Comparison, Example
from core.evaluation.cuts import KindScore
from core.evaluation.difference import Difference
from core.evaluation.model_scores import ModelScores, decisive, figure_label, imperfect, straddles
from core.evaluation.report.blocks import Histogram, TableBlock
from core.evaluation.runs import Run, RunSpec
from core.formatting import Leakage
from core.text import bar, count, visible
from tui.present.blocks import grid_text, histogram_text
from tui.present.line import Line, Span, fit, flow

_LABEL = 8  # cells of a model's label
_SCORES = (("tok", 5), ("article", 8), ("EM", 6))  # beside F1, the first to come where room is short
_INTERVAL = 21  # cells of `100.0 [100.0 100.0]` and of the gap before it
_BAR = (8, 48)  # cells of a bar, at least and at most
_REGRESSIONS = 3


def text(found: Comparison, config: Config) -> Iterator[str]:
    """A comparison as plain text, line by line."""
    yield from test_set(found.tuned.run, found.n, found.leakage, found.openings)
    yield ""
    head = ("model", "squad F1 [95 %]", "EM", "article P", "R", "F1", "p50 ms")
    yield grid_text(TableBlock(head, tuple(map(_scores, (found.base, found.tuned)))))
    yield from _gain_text(found)
    yield from perfect_text(found.perfect)
    yield from _target_text(found, config)
    yield ""
    yield grid_text(_by_metric(found))
    yield ""
    yield grid_text(_tokens(found))
    yield ""
    for title, bins in (("tokens an answer", found.token_bins), ("F1", found.f1_bins)):
        yield from histogram_text(Histogram(title, ("base", "tuned"), bins))
        yield ""
    for name, kinds in found.cuts.items():
        yield grid_text(_cut(name, kinds))
        yield ""
    yield "what changed most, losses first"
    for example in found.examples[:3]:
        yield f"  {example.change:+6.1f}  {visible(example.question)}"
        yield f"          truth {visible(example.truth)}"
        yield f"          base  {visible(example.base)}"
        yield f"          tuned {visible(example.tuned)}"


def test_set(run: Run, n: int, leakage: Leakage, openings: int) -> Iterator[str]:
    """What was asked, how much of it leaks and how often it was used; a rehearsal says so first."""
    if run.location.startswith("rehearsal/"):
        yield "REHEARSAL: answers of a small stand-in, which say nothing about the model they stand in for"
    leak = f"{leakage.table:.0%} leak by table"
    yield f"test: {count(n, 'question')}, {leak}, this test set opened {count(openings, 'time')}"


def perfect_text(perfect: Mapping[str, float]) -> Iterator[str]:
    """What a perfect model would score, by each metric by which that is not 100."""
    for metric, score in imperfect(perfect).items():
        yield f"a perfect model scores {score:.1f} by {metric} on this test set"


def noise(difference: Difference) -> str:
    """`yes` where a difference is beyond noise."""
    return "yes" if difference.beyond_noise else "no"


def reduced(percent: float | None) -> str:
    """By how many percent tokens became fewer, or nothing where there were none."""
    return "" if percent is None else f"{-percent:+.0f} %"


def _scores(model: ModelScores) -> tuple[str, ...]:
    return (
        model.run.label,
        with_interval(model.squad_f1),
        f"{model.squad_em.value:.1f}",
        f"{model.article_precision.value:.1f}",
        f"{model.article_recall.value:.1f}",
        f"{model.article_f1.value:.1f}",
        f"{model.latency_p50:.0f}",
    )


def _gain_text(found: Comparison) -> Iterator[str]:
    total, brevity, skill = found.gain.total, found.gain.brevity, found.gain.skill
    noise = "beyond noise" if total.beyond_noise else "within noise"
    better = "" if found.improvement is None else f", {found.improvement:+.1f} % relative"
    parts = f"brevity {brevity.value:+.1f} and skill {with_interval(skill, '+')}"
    yield f"gain {total.value:+.1f} = {parts}: {noise}{better}"
    yield "skill is an upper bound: both models' answers cut to the span that scores best"


def _by_metric(found: Comparison) -> TableBlock:
    rows = []
    for name, scores in found.base.metrics.items():
        for figure, base in scores.figures.items():
            tuned = found.tuned.metrics[name].figures[figure]
            head = figure == scores.headline
            gain = found.differences[name]
            change = with_interval(gain, "+") if head else f"{tuned.value - base.value:+.1f}"
            told = noise(gain) if head else ""
            rows.append((name, figure_label(figure), with_interval(base), with_interval(tuned), change, told))
    head_row = ("metric", "figure", "base [95 %]", "tuned [95 %]", "difference", "beyond noise")
    return TableBlock(head_row, tuple(rows), left=2)


def _cut(name: str, kinds: tuple[KindScore, ...]) -> TableBlock:
    rows = tuple(
        (
            each.kind,
            count(each.n),
            f"{each.base:.1f}",
            f"{each.tuned:.1f}",
            with_interval(each.gain, "+"),
            noise(each.gain),
        )
        for each in kinds
    )
    return TableBlock((f"by {name}", "n", "base", "tuned", "gain [95 %]", "beyond noise"), rows)


def _target_text(found: Comparison, config: Config) -> Iterator[str]:
    target = config.use_case.target
    if target is not None:
        reached = found.tuned.headline(config.use_case.metric).value
        met = "met" if reached >= target else "missed"
        yield f"target {config.use_case.metric} F1 {target:g}: {met} with {reached:.2f}"


def _tokens(found: Comparison) -> TableBlock:
    rows = []
    for model in (found.base, found.tuned):
        tokens, tuned = model.tokens, model is found.tuned
        rows.append(
            (
                model.run.label,
                f"{tokens.mean:.1f}",
                _percent(found.reduction.mean) if tuned else "",
                f"{tokens.median:g}",
                _percent(found.reduction.median) if tuned else "",
                f"{tokens.sd:.1f}",
                count(tokens.min),
                count(tokens.max),
                f"{model.longer:.0f} %",
            )
        )
    head = ("tokens", "mean", "reduced", "median", "reduced", "SD", "min", "max", "> base p90")
    return TableBlock(head, tuple(rows))


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"


# For a pane


def lines(found: Comparison, config: Config, width: int, *, recall: Difference) -> list[Line]:
    """A comparison for a pane: scores with bars, the gain and its halves, tokens, types, regressions.

    Args:
        found: The comparison.
        config: Has the use case's target.
        width: Of the pane, in cells.
        recall: The gain when only recall counts.
    """
    leak = found.leakage.table
    made = flow(
        [
            [(f"test: {count(found.n, 'question')}", "text")],
            [(f"{leak:.0%} leak by table", "bad" if leak else "good")],
            [(f"opened {count(found.openings, 'time')}", "dim")],
            *_asked(found),
        ],
        width,
    )
    made += [*_models(found, width), [], *_gain(found, width)]
    made += flow(
        [[(f"recall alone {with_interval(recall, '+')}", "text")], [("skill is an upper bound", "dim")]], width
    )
    made += [*_target(found, config), *_perfect(found, width)]
    made += [[], *_token_lines(found, width), [], *_kinds(found, width), [], [("worst regressions", "accent")]]
    losses = [example for example in found.examples if example.change < 0][:_REGRESSIONS]
    made += [_regression(example, width) for example in losses] or [[("none: no answer got worse", "good")]]
    return made


def _models(found: Comparison, width: int) -> list[Line]:
    """A line a model: a bar, F1 with its interval, and as many other figures as there is room for."""
    left = width - _LABEL - _INTERVAL
    shown = [
        (title, size) for at, (title, size) in enumerate(_SCORES) if left >= sum(n for _, n in _SCORES[: at + 1])
    ]
    left -= sum(size for _, size in shown)
    wide = min(_BAR[1], left) if left >= _BAR[0] else 0
    shown.reverse()
    titles = "".join(f"{title:>{size}}" for title, size in shown)
    lines: list[Line] = [[(f"{'':<{_LABEL + wide}}{'squad F1 [95 %]':>{_INTERVAL}}{titles}", "head")]]
    for model in (found.base, found.tuned):
        score = model.squad_f1
        figures = {
            "EM": f"{model.squad_em.value:.1f}",
            "article": f"{model.article_f1.value:.1f}",
            "tok": f"{model.tokens.mean:.0f}",
        }
        lines.append(
            [
                (fit(model.run.short_label, _LABEL), "text"),
                (f"{bar(score.value / 100, wide):<{wide}}", "accent"),
                (f"{with_interval(score):>{_INTERVAL}}", "strong"),
                ("".join(f"{figures[title]:>{size}}" for title, size in shown), "text"),
            ]
        )
    return lines


def _gain(found: Comparison, width: int) -> list[Line]:
    total, skill = found.gain.total, found.gain.skill
    # what is shown adds up: brevity is what the two rounded figures leave
    brevity = round(total.value, 1) - round(skill.value, 1)
    beyond: Span = ("beyond noise ✓", "good") if total.beyond_noise else ("within noise", "warn")
    items: list[Line] = [
        [(f"gain {total.value:+.1f} ", "strong"), (f"= brevity {brevity:+.1f}", "text")],
        [(f"and skill {with_interval(skill, '+')}", "text")],
        [(" ", "text"), beyond],
    ]
    return flow(items, width, gap=1)


def _target(found: Comparison, config: Config) -> list[Line]:
    target = config.use_case.target
    if target is None:
        return []
    figure, reached = decisive(found.tuned, config.use_case.metric)
    met: Span = ("met ✓", "good") if reached.value >= target else ("missed ✗", "bad")
    unsure = "  its interval reaches to both sides" if straddles(reached, target) else ""
    return [[(f"target {figure} {target:g}  ", "text"), met, (f"  {reached.value:.2f}{unsure}", "dim")]]


def _perfect(found: Comparison, width: int) -> list[Line]:
    """What the truth itself scores, where that is below 100: no model can do better."""
    below = [f"{score:.1f} by {metric}" for metric, score in imperfect(found.perfect).items()]
    return [[(fit(f"the truth itself scores {', '.join(below)}", width), "dim")]] if below else []


def _asked(found: Comparison) -> list[Line]:
    """How the questions were put, where that is not the usual way."""
    ways = [(each.run.short_label, each.run.spec) for each in (found.base, found.tuned)]
    texts = {who: _way(spec) for who, spec in ways}
    if len(set(texts.values())) == 1:
        texts = {"": texts[ways[0][0]]}
    return [[(f"{who} {text}".strip(), "warn")] for who, text in texts.items() if text]


def _way(spec: RunSpec) -> str:
    parts = [
        f"part {spec.part}" if spec.part != "test" else "",
        spec.file,
        spec.template,
        spec.table_format,
        f"shown {count(spec.shots, 'example')}" if spec.shots else "",
        f"temperature {spec.temperature:g}" if spec.temperature else "",
        f"asked {count(spec.repeats, 'time')}" if spec.repeats > 1 else "",
    ]
    return ", ".join(part for part in parts if part)


def _token_lines(found: Comparison, width: int) -> list[Line]:
    """The article's table of tokens, and latency where there is room for it."""
    figures: dict[str, tuple[int, list[str]]] = {
        "mean": (7, [f"{each.tokens.mean:.1f}" for each in (found.base, found.tuned)]),
        "med": (6, [f"{each.tokens.median:.0f}" for each in (found.base, found.tuned)]),
        "sd": (7, [f"{each.tokens.sd:.1f}" for each in (found.base, found.tuned)]),
        "min": (5, [str(each.tokens.min) for each in (found.base, found.tuned)]),
        "max": (5, [str(each.tokens.max) for each in (found.base, found.tuned)]),
        "> p90": (7, [f"{each.longer:.0f}%" for each in (found.base, found.tuned)]),
        "p50 ms": (8, [f"{each.latency_p50:.0f}" for each in (found.base, found.tuned)]),
        "p95 ms": (8, [f"{each.latency_p95:.0f}" for each in (found.base, found.tuned)]),
    }
    left, shown = width - _LABEL, list[str]()
    for title, (size, _) in figures.items():
        left -= size
        if left >= 0:
            shown.append(title)
    lines: list[Line] = [
        [(f"{'tokens':<{_LABEL}}" + "".join(f"{title:>{figures[title][0]}}" for title in shown), "head")]
    ]
    for at, label in enumerate((found.base.run.short_label, found.tuned.run.short_label)):
        row = "".join(f"{figures[title][1][at]:>{figures[title][0]}}" for title in shown)
        lines.append([(f"{fit(label, _LABEL)}{row}", "text")])
    reduced = found.reduction
    if reduced.mean is not None and reduced.median is not None:
        lines.append([(f"{'change':<{_LABEL}}{round(-reduced.mean):>+6}%{round(-reduced.median):>+5}%", "accent")])
    return lines


def _kinds(found: Comparison, width: int) -> list[Line]:
    items: list[Line] = [[("F1 by type", "head")]]
    for each in found.kinds:
        items.append([(f"{each.kind} {each.base:.0f} → {each.tuned:.0f}", "text"), (f" (n {each.n})", "dim")])
    return flow(items, width)


def _regression(example: Example, width: int) -> Line:
    if width < 60:
        return [(f"{example.change:>+5.0f}  ", "bad"), (fit(example.question, max(1, width - 7)), "text")]
    question, rest = width // 2 - 4, width // 4
    return [
        (f"{example.change:>+5.0f}  ", "bad"),
        (fit(example.question, question), "text"),
        (" " + fit(example.truth, rest), "good"),
        (f" not {example.tuned}", "dim"),
    ]
