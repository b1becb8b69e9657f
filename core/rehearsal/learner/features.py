"""All candidates for the answer to a question, each with the features that the ranker weighs."""

import math
import re
import zlib
from collections import Counter
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.records.tables import Grid
from core.rehearsal.learner.asked_question import AskedQuestion, understand
from core.rehearsal.learner.candidate import NOTHING, Candidate, Evidence, Profile, quote
from core.rehearsal.learner.table_features import TABLE_FEATURES, table_evidence

PROSE_FEATURES = (
    "is_quote",
    "quote_recall",  # share of the question's words that the sentence has, rare words counting more
    "best_quote",
)

MOST_SENTENCES = 200

SLOTS = 1 << 13  # of the hashed features; few enough that a model stays small, enough that collisions are rare
DENSE = (*TABLE_FEATURES, *PROSE_FEATURES)

_OPENING_WORDS = 8  # words at the start of a question that get a weight for each type of candidate
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_TAG = re.compile(r"</?[A-Za-z][\w-]{0,40}>")


def prose_evidence(prose: str, asked: AskedQuestion) -> Evidence:
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


class Features(msgspec.Struct, frozen=True, eq=False):
    """The candidates of one prompt.

    Candidates that differ only in their dense features share a *profile*, whose hashed features are stored once.

    Attributes:
        candidates: What could be answered, `n` of them, the table's before the prose's.
        dense: Shape `(n, len(DENSE))`.
        profile: Shape `(n,)`: the row of `hashed` that belongs to each candidate.
        hashed: Shape `(profiles, features)`: slots of the active hashed features.
    """

    candidates: tuple[Candidate, ...]
    dense: NDArray[np.float64]
    profile: NDArray[np.intp]
    hashed: NDArray[np.intp]


def slot(feature: str) -> int:
    """The weight that a named feature uses; the same on every machine."""
    return zlib.crc32(feature.encode("utf-8", "replace")) % SLOTS


@lru_cache(maxsize=512)
def featurise(grid: Grid | None, prose: str, question: str) -> Features:
    """The features of every cell of a table and every sentence around it.

    Args:
        grid: The table, or None.
        prose: The text around it.
        question: What is asked.
    """
    asked = understand(question)
    table = table_evidence(grid, asked) if grid else NOTHING
    text = prose_evidence(prose, asked)
    dense = np.zeros((len(table.candidates) + len(text.candidates), len(DENSE)))
    if table.candidates:
        dense[: len(table.candidates), : len(TABLE_FEATURES)] = table.dense
    if text.candidates:
        dense[len(table.candidates) :, len(TABLE_FEATURES) :] = text.dense
    profiles = (*table.profiles, *text.profiles)
    distinct = {profile: number for number, profile in enumerate(dict.fromkeys(profiles))}
    return Features(
        candidates=(*table.candidates, *text.candidates),
        dense=dense,
        profile=np.array([distinct[profile] for profile in profiles], dtype=np.intp),
        hashed=np.array([_hashed(asked, profile) for profile in distinct], dtype=np.intp),
    )


def _hashed(asked: AskedQuestion, profile: Profile) -> list[int]:
    """Slots of the features that join the question to one kind of candidate; each says all that it depends on."""
    kind, compares = profile.type, asked.extreme is not None
    place = f"row {profile.best_row} column {profile.best_column}"
    opening = [asked.words[at] if at < len(asked.words) else "" for at in range(_OPENING_WORDS)]
    features = [
        f"kind {asked.kind} {kind}",
        f"opening {asked.opening} {kind}",
        f"compares {compares} {kind}",
        f"column {profile.column} {kind}",
        f"kind {asked.kind} {kind} {place}",
        f"compares {compares} {kind} {place}",
        f"extreme {compares and profile.extreme} {kind} {asked.kind}",
        f"percent {asked.asks_change} {profile.percent} {kind}",
        *(f"word {word} {kind}" for word in opening),
    ]
    return [slot(feature) for feature in features]
