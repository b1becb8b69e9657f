"""Questions about the same table or document that differ in wording only.

Two questions that differ in a number, year, quarter, month, direction or negation are never taken for one; see
`question`. A million questions are compared by two 64-bit keys each; only rows that share one with another row are
read again and compared word by word. Where very many rows share a key, MinHash finds the pairs worth comparing.

Broder, "On the resemblance and containment of documents", 1997.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data.checks import question
from core.data.checks.file_comparison import Columns
from core.data.checks.row_keys import Keys, RowNumbers, mixed, shared
from core.progress import Cancel

SMALL = 8  # rows of one block up to which all pairs are compared
_BANDS, _IN_BAND = 8, 4
_AT_ONCE = 1 << 14  # questions whose MinHashes are taken at a time
_NEIGHBOURS = 8  # rows of one bucket that a row is compared with
_AGREEING = 0.5  # share of equal MinHashes from which a pair is compared word by word


class Rewording(msgspec.Struct, frozen=True, order=True):
    """Two rows that ask the same.

    Attributes:
        row: The later one, which could go.
        first: The earlier one, which stays.
        equal_answers: Only then is it offered to take the later one out.
    """

    row: int
    first: int
    equal_answers: bool


def suspects(known: Columns, among: RowNumbers) -> RowNumbers:
    """The rows worth reading again: those that may have a near-duplicate.

    Args:
        known: Of all rows.
        among: Those to look among, rising.
    """
    asked = mixed(known.groups, known.telling)
    found = shared(mixed(asked, known.content)[among])
    found |= shared(mixed(asked, known.answers)[among])
    return among[found]


def pairs(
    known: Columns, rows: RowNumbers, questions: Sequence[str], cancel: Cancel | None = None
) -> list[Rewording]:
    """The near-duplicates among some rows; each row that repeats others is named once, with the first of them.

    Args:
        known: Of all rows.
        rows: Those to compare, in order.
        questions: What they ask, in the same order.
        cancel: Stops it.
    """
    found: dict[int, Rewording] = {}
    for first, later in sorted(alike(known, rows, questions, cancel or Cancel())):
        equal = bool(known.answers[first] == known.answers[later])
        found.setdefault(later, Rewording(later, first, equal))
    return sorted(found.values())


def alike(known: Columns, rows: RowNumbers, questions: Sequence[str], cancel: Cancel) -> Iterator[tuple[int, int]]:
    """Every pair of near-duplicates found among some rows, the earlier row first; arguments as of `pairs`."""

    @cache
    def read(place: int) -> question.TakenApart:
        return question.read(questions[place])

    for first, later in _candidates(known, rows, questions):
        cancel.check()
        one, other = int(rows[first]), int(rows[later])
        if known.prompts[one] == known.prompts[other]:
            continue
        equal = bool(known.answers[one] == known.answers[other])
        if question.same(read(first), read(later), equal_answers=equal):
            yield one, other


def _candidates(known: Columns, rows: RowNumbers, questions: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs of places in `rows`, the earlier first, that share a block and are worth comparing word by word.

    A block has the same words on the same context, or the same answer to a question as telling on it.
    """
    asked = mixed(known.groups[rows], known.telling[rows])
    worded, answered = mixed(asked, known.content[rows]), mixed(asked, known.answers[rows])
    found: set[tuple[int, int]] = set()
    for block in _members(worded):
        found.update((block[0], later) for later in block[1:])
        found.update(pairwise(block))
    large: list[int] = []
    for block in _members(answered):
        if len(block) <= SMALL:
            found.update(combinations(block, 2))
        else:
            large += block
    if large:
        found.update(_alike(np.array(large), answered[large], questions))
    return found


def _members(keys: Keys) -> Iterator[list[int]]:
    """The places of each key that stands more than once, in order."""
    several = np.flatnonzero(shared(keys))
    order = several[np.argsort(keys[several], kind="stable")]
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    places = order.tolist()
    for low, high in pairwise([0, *edges.tolist(), len(places)] if places else []):
        yield places[low:high]


def _alike(members: RowNumbers, blocks: Keys, questions: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places whose MinHashes agree, among those of large blocks."""
    signatures = _signatures([questions[place] for place in members])
    for band in range(0, _BANDS * _IN_BAND, _IN_BAND):
        keys = blocks
        for column in range(band, band + _IN_BAND):
            keys = mixed(keys, signatures[:, column].astype(np.uint64))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        at = np.arange(len(order))
        for step in range(1, _NEIGHBOURS + 1):
            at = at[at + step < len(order)]
            at = at[keys[at] == keys[at + step]]
            one, other = order[at], order[at + step]
            agreeing = (signatures[one] == signatures[other]).mean(axis=1) >= _AGREEING
            first, later = members[one[agreeing]], members[other[agreeing]]
            yield from zip(first.tolist(), later.tolist(), strict=True)


def _signatures(questions: Sequence[str]) -> NDArray[np.uint16]:
    """MinHashes of each question's trigrams, which are those of its words: a row of numbers each."""
    import polars as pl

    words = pl.Series(questions, dtype=pl.String).str.to_lowercase().str.split(" ")
    starts = np.concatenate([[0], np.cumsum(words.list.len().to_numpy())]).astype(np.int64)
    each = words.list.explode()
    _, where, codes = np.unique(each.hash().to_numpy(), return_index=True, return_inverse=True)
    of_words = np.array([_word_signature(word) for word in each.gather(where)], np.uint16)
    found = np.empty((len(questions), _BANDS * _IN_BAND), np.uint16)
    for low in range(0, len(questions), _AT_ONCE):
        high = min(low + _AT_ONCE, len(questions))
        part = of_words[codes[starts[low] : starts[high]]]
        found[low:high] = np.minimum.reduceat(part, starts[low:high] - starts[low], axis=0)
    return found


def _word_signature(word: str) -> NDArray[np.uint16]:
    size = 2 * _BANDS * _IN_BAND
    each = (hashlib.shake_128(part.encode("utf-8", "surrogatepass")).digest(size) for part in question.trigrams(word))
    hashes = np.frombuffer(b"".join(each), np.uint16).reshape(-1, _BANDS * _IN_BAND)
    lowest: NDArray[np.uint16] = hashes.min(axis=0)
    return lowest
