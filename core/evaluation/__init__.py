"""Stage six: what a tuned model's answers are worth, measured so that it can be believed."""

from core.evaluation.article import ArticleScore, article, article_raw
from core.evaluation.bootstrap import Score, score
from core.evaluation.difference import Difference, difference, relative_improvement
from core.evaluation.gain import AnswerPair, Gain, gain
from core.evaluation.histogram import Bins, f1_bins, shared_bins
from core.evaluation.metric import Case, Metric
from core.evaluation.pairs import Prediction, read_pairs
from core.evaluation.score_file import FileScore, score_file
from core.evaluation.span import AnswerSpan, SpanRule, best_span
from core.evaluation.squad import SquadScore, squad
from core.evaluation.tatqa import TatqaScore, tatqa
from core.evaluation.token_statistics import (
    Reduction,
    TokenStatistics,
    reduction,
    share_longer,
    token_statistics,
)

__all__ = [
    "AnswerPair",
    "AnswerSpan",
    "ArticleScore",
    "Bins",
    "Case",
    "Difference",
    "FileScore",
    "Gain",
    "Metric",
    "Prediction",
    "Reduction",
    "Score",
    "SpanRule",
    "SquadScore",
    "TatqaScore",
    "TokenStatistics",
    "article",
    "article_raw",
    "best_span",
    "difference",
    "f1_bins",
    "gain",
    "read_pairs",
    "reduction",
    "relative_improvement",
    "score",
    "score_file",
    "share_longer",
    "shared_bins",
    "squad",
    "tatqa",
    "token_statistics",
]
