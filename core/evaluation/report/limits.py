"""What to know before believing a report: what holds always, and what these figures give reason to say."""

from collections.abc import Iterator

from core.evaluation.model_scores import imperfect, straddles
from core.evaluation.report.figures import Figures
from core.text import count

FEW_GROUPS = 20  # below which a bootstrap interval is known to be too narrow
MANY_OPENINGS = 5  # runs after which a choice by this test set begins to fit it


def limits_of(figures: Figures) -> tuple[str, ...]:
    """The sentences of the last section."""
    return tuple(_always(figures)) + tuple(_here(figures))


def _always(figures: Figures) -> Iterator[str]:
    if figures.notice:
        yield "These models are rehearsed: a small extractive learner stands in for each and predicts no score."
    yield (
        "Intervals resample whole tables or documents. They say how far a score would move on other tables of the"
        " same kind, not on data of another kind."
    )
    yield (
        "Skill is an upper bound: both models' answers are cut to the span that scores best, which takes knowing the"
        " truth."
    )
    yield "Scores count words. Two answers with the same words in another sense score the same."


def _here(figures: Figures) -> Iterator[str]:
    parts, leak = figures.parts, figures.parts.leakage
    if parts.groups < FEW_GROUPS:
        yield f"The test set has {count(parts.groups, 'group')} only; with so few, intervals come out too narrow."
    if max(leak.record, leak.question, leak.table) > 0:
        yield (
            f"Training has seen {leak.table:.0%} of the test questions' tables, {leak.question:.0%} of the questions"
            f" and {leak.record:.0%} of the records: the scores are partly memory."
        )
    if parts.openings > MANY_OPENINGS:
        yield (
            f"This test set was opened {count(parts.openings, 'time')}. Whoever chooses among models by it makes its"
            " next score less honest."
        )
    for metric, score in imperfect(figures.perfect).items():
        yield f"By the metric {metric} the truth itself scores {score:.1f} here: no model can do better."
    if not figures.improvements[0].gain.total.beyond_noise:
        yield "The gain over the base is within noise: its interval reaches zero."
    target = figures.target
    if target.use_case.target is not None and straddles(target.reached, target.use_case.target):
        yield "The score's interval reaches to both sides of the target: another test set could decide otherwise."
    unknown = [each.name for each in figures.models if each.cost.thousand is None and each.cost.hourly is None]
    if unknown:
        yield f"The price of {', '.join(unknown)} is unknown; add it to the catalogue and report again."
    if figures.training.why_not:
        yield f"{figures.training.why_not}."
