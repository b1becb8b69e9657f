"""F1 over words, the formula that every metric shares; a metric's rule says which words count.

`squad.squad` and `article.article` give the F1 of one answer, `tatqa.tatqa` that of TAT-QA. `columnar` gives the same
for many answers at once. `metrics` lists all metrics by name, `model_scores` averages them over a test set.
"""

from collections.abc import Callable, Sequence
from itertools import chain

References = str | Sequence[str]
"""One accepted answer, or several of which the best counts; at least one."""

REMEMBERED = 1 << 16  # words, about 15 MB: natural text uses far fewer, random text must not fill the memory
_LONGEST = 64  # characters of a word worth remembering


class Normaliser(dict[str, tuple[str, ...]]):
    """Splits text on white space and normalises each word, remembering what it saw.

    A rule fits here if it treats every word alike, whatever stands beside it; both metrics do.
    """

    def __init__(self, rule: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, word: str) -> tuple[str, ...]:
        normalised = self._rule(word)
        if len(word) <= _LONGEST:
            if len(self) >= REMEMBERED:
                self.clear()
            self[word] = normalised
        return normalised

    def words(self, text: str) -> list[str]:
        """All words of the text, normalised; one that normalises to nothing is left out."""
        return list(chain.from_iterable(map(self.__getitem__, text.split())))


def f1(common: int, predicted: int, expected: int) -> float:
    """F1 in 0..100 from word counts: 2·common / (predicted + expected), which is 2PR / (P + R)."""
    return 200 * common / (predicted + expected) if common else 0.0
