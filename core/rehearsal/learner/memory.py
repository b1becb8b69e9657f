"""Answers prompts without a table where every answer differs: what was answered to the most similar prompt."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from core.rehearsal.learner.asked_question import content_words, share_of_words, words

VOCABULARY = 10_000  # words that an answer which resembles nothing could be made of, all alike
SUREST = 0.99  # trust in an identical prompt
RAREST_WORDS = 12  # of a prompt, by which it is looked up


class NearestRecord(NamedTuple):
    """The most similar prompt in memory.

    Attributes:
        answer: What was answered to it.
        similarity: From 0 to 1: the share of the asked prompt's rare and new words that it has, by rarity.
    """

    answer: str
    similarity: float


class Memory:
    """Prompts and answers, looked up by rare words; the first of equally similar ones wins."""

    def __init__(self, entries: Iterable[tuple[frozenset[str], str]] = ()) -> None:
        self.entries: list[tuple[frozenset[str], str]] = []
        self._holders: dict[str, list[int]] = {}
        for text, answer in entries:
            self.remember(text, answer)

    def remember(self, text: frozenset[str], answer: str) -> None:
        """Adds a prompt, as its content words, and its answer."""
        for word in sorted(text):
            self._holders.setdefault(word, []).append(len(self.entries))
        self.entries.append((text, answer))

    def answer(self, text: str) -> str:
        """What was answered to the most similar prompt; nothing if none is similar at all."""
        near = self.nearest(content_words(text))
        return near.answer if near else ""

    def score(self, text: str, answer: str) -> float:
        """How well an answer is supported: the share of its words that the nearest neighbour's answer has."""
        return share_of_words(answer, self.answer(text))

    def nearest(self, text: frozenset[str]) -> NearestRecord | None:
        """The entry that shares most with a prompt, or None if none shares anything."""
        weight = {word: self._rarity(word) for word in sorted(text)}
        known = sorted((word for word in weight if word in self._holders), key=lambda word: (-weight[word], word))
        shared: dict[int, float] = {}
        for word in known[:RAREST_WORDS]:
            for entry in self._holders[word]:
                shared[entry] = shared.get(entry, 0.0) + weight[word]
        if not shared:
            return None
        best = min(shared, key=lambda entry: (-shared[entry], entry))
        common = set(known[RAREST_WORDS:])
        looked_for = math.fsum(weight[word] for word in weight if word not in common)
        return NearestRecord(self.entries[best][1], min(1.0, shared[best] / looked_for))

    def loss(self, text: frozenset[str], answer: str) -> float:
        """Nats a word to say an answer with the nearest neighbour's words and a uniform vocabulary at hand."""
        said = words(answer)
        if not said:
            return 0.0
        near = self.nearest(text)
        trust = SUREST * near.similarity if near else 0.0
        copied = Counter(words(near.answer)) if near else Counter[str]()
        length = copied.total() or 1
        nats = [-math.log((1 - trust) / VOCABULARY + trust * copied[word] / length) for word in said]
        return math.fsum(nats) / len(nats)

    def _rarity(self, word: str) -> float:
        return math.log(1 + len(self.entries) / (1 + len(self._holders.get(word, ()))))
