"""The metrics again, as literally as they can be written, to hold the fast ones against."""

import re
import string
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st


def article_words(text: str) -> list[str]:
    stripped = [word.strip(string.punctuation) for word in text.lower().split()]
    return [word for word in stripped if word]


def article_counts(prediction: str, reference: str) -> tuple[int, int, int]:
    """Distinct common words, words predicted, words expected."""
    predicted, expected = article_words(prediction), article_words(reference)
    return len(set(predicted) & set(expected)), len(predicted), len(expected)


def squad_normalised(text: str) -> str:
    """The official `normalize_answer`: text in, text out, step by step."""
    text = text.lower()
    text = "".join(character for character in text if character not in set(string.punctuation))
    text = re.sub(r"\b(a|an|the)\b", " ", text)
    return " ".join(text.split())


def squad_words(text: str) -> list[str]:
    return squad_normalised(text).split()


def squad_counts(prediction: str, reference: str) -> tuple[int, int, int]:
    """Common words with repetition, words predicted, words expected."""
    predicted, expected = squad_words(prediction), squad_words(reference)
    return sum((Counter(predicted) & Counter(expected)).values()), len(predicted), len(expected)


def f1(common: int, predicted: int, expected: int) -> float:
    """F1 in 0..100 by way of precision and recall, exact until the last step."""
    if common == 0:
        return 0.0
    precision, recall = Fraction(common, predicted), Fraction(common, expected)
    return float(100 * 2 * precision * recall / (precision + recall))


def best_f1(
    prediction: str,
    reference: str,
    words_of: Callable[[str], list[str]],
    counts: Callable[[str, str], tuple[int, ...]],
) -> float:
    """The best F1 of all contiguous spans, each tried."""
    words = words_of(prediction)
    spans = [words[start:stop] for stop in range(len(words) + 1) for start in range(stop)]
    return max((f1(*counts(" ".join(span), reference)) for span in spans), default=0.0)


# fmt: off
_PLAIN = ["the", "The", "THE", "a", "an", "cat", "cat,", "Cat.", "(43)", "-43", "43", "$5", "5%", "U.S.", "it's"]
_ODD = ["x-y", "_", "--", "…", "“the”", "the—", "a\u0301", "ΟΔΟΣ", "İ", "ﬁ", "１２", "naïve", "财务", "\x01a\x02"]
# fmt: on
_PLAIN_GAPS = [" ", "  ", "\n", "\t", "\r\n", "\r"]
_ODD_GAPS = ["\x1c", "\x85", "\xa0", "\u2028", "\u3000", "\x0b"]


def _texts(words: list[str], gaps: list[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(words), st.sampled_from(gaps)).map("".join)
    return st.lists(parts, max_size=12).map("".join)


texts = st.one_of(_texts(_PLAIN, _PLAIN_GAPS), _texts(_PLAIN + _ODD, _PLAIN_GAPS + _ODD_GAPS), st.text(max_size=30))
"""Answers in plain ASCII with repeated words, answers with odd letters and odd white space, and anything at all."""
