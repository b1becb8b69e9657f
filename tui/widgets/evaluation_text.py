"""A comparison and its examples as lines for a pane: scores with bars, the gain and its halves, tokens, types."""

from core.config import Config
from core.evaluation.bootstrap import Score
from core.evaluation.comparison import Comparison, Example, ModelScores
from core.evaluation.difference import Difference
from core.text import count
from tui.widgets.line import Line, Span, fit, wrap

_BLOCKS = "▏▎▍▌▋▊▉█"
_BAR = 22
_REGRESSIONS = 3


def score_lines(found: Comparison, config: Config, width: int) -> list[Line]:
    """The tab's first view.

    Args:
        found: The comparison.
        config: Has the use case's target.
        width: Of the pane, in cells.
    """
    leak = found.leakage.table
    lines: list[Line] = [
        [
            (f"test: {count(found.n, 'question')}, ", "text"),
            (f"{leak:.0%} leak by table", "bad" if leak else "good"),
            (f", opened {count(found.openings, 'time')}", "dim"),
        ],
        [(f"{'':<8}{'':<{_BAR}} {'squad F1 [95 %]':>18} {'EM':>6} {'article':>8} {'tok':>5}", "head")],
    ]
    lines += [_model(each) for each in (found.base, found.tuned)]
    lines += [[], _gain(found), [("  skill is an upper bound: answers cut to their best span", "dim")]]
    lines += _target(found, config)
    lines += [[], *_tokens(found), [], _kinds(found), [], [("worst regressions", "accent")]]
    losses = [example for example in found.examples if example.change < 0][:_REGRESSIONS]
    lines += [_regression(example, width) for example in losses] or [[("none: no answer got worse", "good")]]
    return lines


def example_lines(example: Example, width: int) -> list[Line]:
    """One example in full: question, truth, both answers with their differences, then the prompt."""
    lines: list[Line] = [[(line, "strong")] for line in wrap(example.question, width)]
    lines.append([])
    lines += _answer("truth", example.truth, None, example.truth, width)
    lines += _answer("base", example.base, example.base_f1, example.truth, width)
    lines += _answer("tuned", example.tuned, example.tuned_f1, example.truth, width)
    lines += [[], [("PROMPT", "accent")]]
    return [*lines, *([(line, "dim")] for line in wrap(example.prompt, width))]


def interval(score: Score | Difference) -> str:
    """`82.1 [80.3 83.9]`; without an interval where one group leaves nothing to resample."""
    if score.low is None or score.high is None:
        return f"{score.value:.1f}"
    return f"{score.value:.1f} [{score.low:.1f} {score.high:.1f}]"


def bar(share: float, width: int) -> str:
    """A bar of eighths of a cell, for a share from 0 to 1."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8 - 1] if eighths % 8 else "")


def _model(model: ModelScores) -> Line:
    score = model.squad_f1
    return [
        (f"{model.run.label:<8}", "text"),
        (f"{bar(score.value / 100, _BAR):<{_BAR}}", "accent"),
        (f" {interval(score):>18}", "strong"),
        (f" {model.squad_em.value:>6.1f} {model.article_f1.value:>8.1f} {model.tokens.mean:>5.0f}", "text"),
    ]


def _gain(found: Comparison) -> Line:
    total, skill = found.gain.total, found.gain.skill
    # what is shown adds up: brevity is what the two rounded figures leave
    brevity = round(total.value, 1) - round(skill.value, 1)
    beyond = ("beyond noise ✓", "good") if total.beyond_noise else ("within noise", "warn")
    return [
        (f"gain {total.value:+.1f}", "strong"),
        (f" = brevity {brevity:+.1f} and skill {interval(skill)}  ", "text"),
        beyond,
    ]


def _target(found: Comparison, config: Config) -> list[Line]:
    target = config.use_case.target
    if target is None:
        return []
    reached = found.tuned.headline(config.use_case.metric).value
    met: Span = ("met ✓", "good") if reached >= target else ("missed ✗", "bad")
    return [[(f"target {config.use_case.metric} F1 {target:g}  ", "text"), met, (f"  {reached:.2f}", "dim")]]


def _tokens(found: Comparison) -> list[Line]:
    titles = ("mean", 7), ("med", 6), ("sd", 7), ("min", 5), ("max", 6), ("p90+", 7), ("p50 ms", 8), ("p95 ms", 8)
    head = "".join(f"{title:>{width}}" for title, width in titles)
    lines: list[Line] = [[(f"{'tokens':<8}{head}", "head")]]
    for model in (found.base, found.tuned):
        t = model.tokens
        lines.append(
            [
                (f"{model.run.label:<8}{t.mean:>7.1f}{t.median:>6.0f}{t.sd:>7.1f}{t.min:>5}{t.max:>6}", "text"),
                (f"{model.longer:>6.0f}%{model.latency_p50:>8.0f}{model.latency_p95:>8.0f}", "text"),
            ]
        )
    reduced = found.reduction
    if reduced.mean is not None and reduced.median is not None:
        lines.append([(f"reduced {-reduced.mean:>+6.0f}%{-reduced.median:>+5.0f}%", "accent")])
    return lines


def _kinds(found: Comparison) -> Line:
    spans: list[Span] = [("F1 by type  ", "head")]
    for each in found.kinds:
        spans.append((f"{each.kind} {each.base:.0f}→{each.tuned:.0f} (n {each.n})   ", "text"))
    return spans


def _regression(example: Example, width: int) -> Line:
    question, rest = width // 2 - 4, width // 4
    return [
        (f"{example.change:>+5.0f}  ", "bad"),
        (fit(example.question, question), "text"),
        (" " + fit(example.truth, rest), "good"),
        (f" not {example.tuned}", "dim"),
    ]


def _answer(who: str, text: str, f1: float | None, truth: str, width: int) -> list[Line]:
    score = "" if f1 is None else f"F1 {f1:.0f}"
    lines: list[Line] = [[(f"{who:<7}", "accent"), (score, "dim")]]
    wanted = {word.strip(".,;:()").lower() for word in truth.split()}
    for line in wrap(text, width - 2):
        spans: list[Span] = [("  ", "text")]
        for word in line.split(" "):
            held = word.strip(".,;:()").lower() in wanted
            spans.append((word + " ", "good" if held else "text" if f1 is None else "warn"))
        lines.append(spans)
    return lines
