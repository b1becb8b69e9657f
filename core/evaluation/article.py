"""The article's rule: distinct common words over all words.

Its example: "The cat sits on the mat in the sun" against "The cat sits on the soft mat under the warm sun." has the
6 common words the, cat, sits, on, mat, sun; precision 6/9, recall 6/11, F1 2·6/(9 + 11) = 60.00 exactly. The article
prints 59.90, which follows neither from the fractions nor from the rounded 0.667 and 0.545 (59.99).

The numerator counts distinct words, the denominators count all words, so **the rule is not reflexive**: an answer
with a repeated word scores below 100 against itself ("the cat and the dog": 4/5, F1 80).
"""

import string
from collections.abc import Callable

import msgspec

from core.evaluation.f1 import Normaliser, References, f1


class ArticleScore(msgspec.Struct, frozen=True, gc=False):
    """One answer, or the mean of many, by the article's rule; all in 0..100.

    Attributes:
        precision: Distinct common words over all words of the prediction.
        recall: Distinct common words over all words of the reference.
        f1: 2PR / (P + R); the mean of many is the mean of their F1, not the F1 of the means.
    """

    precision: float
    recall: float
    f1: float


_NOTHING = ArticleScore(0.0, 0.0, 0.0)


def _strip(word: str) -> tuple[str, ...]:
    stripped = word.lower().strip(string.punctuation)
    return (stripped,) if stripped else ()


article_words = Normaliser(_strip).words
"""Lower-case words without ASCII punctuation at either end."""


def article(prediction: str, reference: References) -> ArticleScore:
    """Scores a prediction by the article's rule, words lower-cased and stripped of punctuation at both ends.

    The article does not name its normalisation; this one and none at all (`article_raw`) both give its 6/9 and 6/11.

    Args:
        prediction: What the model answered.
        reference: The truth; of several the one with the best F1 counts.
    """
    return _score(article_words, prediction, reference)


def article_raw(prediction: str, reference: References) -> ArticleScore:
    """The article's rule on words as they stand: case and punctuation make a difference."""
    return _score(str.split, prediction, reference)


def _score(words: Callable[[str], list[str]], prediction: str, reference: References) -> ArticleScore:
    predicted = words(prediction)
    if isinstance(reference, str):
        return _against(predicted, words(reference))
    scores = [_against(predicted, words(accepted)) for accepted in reference]
    return max(scores, key=lambda score: score.f1)


def _against(predicted: list[str], expected: list[str]) -> ArticleScore:
    common = len(set(expected).intersection(predicted))
    if not common:
        return _NOTHING
    return ArticleScore(
        100 * common / len(predicted), 100 * common / len(expected), f1(common, len(predicted), len(expected))
    )
