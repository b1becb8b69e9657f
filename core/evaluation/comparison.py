"""Base against tuned on the same test records: the figures of the article's tables, and what they leave out."""

from collections.abc import Mapping, Sequence

import msgspec

from core.errors import InputError
from core.evaluation.cuts import KindScore, cuts
from core.evaluation.difference import Difference, relative_improvement
from core.evaluation.gain import AnswerPair, Gain, gain
from core.evaluation.histogram import Bins, f1_bins, shared_bins
from core.evaluation.metric import Metric
from core.evaluation.model_scores import ModelScores, metrics_for, model_scores, perfect, scored
from core.evaluation.runs import Result, Run
from core.evaluation.token_statistics import Reduction, reduction, token_statistics
from core.formatting import Leakage

TOKEN_BINS = 20


class Example(msgspec.Struct, frozen=True):
    """One test record with both answers; F1 by SQuAD's rule."""

    id: str
    group: str
    kind: str
    prompt: str
    question: str
    truth: str
    base: str
    tuned: str
    base_f1: float
    tuned_f1: float

    @property
    def change(self) -> float:
        """Points gained or lost."""
        return self.tuned_f1 - self.base_f1


class Comparison(msgspec.Struct, frozen=True):
    """Two models on one test set.

    Attributes:
        n: Test records that both have answered.
        base: The model as it comes.
        tuned: The tuned one.
        gain: In F1 by SQuAD's rule, split into brevity and skill.
        improvement: Relative, in percent, as the article's table has it.
        reduction: Of tokens, in percent.
        token_bins: Base and tuned on one scale.
        f1_bins: Base and tuned.
        differences: Tuned minus base by the figure that decides, of each metric.
        cuts: By `type` of question, and by whatever else tells the questions apart; see `core.evaluation.cuts`.
        examples: What changed most first, losses before gains.
        perfect: What a perfect model would score by the figure that decides, of each metric.
        leakage: What the test part shares with training.
        openings: How often this test set was opened.
    """

    n: int
    base: ModelScores
    tuned: ModelScores
    gain: Gain
    improvement: float | None
    reduction: Reduction
    token_bins: tuple[Bins, Bins]
    f1_bins: tuple[Bins, Bins]
    differences: dict[str, Difference]
    cuts: dict[str, tuple[KindScore, ...]]
    examples: tuple[Example, ...]
    perfect: dict[str, float]
    leakage: Leakage
    openings: int

    @property
    def kinds(self) -> tuple[KindScore, ...]:
        """By type of question, the most frequent first."""
        return self.cuts["type"]

    @property
    def perfect_article(self) -> float:
        """What a perfect model would score by the article's rule, which is not reflexive."""
        return self.perfect["article"]


def compare(
    base: tuple[Run, Sequence[Result]],
    tuned: tuple[Run, Sequence[Result]],
    *,
    leakage: Leakage,
    openings: int,
    metrics: Sequence[Metric] = (),
    facts: Mapping[str, Mapping[str, str]] | None = None,
) -> Comparison:
    """Compares two runs on the records that both have answered.

    Args:
        base: A run and its results.
        tuned: Another on the same test set.
        leakage: Of the export.
        openings: Of the test set.
        metrics: Besides the usual ones.
        facts: What is known of a record, by its id.

    Raises:
        InputError: No record was answered by both.
    """
    before, after = aligned([base[1], tuned[1]])
    chosen = metrics_for(before, metrics)
    sides = scored(base[0], before, chosen), scored(tuned[0], after, chosen)
    base_tokens = token_statistics([each.output_tokens for each in before])
    models = [model_scores(side, chosen, base_tokens) for side in sides]
    first, second = (side.columns["squad"]["f1"] for side in sides)
    answers = [AnswerPair(a.line.group, a.truth, a.answer, b.answer) for a, b in zip(before, after, strict=True)]
    return Comparison(
        n=len({each.line.id for each in before}),
        base=models[0],
        tuned=models[1],
        gain=gain(answers),
        improvement=relative_improvement(models[1].squad_f1.value, models[0].squad_f1.value),
        reduction=reduction(base_tokens, models[1].tokens),
        token_bins=shared_bins(
            [each.output_tokens for each in before], [each.output_tokens for each in after], TOKEN_BINS
        ),
        f1_bins=(f1_bins(first), f1_bins(second)),
        differences=sides[1].against(sides[0], chosen),
        cuts=cuts(before, first, second, facts or {}),
        examples=_examples(before, after, first, second),
        perfect=perfect(before, chosen),
        leakage=leakage,
        openings=openings,
    )


def aligned(runs: Sequence[Sequence[Result]]) -> list[list[Result]]:
    """Brings runs into one order: the records that all have answered, as often as the run that repeated most.

    A run that was asked fewer times gives its answers again from the first: each row is about one record.

    Raises:
        InputError: No record was answered by all.
    """
    by_record: list[dict[str, list[Result]]] = []
    for results in runs:
        records: dict[str, list[Result]] = {}
        for result in results:
            records.setdefault(result.line.id, []).append(result)
        by_record.append(records)
    common = [record for record in by_record[0] if all(record in records for records in by_record)]
    if not common:
        both = "both models" if len(runs) == 2 else "all these models"
        raise InputError(f"No test record was answered by {both}", todo="Evaluate again: it goes on where it was")
    times = {record: max(len(records[record]) for records in by_record) for record in common}
    return [
        [records[record][nth % len(records[record])] for record in common for nth in range(times[record])]
        for records in by_record
    ]


def _examples(
    base: Sequence[Result], tuned: Sequence[Result], base_f1s: Sequence[float], tuned_f1s: Sequence[float]
) -> tuple[Example, ...]:
    found = [
        Example(
            id=before.line.id,
            group=before.line.group,
            kind=before.line.kind,
            prompt=before.line.chat.prompt,
            question=before.line.chat.question,
            truth=before.truth,
            base=before.completion,
            tuned=after.completion,
            base_f1=base_f1,
            tuned_f1=tuned_f1,
        )
        for before, after, base_f1, tuned_f1 in zip(base, tuned, base_f1s, tuned_f1s, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.change >= 0, -abs(each.change), each.id)))
