"""SQuAD's evaluation as its official script does it, step by step; a plain reimplementation, to time ours against.

`evaluate-v1.1.py` of Rajpurkar et al., 2016: normalise both texts, count their words, take the smaller counts.
"""

import re
import string
from collections import Counter


def normalised(text: str) -> str:
    def without_articles(text: str) -> str:
        return re.sub(r"\b(a|an|the)\b", " ", text)

    def one_space(text: str) -> str:
        return " ".join(text.split())

    def without_punctuation(text: str) -> str:
        marks = set(string.punctuation)
        return "".join(character for character in text if character not in marks)

    return one_space(without_articles(without_punctuation(text.lower())))


def f1_score(prediction: str, truth: str) -> float:
    predicted, expected = normalised(prediction).split(), normalised(truth).split()
    common = Counter(predicted) & Counter(expected)
    same = sum(common.values())
    if same == 0:
        return 0.0
    precision, recall = same / len(predicted), same / len(expected)
    return 2 * precision * recall / (precision + recall)


def exact_match_score(prediction: str, truth: str) -> bool:
    return normalised(prediction) == normalised(truth)
