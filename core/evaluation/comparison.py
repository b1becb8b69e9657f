"""Base against tuned on the same test records: the figures of the article's tables, and what they leave out."""

from collections.abc import Sequence

import msgspec

from core.errors import InputError
from core.evaluation.article import article
from core.evaluation.bootstrap import Score, score
from core.evaluation.difference import relative_improvement
from core.evaluation.gain import AnswerPair, Gain, gain
from core.evaluation.histogram import Bins, f1_bins, shared_bins
from core.evaluation.runs import Result, Run
from core.evaluation.squad import squad
from core.evaluation.token_statistics import (
    Reduction,
    TokenStatistics,
    reduction,
    share_longer,
    token_statistics,
)
from core.formatting import Leakage

TOKEN_BINS = 20


class ModelScores(msgspec.Struct, frozen=True):
    """How one model did.

    Attributes:
        run: Where the answers are.
        squad_em: Exact match, SQuAD's rule.
        squad_f1: F1, SQuAD's rule; what models are sorted by.
        article_precision: Precision, the article's rule.
        article_recall: Recall, the article's rule.
        article_f1: F1, the article's rule.
        tokens: Of the completions.
        longer: The percentage of answers longer than the base's 90th percentile.
        latency_p50: Milliseconds.
        latency_p95: Milliseconds.
    """

    run: Run
    squad_em: Score
    squad_f1: Score
    article_precision: Score
    article_recall: Score
    article_f1: Score
    tokens: TokenStatistics
    longer: float
    latency_p50: float
    latency_p95: float

    def headline(self, metric: str) -> Score:
        """The F1 that a use case's metric names."""
        return self.article_f1 if metric == "article" else self.squad_f1


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


class KindScore(msgspec.Struct, frozen=True):
    """F1 of both models on one type of question."""

    kind: str
    n: int
    base: float
    tuned: float


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
        kinds: By type of question, the most frequent first.
        examples: What changed most first, losses before gains.
        perfect_article: What a perfect model would score by the article's rule, which is not reflexive.
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
    kinds: tuple[KindScore, ...]
    examples: tuple[Example, ...]
    perfect_article: float
    leakage: Leakage
    openings: int


def compare(
    base: tuple[Run, Sequence[Result]],
    tuned: tuple[Run, Sequence[Result]],
    *,
    leakage: Leakage,
    openings: int,
) -> Comparison:
    """Compares two runs on the records that both have answered.

    Args:
        base: A run and its results.
        tuned: Another on the same test set.
        leakage: Of the export.
        openings: Of the test set.

    Raises:
        InputError: No record was answered by both.
    """
    paired = _paired(base[1], tuned[1])
    if not paired:
        raise InputError("No test record was answered by both models", todo="Evaluate again: it goes on where it was")
    before, after = [pair[0] for pair in paired], [pair[1] for pair in paired]
    f1s = [(squad(a.answer, a.truth).f1, squad(b.answer, b.truth).f1) for a, b in paired]
    base_tokens = token_statistics([each.output_tokens for each in before])
    scores = [_scores(base[0], before, base_tokens), _scores(tuned[0], after, base_tokens)]
    answers = [AnswerPair(a.line.group, a.truth, a.answer, b.answer) for a, b in paired]
    return Comparison(
        n=len(paired),
        base=scores[0],
        tuned=scores[1],
        gain=gain(answers),
        improvement=relative_improvement(scores[1].squad_f1.value, scores[0].squad_f1.value),
        reduction=reduction(base_tokens, scores[1].tokens),
        token_bins=shared_bins(
            [each.output_tokens for each in before], [each.output_tokens for each in after], TOKEN_BINS
        ),
        f1_bins=(f1_bins([pair[0] for pair in f1s]), f1_bins([pair[1] for pair in f1s])),
        kinds=_kinds(before, f1s),
        examples=_examples(paired, f1s),
        perfect_article=sum(article(each.truth, each.truth).f1 for each in before) / len(before),
        leakage=leakage,
        openings=openings,
    )


def _paired(base: Sequence[Result], tuned: Sequence[Result]) -> list[tuple[Result, Result]]:
    by_id = {result.line.id: result for result in tuned}
    return [(result, by_id[result.line.id]) for result in base if result.line.id in by_id]


def _scores(run: Run, results: Sequence[Result], base_tokens: TokenStatistics) -> ModelScores:
    groups = [each.line.group for each in results]
    by_squad = [squad(each.answer, each.truth) for each in results]
    by_article = [article(each.answer, each.truth) for each in results]
    tokens = [each.output_tokens for each in results]
    latency = sorted(each.latency_ms for each in results)
    return ModelScores(
        run=run,
        squad_em=score([each.em for each in by_squad], groups),
        squad_f1=score([each.f1 for each in by_squad], groups),
        article_precision=score([each.precision for each in by_article], groups),
        article_recall=score([each.recall for each in by_article], groups),
        article_f1=score([each.f1 for each in by_article], groups),
        tokens=token_statistics(tokens),
        longer=share_longer(tokens, base_tokens),
        latency_p50=latency[len(latency) // 2],
        latency_p95=latency[min(len(latency) - 1, len(latency) * 95 // 100)],
    )


def _kinds(results: Sequence[Result], f1s: Sequence[tuple[float, float]]) -> tuple[KindScore, ...]:
    found: dict[str, list[tuple[float, float]]] = {}
    for result, pair in zip(results, f1s, strict=True):
        found.setdefault(result.line.kind or "all", []).append(pair)
    scores = [
        KindScore(
            kind, len(pairs), sum(pair[0] for pair in pairs) / len(pairs), sum(pair[1] for pair in pairs) / len(pairs)
        )
        for kind, pairs in found.items()
    ]
    return tuple(sorted(scores, key=lambda each: (-each.n, each.kind)))


def _examples(paired: Sequence[tuple[Result, Result]], f1s: Sequence[tuple[float, float]]) -> tuple[Example, ...]:
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
        for (before, after), (base_f1, tuned_f1) in zip(paired, f1s, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.change >= 0, -abs(each.change), each.id)))
