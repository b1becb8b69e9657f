"""How one model did on a test set: every figure of every metric with its interval, tokens, latency."""

from collections.abc import Mapping, Sequence

import msgspec

from core.evaluation.bootstrap import Score, scores
from core.evaluation.classification import Classification, classification
from core.evaluation.difference import Difference, differences
from core.evaluation.metric import Metric
from core.evaluation.metrics import ARTICLE, CLASSIFICATION, EXACT, SQUAD, TATQA
from core.evaluation.runs import Result, Run
from core.evaluation.token_statistics import TokenStatistics, share_longer, token_statistics

_INITIALS = frozenset({"em", "f1"})
_PERFECT = 99.95  # points; what is above is shown as 100.0
ALWAYS = (SQUAD, ARTICLE, EXACT)
_TATQA_KINDS = {"span", "multi-span", "arithmetic", "count"}


class MetricScores(msgspec.Struct, frozen=True):
    """What a metric says of a model.

    Attributes:
        headline: The figure that decides.
        figures: By name, in the order shown.
    """

    headline: str
    figures: dict[str, Score]

    @property
    def main(self) -> Score:
        """The figure that decides."""
        return self.figures[self.headline]


class ModelScores(msgspec.Struct, frozen=True):
    """How one model did.

    Attributes:
        run: Where the answers are.
        metrics: By name; always `squad`, by which models are sorted, and `article`.
        tokens: Of the completions.
        longer: The percentage of answers longer than the base's 90th percentile.
        latency_p50: Milliseconds.
        latency_p95: Milliseconds.
        labels: One by one, where the metric `classification` was asked for.
    """

    run: Run
    metrics: dict[str, MetricScores]
    tokens: TokenStatistics
    longer: float
    latency_p50: float
    latency_p95: float
    labels: Classification | None = None

    def headline(self, metric: str) -> Score:
        """The figure that decides by a metric; of one that was not asked for, SQuAD's F1."""
        return self.metrics[metric if metric in self.metrics else SQUAD.name].main

    @property
    def squad_em(self) -> Score:
        """Exact match, SQuAD's rule."""
        return self.metrics["squad"].figures["em"]

    @property
    def squad_f1(self) -> Score:
        """F1, SQuAD's rule; what models are sorted by."""
        return self.metrics["squad"].figures["f1"]

    @property
    def article_precision(self) -> Score:
        """Precision, the article's rule."""
        return self.metrics["article"].figures["precision"]

    @property
    def article_recall(self) -> Score:
        """Recall, the article's rule."""
        return self.metrics["article"].figures["recall"]

    @property
    def article_f1(self) -> Score:
        """F1, the article's rule."""
        return self.metrics["article"].figures["f1"]


class Scored(msgspec.Struct, frozen=True):
    """One run's results with every figure of each.

    Attributes:
        run: The run.
        results: Its answers, in the order of every other run that it is compared with.
        columns: By metric and figure, one value a result.
    """

    run: Run
    results: Sequence[Result]
    columns: dict[str, dict[str, list[float]]]

    @property
    def groups(self) -> list[str]:
        """The table or document of each result."""
        return [each.line.group for each in self.results]

    def against(self, base: "Scored", metrics: Sequence[Metric]) -> dict[str, Difference]:
        """This run minus another on the same records, by the figure that decides, of each metric."""
        pairs = [(base.columns[each.name][each.headline], self.columns[each.name][each.headline]) for each in metrics]
        found = differences(pairs, self.groups)
        return {metric.name: each for metric, each in zip(metrics, found, strict=True)}


def metrics_for(results: Sequence[Result], more: Sequence[Metric] = ()) -> list[Metric]:
    """What a test set is scored by: the usual metrics, `tatqa` where its types of question occur, and more."""
    kinds = {each.line.kind for each in results}
    usual = [*ALWAYS, TATQA] if kinds & _TATQA_KINDS else list(ALWAYS)
    return [*usual, *(each for each in more if each.name not in {one.name for one in usual})]


def scored(run: Run, results: Sequence[Result], metrics: Sequence[Metric]) -> Scored:
    """Scores every result by every metric."""
    cases = [each.case() for each in results]
    return Scored(run, results, {metric.name: metric.columns(cases) for metric in metrics})


def model_scores(found: Scored, metrics: Sequence[Metric], base_tokens: TokenStatistics) -> ModelScores:
    """Sums up a run.

    Args:
        found: Its results with their figures, at least one.
        metrics: The same as they were scored by.
        base_tokens: Of the base model's answers.
    """
    groups, results = found.groups, found.results
    names = [(metric.name, figure) for metric in metrics for figure in metric.figures]
    means = scores([found.columns[metric][figure] for metric, figure in names], groups)
    by_name = dict(zip(names, means, strict=True))
    tokens = [each.output_tokens for each in results]
    latency = sorted(each.latency_ms for each in results)
    return ModelScores(
        run=found.run,
        metrics={
            metric.name: MetricScores(
                metric.headline, {figure: by_name[metric.name, figure] for figure in metric.figures}
            )
            for metric in metrics
        },
        tokens=token_statistics(tokens),
        longer=share_longer(tokens, base_tokens),
        latency_p50=latency[len(latency) // 2],
        latency_p95=latency[min(len(latency) - 1, len(latency) * 95 // 100)],
        labels=classification([each.case() for each in results], groups) if CLASSIFICATION in metrics else None,
    )


def perfect(results: Sequence[Result], metrics: Sequence[Metric]) -> dict[str, float]:
    """What the truth itself scores by the figure that decides, of each metric that compares with the truth."""
    cases = [each.perfect() for each in results]
    return {
        metric.name: sum(column) / len(column)
        for metric in metrics
        if not metric.asks
        for column in [metric.columns(cases)[metric.headline]]
    }


def decisive(scores: ModelScores, metric: str) -> tuple[str, Score]:
    """What decides by a use case's metric: its name for people, such as `squad F1`, and the score.

    By SQuAD's F1 where answers were not scored by that metric.
    """
    name = metric if metric in scores.metrics else SQUAD.name
    return figure_name(name, scores.metrics[name].headline), scores.metrics[name].main


def straddles(score: Score, target: float) -> bool:
    """Whether a score's interval reaches to both sides of a target: another test set could decide otherwise."""
    return score.low is not None and score.high is not None and score.low < target <= score.high


def imperfect(perfect: Mapping[str, float]) -> dict[str, float]:
    """The metrics by which the truth itself is seen to score less than 100: no model can do better."""
    return {metric: score for metric, score in perfect.items() if score < _PERFECT}


def figure_label(figure: str) -> str:
    """A figure for people: `F1`, `precision`."""
    return figure.upper() if figure in _INITIALS else figure


def figure_name(metric: str, figure: str) -> str:
    """A figure of a metric for people: `squad F1`, `article precision`."""
    return f"{metric} {figure_label(figure)}"
