"""SQuAD v1.1: exact match, and F1 over words that count as often as they occur.

Source: `evaluate-v1.1.py` of Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", 2016.
Normalisation: lower-case, delete ASCII punctuation, delete the articles a, an, the, split on white space. It is blind
to sign and unit (`-43`, `43` and `(43)` are equal, so are `$5` and `5%`) and to a decimal point (`1,496.5` is
`14965`).
"""

import re
import string
from collections import Counter

import msgspec

from core.evaluation.f1 import Normaliser, References, f1

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


class SquadScore(msgspec.Struct, frozen=True, gc=False):
    """One answer, or the mean of many, by SQuAD v1.1; all in 0..100.

    Attributes:
        em: Exact match after normalisation: 100 or 0 for one answer.
        precision: Common words over all words of the prediction, counted with repetition.
        recall: Common words over all words of the reference, likewise.
        f1: Harmonic mean of both.
    """

    em: float
    precision: float
    recall: float
    f1: float


def _normalise(word: str) -> tuple[str, ...]:
    return tuple(_ARTICLES.sub(" ", word.lower().translate(_NO_PUNCTUATION)).split())


squad_words = Normaliser(_normalise).words
"""Lower-case words without ASCII punctuation and without articles."""


def squad(prediction: str, reference: References) -> SquadScore:
    """Scores a prediction as the official script does.

    Two texts without any word match exactly but share none: EM 100, F1 0.

    Args:
        prediction: What the model answered.
        reference: The truth; of several, EM and F1 each take their best, and precision and recall go with the F1.
    """
    predicted = squad_words(prediction)
    if isinstance(reference, str):
        return _score(predicted, squad_words(reference))
    scores = [_score(predicted, squad_words(accepted)) for accepted in reference]
    best = max(scores, key=lambda score: score.f1)
    return SquadScore(max(score.em for score in scores), best.precision, best.recall, best.f1)


def squad_f1(prediction: str, reference: References) -> float:
    """The F1 of `squad` alone, in 0..100."""
    return squad(prediction, reference).f1


def _score(predicted: list[str], expected: list[str]) -> SquadScore:
    equal = predicted == expected
    common = len(expected) if equal else _common(predicted, expected)
    em = 100.0 if equal else 0.0
    if not common:
        return SquadScore(em, 0.0, 0.0, 0.0)
    given, wanted = len(predicted), len(expected)
    return SquadScore(em, 100 * common / given, 100 * common / wanted, f1(common, given, wanted))


def _common(predicted: list[str], expected: list[str]) -> int:
    """The size of the intersection of two multisets; counted only where both repeat a word."""
    wanted = set(expected)
    if len(wanted) == len(expected):
        return len(wanted.intersection(predicted))
    given = set(predicted)
    if len(given) == len(predicted):
        return len(given & wanted)
    return (Counter(predicted) & Counter(expected)).total()
