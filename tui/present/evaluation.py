"""A comparison and its examples as lines for a pane: scores with bars, the gain and its halves, tokens, types."""

from core.config import Config
from core.evaluation.bootstrap import Score
from core.evaluation.comparison import Comparison, Example
from core.evaluation.difference import Difference
from core.evaluation.model_scores import decisive, straddles
from core.evaluation.runs import Run, Spec
from core.text import count
from tui.present.line import Line, Span, fit, flow

_BLOCKS = "▏▎▍▌▋▊▉█"
_LABEL = 8  # cells of a model's label
_SCORES = (("tok", 5), ("article", 8), ("EM", 6))  # beside F1, the first to come where room is short
_INTERVAL = 21  # cells of `100.0 [100.0 100.0]` and of the gap before it
_BAR = (8, 48)  # cells of a bar, at least and at most
_REGRESSIONS = 3
_PERFECT = 99.95  # points; below, the truth itself is seen to score less than 100


def score_lines(found: Comparison, config: Config, width: int, *, recall: Difference) -> list[Line]:
    """The tab's first view.

    Args:
        found: The comparison.
        config: Has the use case's target.
        width: Of the pane, in cells.
        recall: The gain when only recall counts.
    """
    leak = found.leakage.table
    lines = flow(
        [
            [(f"test: {count(found.n, 'question')}", "text")],
            [(f"{leak:.0%} leak by table", "bad" if leak else "good")],
            [(f"opened {count(found.openings, 'time')}", "dim")],
            *_asked(found),
        ],
        width,
    )
    lines += [*_models(found, width), [], *_gain(found, width)]
    lines += flow([[(f"recall alone {signed(recall)}", "text")], [("skill is an upper bound", "dim")]], width)
    lines += [*_target(found, config), *_perfect(found, width)]
    lines += [[], *_tokens(found, width), [], *_kinds(found, width), [], [("worst regressions", "accent")]]
    losses = [example for example in found.examples if example.change < 0][:_REGRESSIONS]
    lines += [_regression(example, width) for example in losses] or [[("none: no answer got worse", "good")]]
    return lines


def short(run: Run) -> str:
    """What a model is called beside another, without the way it was asked: `base`, `tuned`."""
    return run.label.partition(",")[0]


def interval(score: Score | Difference) -> str:
    """`82.1 [80.3 83.9]`; without an interval where one group leaves nothing to resample."""
    if score.low is None or score.high is None:
        return f"{score.value:.1f}"
    return f"{score.value:.1f} [{score.low:.1f} {score.high:.1f}]"


def signed(change: Difference) -> str:
    """`+13.5 [+10.9 +16.0]`; without an interval where one group leaves nothing to resample."""
    if change.low is None or change.high is None:
        return f"{change.value:+.1f}"
    return f"{change.value:+.1f} [{change.low:+.1f} {change.high:+.1f}]"


def bar(share: float, width: int) -> str:
    """A bar of eighths of a cell, for a share from 0 to 1."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8 - 1] if eighths % 8 else "")


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
                (fit(short(model.run), _LABEL), "text"),
                (f"{bar(score.value / 100, wide):<{wide}}", "accent"),
                (f"{interval(score):>{_INTERVAL}}", "strong"),
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
        [(f"and skill {signed(skill)}", "text")],
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
    below = [f"{score:.1f} by {metric}" for metric, score in found.perfect.items() if score < _PERFECT]
    return [[(fit(f"the truth itself scores {', '.join(below)}", width), "dim")]] if below else []


def _asked(found: Comparison) -> list[Line]:
    """How the questions were put, where that is not the usual way."""
    ways = [(short(each.run), each.run.spec) for each in (found.base, found.tuned)]
    texts = {who: _way(spec) for who, spec in ways}
    if len(set(texts.values())) == 1:
        texts = {"": texts[ways[0][0]]}
    return [[(f"{who} {text}".strip(), "warn")] for who, text in texts.items() if text]


def _way(spec: Spec) -> str:
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


def _tokens(found: Comparison, width: int) -> list[Line]:
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
    for at, label in enumerate((short(found.base.run), short(found.tuned.run))):
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
