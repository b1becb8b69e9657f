"""Many runs on one test set side by side: every figure of each, and every pair of them compared."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

from core.evaluation.comparison import aligned
from core.evaluation.difference import Difference, difference, relative_improvement
from core.evaluation.gain import AnswerPair, Gain, gain
from core.evaluation.metric import Metric
from core.evaluation.model_scores import ModelScores, Scored, metrics_for, model_scores, perfect, scored
from core.evaluation.runs import Result, Run
from core.evaluation.token_statistics import Reduction, reduction, token_statistics
from core.formatting import Leakage


class PairOfRuns(msgspec.Struct, frozen=True):
    """The second run against the first, record by record.

    Attributes:
        first: A run's id.
        second: Another's.
        differences: Second minus first by the figure that decides, of each metric.
        improvement: In percent, by SQuAD's F1; None over nothing.
        gain: By SQuAD's F1, split into brevity and skill.
        recall: Second minus first by SQuAD's recall: brevity alone cannot raise it.
        reduction: Of tokens, in percent.
    """

    first: str
    second: str
    differences: dict[str, Difference]
    improvement: float | None
    gain: Gain
    recall: Difference
    reduction: Reduction


class TargetReached(msgspec.Struct, frozen=True):
    """A use case's target, and which runs meet it by their id.

    Attributes:
        metric: By the figure of this metric that decides.
        score: To reach, 0 to 100.
        met: Whether each run reaches it.
    """

    metric: str
    score: float
    met: dict[str, bool]


class Overview(msgspec.Struct, frozen=True):
    """Runs on one test set.

    Attributes:
        n: Test records that all have answered.
        models: In the order in which they were given.
        pairs: Every two of them, the earlier one first.
        perfect: What a perfect model would score by the figure that decides, of each metric.
        target: Met or missed; None without a target.
        leakage: What the test set shares with training.
        openings: How often this test set was opened.
    """

    n: int
    models: tuple[ModelScores, ...]
    pairs: tuple[PairOfRuns, ...]
    perfect: dict[str, float]
    target: TargetReached | None
    leakage: Leakage
    openings: int


def overview(
    runs: Sequence[tuple[Run, Sequence[Result]]],
    *,
    leakage: Leakage,
    openings: int,
    metrics: Sequence[Metric] = (),
    target: Mapping[str, float] | None = None,
) -> Overview:
    """Compares runs on the records that all have answered.

    Args:
        runs: Two or more on the same test set, the base first.
        leakage: Of the test set.
        openings: Of the test set.
        metrics: Besides the usual ones.
        target: The score to reach, by the name of its metric.

    Raises:
        InputError: No record was answered by all.
    """
    results = aligned([answered for _, answered in runs])
    chosen = metrics_for(results[0], metrics)
    sides = [scored(run, each, chosen) for (run, _), each in zip(runs, results, strict=True)]
    base_tokens = token_statistics([each.output_tokens for each in results[0]])
    models = [model_scores(side, chosen, base_tokens) for side in sides]
    return Overview(
        n=len({each.line.id for each in results[0]}),
        models=tuple(models),
        pairs=tuple(_pair(first, second, chosen) for first, second in combinations(sides, 2)),
        perfect=perfect(results[0], chosen),
        target=_target(models, target or {}),
        leakage=leakage,
        openings=openings,
    )


def _pair(first: Scored, second: Scored, metrics: Sequence[Metric]) -> PairOfRuns:
    answers = [
        AnswerPair(a.line.group, a.truth, a.answer, b.answer)
        for a, b in zip(first.results, second.results, strict=True)
    ]
    old, new = (sum(side.columns["squad"]["f1"]) for side in (first, second))
    tokens = [token_statistics([each.output_tokens for each in side.results]) for side in (first, second)]
    return PairOfRuns(
        first=first.run.id,
        second=second.run.id,
        differences=second.against(first, metrics),
        improvement=relative_improvement(new, old),
        gain=gain(answers),
        recall=difference(first.columns["squad"]["recall"], second.columns["squad"]["recall"], first.groups),
        reduction=reduction(*tokens),
    )


def _target(models: Sequence[ModelScores], target: Mapping[str, float]) -> TargetReached | None:
    for metric, score in target.items():
        return TargetReached(metric, score, {each.run.id: each.headline(metric).value >= score for each in models})
    return None
