"""A gain in F1, split into what the model learned to say less of and what it learned to get right."""

from collections.abc import Sequence

import msgspec

from core.evaluation.article import article
from core.evaluation.bootstrap import RESAMPLES, mean_of, resampled_means
from core.evaluation.difference import Difference, difference_of
from core.evaluation.f1 import References
from core.evaluation.span import SpanRule, best_span
from core.evaluation.squad import squad

_STEPS = 2.0**32  # a point is cut into so many steps: sums and differences of such values have no rounding error


class AnswerPair(msgspec.Struct, frozen=True):
    """One test record answered by both models.

    Attributes:
        group: The table or document of the record.
        reference: The truth, or several accepted answers.
        base: The base model's answer.
        tuned: The tuned model's answer.
    """

    group: str
    reference: References
    base: str
    tuned: str


class Gain(msgspec.Struct, frozen=True):
    """Where a gain in F1 comes from, in points; `total` is exactly `brevity` + `skill`.

    Attributes:
        total: Tuned minus base.
        brevity: What is left of the gain without the skill: the tuned model wraps its answers in fewer words.
        skill: Tuned minus base with each answer cut to its best span. Both cut scores are upper bounds, since the cut
            knows the truth.
    """

    total: Difference
    brevity: Difference
    skill: Difference


def gain(
    answers: Sequence[AnswerPair], *, metric: SpanRule = "squad", seed: int = 0, resamples: int = RESAMPLES
) -> Gain:
    """Splits the gain of a tuned model over its base into brevity and skill.

    Args:
        answers: Both models' answers to the same records.
        metric: Whose F1.
        seed: The same seed gives the same intervals.
        resamples: Number of draws; all three intervals come from the same ones.

    Raises:
        InputError: There are no answers.
    """
    score = squad if metric == "squad" else article
    totals, skills = [], []
    for pair in answers:
        totals.append(score(pair.tuned, pair.reference).f1 - score(pair.base, pair.reference).f1)
        cut = [best_span(answer, pair.reference, metric).f1 for answer in (pair.tuned, pair.base)]
        skills.append(cut[0] - cut[1])
    total, skill = _on_step(mean_of(totals)), _on_step(mean_of(skills))
    means = resampled_means([totals, skills], [pair.group for pair in answers], seed=seed, resamples=resamples)
    n = len(answers)
    return Gain(
        difference_of(total, means[:, 0], n),
        difference_of(total - skill, means[:, 0] - means[:, 1], n),
        difference_of(skill, means[:, 1], n),
    )


def _on_step(points: float) -> float:
    return round(points * _STEPS) / _STEPS
