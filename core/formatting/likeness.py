"""Which questions are alike: by the words they share, a rare word counting more than a common one."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_RAREST = 6  # words of a question by which similar ones are looked for


class QuestionIndex:
    """Questions to be found again by their words."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Weighs their words: log(1 + questions / questions that have the word)."""
        self._words = [frozenset(words(text)) for text in texts]
        counts = Counter(word for each in self._words for word in each)
        self._weight = {word: math.log(1 + len(texts) / count) for word, count in counts.items()}
        self._having: dict[str, list[int]] = {}
        for place, each in enumerate(self._words):
            for word in each:
                self._having.setdefault(word, []).append(place)

    def sharing(self, text: str, most: int | None = None) -> list[int]:
        """The places of questions that share one of a text's rarest words, in order.

        Args:
            text: What to find similar ones to.
            most: About how many are enough, the rarest words first; None for all.
        """
        rare = sorted((self._having[word] for word in set(words(text)) if word in self._having), key=len)
        found: set[int] = set()
        for places in rare[:_RAREST]:
            if most is not None and len(found) >= most:
                break
            found.update(places if most is None else places[:most])
        return sorted(found)

    def likeness(self, text: str, places: Sequence[int]) -> list[float]:
        """How alike a text and some questions are: weighted words in common by weighted words of either, 0 to 1."""
        ours = frozenset(words(text))
        own = sum(self._weight.get(word, 0.0) for word in ours)
        return [self._alike(ours, own, self._words[place]) for place in places]

    def _alike(self, ours: frozenset[str], own: float, theirs: frozenset[str]) -> float:
        both = sum(self._weight[word] for word in ours & theirs)
        either = own + sum(self._weight[word] for word in theirs - ours)
        return both / either if either else 0.0


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return _WORD.findall(text.lower())
