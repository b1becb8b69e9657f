"""What the ranker sees of the sentences around a table when a question is asked."""

import math
import re
from collections import Counter
from functools import lru_cache

import numpy as np

from core.rehearsal.learner.candidate import Candidate, quote
from core.rehearsal.learner.evidence import NOTHING, Evidence, Profile
from core.rehearsal.learner.question import Question

PROSE_FEATURES = (
    "is_quote",
    "quote_recall",  # share of the question's words that the sentence has, rare words counting more
    "best_quote",
)

MOST_SENTENCES = 200

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_TAG = re.compile(r"</?[A-Za-z][\w-]{0,40}>")


def prose_evidence(prose: str, asked: Question) -> Evidence:
    """The sentences of a text as candidates."""
    sentences = _sentences(prose)
    if not sentences:
        return NOTHING
    holders = Counter(word for sentence in sentences for word in sentence.content)
    rarity = {word: math.log(1 + len(sentences) / (holders[word] or 0.5)) for word in sorted(asked.content)}
    needed = math.fsum(rarity.values()) or 1.0
    recalls = [
        math.fsum(weight for word, weight in rarity.items() if word in sentence.content) / needed
        for sentence in sentences
    ]
    best = max(recalls) or 1.0
    return Evidence(
        sentences,
        np.array([(1.0, found, found == best) for found in recalls]),
        tuple(
            Profile("quote", 0, best_row=found == best, best_column=False, extreme=False, percent="%" in each.text)
            for each, found in zip(sentences, recalls, strict=True)
        ),
    )


@lru_cache(maxsize=256)
def _sentences(prose: str) -> tuple[Candidate, ...]:
    texts = (text.strip() for text in _SENTENCE_END.split(_TAG.sub("\n", prose)))
    quotes = (quote(text) for text in texts if " " in text)
    return tuple(each for each, _ in zip(quotes, range(MOST_SENTENCES), strict=False))
