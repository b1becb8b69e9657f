"""Records that a split deals as one, and how they are dealt, filled up and cut."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from core.formatting.parts import PARTS, Part
from core.formatting.remembered import LEFT, NEW, Integers

Room = dict[int, dict[int, float]]
"""What each part still takes, by stratum."""

MANY = 200_000  # new piles up to which each is dealt for itself; that takes plain Python about 1.5 s
_AT_ONCE = 1 << 16  # entries that are drawn for at a time
_TIE = 1e-6  # of a record: what belongs to no part wins a tie, whichever way the room was added up


def draws(seed: int, *columns: Integers) -> Integers:
    """A number by chance for each entry, the same for the same one: BLAKE2b, keyed by the seed."""
    key = hashlib.sha256(str(seed).encode()).digest()
    count, size = len(columns[0]), 8 * len(columns)
    drawn = bytearray(8 * count)
    for start in range(0, count, _AT_ONCE):
        entries = np.stack([column[start : start + _AT_ONCE].astype(">u8") for column in columns], axis=1).tobytes()
        for at in range(len(entries) // size):
            entry = entries[at * size : (at + 1) * size]
            place = 8 * (start + at)
            drawn[place : place + 8] = hashlib.blake2b(entry, digest_size=8, key=key).digest()
    return np.frombuffer(drawn, dtype=">u8")


def room(strata: Mapping[int, int], wanted: Mapping[Part, float]) -> Room:
    """What each part takes, in the proportions of the whole.

    Args:
        strata: How many records each stratum has.
        wanted: How many records each part is to have.
    """
    count = sum(strata.values())
    left = count - sum(wanted.values())
    numbers = {PARTS.index(part): number for part, number in wanted.items()} | {LEFT: left}
    return {
        place: {kind: number if size == count else number * size / count for kind, size in strata.items()}
        for place, number in numbers.items()
    }


class Piles:
    """Records that are dealt as one, in an order that depends on them alone; a pile is known by its number."""

    def __init__(self, together: Integers, keys: tuple[Integers, ...], strata: Integers) -> None:
        """Puts records into piles.

        Args:
            together: The name of each record's pile; one named 0 is a pile by itself.
            keys: What their order in a pile depends on, the last one first.
            strata: The stratum of each.
        """
        self._order = np.lexsort((*keys, together))
        names = together[self._order]
        first = np.ones(len(names), dtype=bool)
        first[1:] = (names[1:] != names[:-1]) | (names[1:] == 0)
        self._firsts = np.flatnonzero(first)
        self.names: Integers = names[self._firsts]
        self.of = np.empty(len(names), dtype=np.int64)  # each record's pile
        self.of[self._order] = np.cumsum(first) - 1
        # Arrays of the standard library give one number at a time in a third of the time that numpy's take.
        self._starts = array("q", np.append(self._firsts, len(names)).tobytes())
        self._strata = array("I", strata[self._order].tobytes())
        self._kinds = strata
        self.strata = self.tally(np.ones(len(names), dtype=bool))

    def __len__(self) -> int:
        return len(self.names)

    def size(self, pile: int) -> int:
        """How many records are in a pile."""
        return self._starts[pile + 1] - self._starts[pile]

    def rows(self, piles: Iterable[int]) -> Integers:
        """The records of some piles, one pile after another."""
        starts, numbers = np.frombuffer(self._starts, "q"), np.fromiter(piles, dtype=np.int64)
        sizes = starts[numbers + 1] - starts[numbers]
        ahead = np.cumsum(sizes) - sizes  # records of the piles before
        found: Integers = self._order[np.repeat(starts[numbers] - ahead, sizes) + np.arange(sizes.sum())]
        return found

    def count(self, which: Integers) -> Integers:
        """How many records of each pile a mask takes."""
        found: Integers = np.bincount(self.of[which], minlength=len(self))
        return found

    def tally(self, which: Integers) -> Mapping[int, int]:
        """How many records of each stratum a mask takes."""
        kinds, numbers = np.unique(self._kinds[which], return_counts=True)
        return dict(zip(kinds.tolist(), numbers.tolist(), strict=True))

    def most(self, values: Integers) -> Integers:
        """The greatest value in each pile."""
        found: Integers = np.maximum.reduceat(values[self._order], self._firsts)
        return found

    def least(self, values: Integers) -> Integers:
        """The least value in each pile."""
        found: Integers = np.minimum.reduceat(values[self._order], self._firsts)
        return found

    def deal(self, order: Integers, space: Room) -> Integers:
        """Deals piles, each to the part that lacks most of what is in it; a rare stratum counts as a common one.

        Args:
            order: The piles, in the order of dealing.
            space: What each part still takes; it is used up.

        Returns:
            Of each pile in that order the place of its part.
        """
        dealt = np.empty(len(order), dtype=np.int8)
        strata = self.strata
        for at, pile in enumerate(order.tolist()):
            mix = self._mix(pile)
            place = max(
                space, key=lambda each: sum(n * space[each][stratum] / strata[stratum] for stratum, n in mix.items())
            )
            for stratum, n in mix.items():
                space[place][stratum] -= n
            dealt[at] = place
        return dealt

    def deal_many(self, order: Integers, space: Room) -> Integers:
        """Deals so many piles that each stratum's are cut into parts at once; a pile is of its middle record's."""
        starts, strata = np.frombuffer(self._starts, "q"), np.frombuffer(self._strata, "I")
        sizes = (starts[1:] - starts[:-1])[order]
        kinds = strata[(starts[:-1][order] + starts[1:][order]) // 2]
        places = np.array(list(space), dtype=np.int8)
        dealt = np.empty(len(order), dtype=np.int8)
        for kind in np.unique(kinds).tolist():
            where = np.flatnonzero(kinds == kind)
            takes = np.array([max(0.0, each[kind]) for each in space.values()])
            ends = np.cumsum(sizes[where])
            edges = np.cumsum(takes) / max(takes.sum(), 1e-300) * ends[-1]
            middles = ends - sizes[where] / 2
            dealt[where] = places[np.searchsorted(edges, middles).clip(max=len(places) - 1)]
        return dealt

    def _mix(self, pile: int) -> Mapping[int, int]:
        """How many records of each stratum are in a pile."""
        start, stop = self._starts[pile], self._starts[pile + 1]
        if len(self.strata) == 1 or stop - start == 1:
            return {self._strata[start]: stop - start}
        return Counter(self._strata[start:stop])


def deal_new(
    piles: Piles, assigned: Integers, wanted: Mapping[Part, float], closed: Iterable[Part], seed: int
) -> None:
    """Deals the piles that are new, over the room that the others leave.

    Args:
        piles: All records.
        assigned: Where each record is; takes where the new ones go.
        wanted: How many records each part is to have.
        closed: Parts that take no new pile; train has their room.
        seed: Of the order of dealing.
    """
    new = np.flatnonzero(piles.least(assigned) == NEW)
    if not len(new):
        return
    order = _drawn(piles, new, seed)
    space = room(piles.strata, wanted)
    for place, each in space.items():
        for stratum, many in piles.tally(assigned == place).items():
            each[stratum] -= many
    for part in closed:
        for stratum, n in space.pop(PARTS.index(part)).items():
            space[0][stratum] += n
    for stratum in space[LEFT]:
        space[LEFT][stratum] += _TIE
    dealt = piles.deal(order, space) if len(order) <= MANY else piles.deal_many(order, space)
    of_pile = np.full(len(piles), NEW, dtype=np.int8)
    of_pile[order] = dealt
    where = assigned == NEW
    assigned[where] = of_pile[piles.of[where]]


def fill(piles: Piles, assigned: Integers, place: int, number: int, fit: Integers, seed: int) -> None:
    """Gives a part piles that belong to none, until it has the number of fit records that was asked for.

    Args:
        piles: All records.
        assigned: Where each record is; takes what is filled in.
        place: Of the part.
        number: What was asked for.
        fit: Which records count.
        seed: Of the order.
    """
    missing = number - int(np.count_nonzero(fit & (assigned == place)))
    if missing <= 0:
        return
    free = np.flatnonzero((piles.most(assigned) == LEFT) & (piles.count(fit) > 0))
    order = _drawn(piles, free, seed)
    before = np.cumsum(piles.count(fit)[order]) - piles.count(fit)[order]
    taken = order[before < missing]
    assigned[np.isin(piles.of, taken)] = place


def cut(piles: Piles, assigned: Integers, place: int, number: int, fit: Integers, own: Integers, seed: int) -> None:
    """Takes what is beyond a number out of a part, those first that it did not have before.

    Args:
        piles: All records.
        assigned: Where each record is; takes what belongs to no part then.
        place: Of the part.
        number: How many fit records the part keeps.
        fit: Which records count.
        own: Which records the part had before.
        seed: Of the order.
    """
    order = _drawn(piles, np.unique(piles.of[assigned == place]), seed)
    rows = piles.rows(order)
    rows = rows[assigned[rows] == place]
    rows = rows[np.argsort(~own[rows], kind="stable")]
    assigned[rows[np.cumsum(fit[rows]) > number]] = LEFT


def _drawn(piles: Piles, which: Integers, seed: int) -> Integers:
    """Some piles in the order of dealing."""
    names = piles.names[which]
    found: Integers = which[np.lexsort((names, draws(seed, names)))] if len(which) else which
    return found
