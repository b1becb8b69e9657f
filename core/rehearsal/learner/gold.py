"""Which candidates a completion names, be it a bare cell, a list of cells, a quotation or a whole sentence."""

import re
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.rehearsal.learner.asked_question import words
from core.rehearsal.learner.candidate import Candidate, comparable

SHORTEST_QUOTATION = 4  # characters; less is found in any text
WHOLE_SENTENCE = 0.9  # share of a sentence's words from which a quotation counts as the sentence itself

_BETWEEN_PARTS = re.compile(r",\s|;|\n|\sand\s")


class Gold(msgspec.Struct, frozen=True, eq=False):
    """What a completion says in terms of the candidates.

    Attributes:
        named: For each thing that it names, the numbers of the candidates that say it, at least one.
        length: Words of the completion that are the answer itself; 0 if it names nothing or quotes a whole sentence.
    """

    named: tuple[NDArray[np.intp], ...]
    length: int


def find_gold(candidates: Sequence[Candidate], completion: str, question: str) -> Gold:
    """Finds the candidates that a completion names.

    In this order: cells equal to the completion; cells equal to the parts of a list, if they are at least half of
    it; sentences that contain the completion; the longest cell that the completion contains, where possible one
    that the question does not already say.
    """
    return (
        _equal(candidates, [completion])
        or _listed(candidates, completion)
        or _quoted(candidates, completion)
        or _contained(candidates, completion, question)
        or Gold((), 0)
    )


def _equal(candidates: Sequence[Candidate], parts: Sequence[str]) -> Gold | None:
    sayers: dict[str, list[int]] = {key: [] for part in parts if (key := comparable(part))}
    for number, candidate in enumerate(candidates):
        if candidate.type != "quote" and candidate.key in sayers:
            sayers[candidate.key].append(number)
    return _gold(sayers.values(), sum(len(words(part)) for part in parts))


def _listed(candidates: Sequence[Candidate], completion: str) -> Gold | None:
    parts = [part for part in _BETWEEN_PARTS.split(completion) if comparable(part)]
    gold = _equal(candidates, parts) if len(parts) > 1 else None
    return gold if gold and 2 * len(gold.named) >= len({comparable(part) for part in parts}) else None


def _quoted(candidates: Sequence[Candidate], completion: str) -> Gold | None:
    quotation = _spoken(completion)
    if len(quotation.strip()) < SHORTEST_QUOTATION:
        return None
    quotes = {number: _spoken(each.text) for number, each in enumerate(candidates) if each.type == "quote"}
    sayers = [number for number, sentence in quotes.items() if quotation in sentence]
    whole = any(len(quotation) >= WHOLE_SENTENCE * len(quotes[number]) for number in sayers)
    return _gold([sayers], 0 if whole else quotation.count(" ") - 1)


def _contained(candidates: Sequence[Candidate], completion: str, question: str) -> Gold | None:
    sentence, asked = _spoken(completion), _spoken(question)
    cells = {number: _spoken(each.text) for number, each in enumerate(candidates) if each.type != "quote"}
    inside = {number: cell for number, cell in cells.items() if cell.strip() and cell in sentence}
    news = {number: cell for number, cell in inside.items() if cell not in asked} or inside
    longest = max(news.values(), key=lambda cell: cell.count(" "), default="")
    return _gold([[number for number, cell in news.items() if cell == longest]], longest.count(" ") - 1)


def _spoken(text: str) -> str:
    """The words of a text between single spaces, so that whole words are found in it."""
    return f" {' '.join(words(text))} "


def _gold(named: Iterable[Sequence[int]], length: int) -> Gold | None:
    arrays = tuple(np.array(numbers, dtype=np.intp) for numbers in named if numbers)
    return Gold(arrays, length) if arrays else None
