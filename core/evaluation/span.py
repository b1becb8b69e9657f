"""The contiguous run of an answer's words that scores best: what ideal brevity would have made of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from core.evaluation.article import article_words
from core.evaluation.f1 import References, f1
from core.evaluation.squad import squad_words

SpanRule = Literal["squad", "article"]


class AnswerSpan(msgspec.Struct, frozen=True):
    """A contiguous run of an answer's normalised words.

    Attributes:
        words: The words kept; none where the answer has no word of the truth.
        f1: Their score, 0..100: an upper bound of what shortening the answer can reach, since it is cut by the truth.
    """

    words: tuple[str, ...]
    f1: float


def best_span(prediction: str, reference: References, metric: SpanRule = "squad") -> AnswerSpan:
    """Cuts an answer to the run of words with the highest F1; of equals, the one that starts first.

    Args:
        prediction: What the model answered.
        reference: The truth; of several the one that allows the best span counts.
        metric: By whose words and F1.
    """
    words_of = squad_words if metric == "squad" else article_words
    words = words_of(prediction)
    best = AnswerSpan((), 0.0)
    for accepted in (reference,) if isinstance(reference, str) else reference:
        expected = words_of(accepted)
        # How often a word of the truth can count: as often as it occurs, or once by the article's rule.
        worth = Counter(expected) if metric == "squad" else dict.fromkeys(expected, 1)
        common, start, stop = _search(words, worth, len(expected))
        score = f1(common, stop - start, len(expected))
        if score > best.f1:
            best = AnswerSpan(tuple(words[start:stop]), score)
    return best


def _search(words: Sequence[str], worth: Mapping[str, int], expected: int) -> tuple[int, int, int]:
    """Common words, start and stop of the span with the largest common / (length + expected).

    A best span starts and ends on words of the truth, so only those are tried. Exact, and short in practice: a start
    is given up where its word would count without it, or where even an unbroken run of hits could not win any more.
    """
    hits = [(place, word) for place, word in enumerate(words) if word in worth]
    most = sum(worth.values())
    best = (0, 0, 0)
    best_common, best_total = 0, 1
    for first, (start, opening) in enumerate(hits):
        reach = min(most, len(hits) - first)
        if reach * best_total <= best_common * (reach + expected):
            break
        seen: dict[str, int] = {}
        common = 0
        for nth in range(first, len(hits)):
            place, word = hits[nth]
            times = seen.get(word, 0)
            if times < worth[word]:
                seen[word] = times + 1
                common += 1
            elif word == opening:
                break
            total = place + 1 - start + expected
            if common * best_total > best_common * total:
                best = (common, start, place + 1)
                best_common, best_total = common, total
            reach = min(most - common, len(hits) - nth - 1)
            if (common + reach) * best_total <= best_common * (total + reach):
                break
    return best
