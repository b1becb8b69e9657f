"""Splits: which record trains, which validates, which tests, without a table standing on both sides.

A split sees records as columns of numbers, 40 bytes each.
"""

import math
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.config import Split
from core.errors import UsageError
from core.formatting.parts import PARTS, Leakage, Member, Part
from core.records.record import own_identity, text_hash

Integers = NDArray[Any]


class Members(msgspec.Struct, frozen=True):
    """What a split needs to know of some records; each column has an entry a record.

    Attributes:
        ids: Their identities' 64 bits; exact duplicates have the same.
        copies: What tells exact duplicates apart.
        groups: Their tables or documents, hashed; 0 for none, which stands alone.
        questions: What is asked, hashed; the same question in another table format has the same.
        strata: What a stratified split or sample keeps in proportion, as numbers.
        units: What a split by another fact than the group keeps together, as numbers; 0 for none.
    """

    ids: Integers
    copies: Integers
    groups: Integers
    questions: Integers
    strata: Integers
    units: Integers

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, which: Integers) -> "Members":
        """Some of them: by their places, or by a mask."""
        return Members(*(column[which] for column in msgspec.structs.astuple(self)))


def columns_of(records: Iterable[Member]) -> Members:
    """Columns of records that are at hand one by one."""
    every = list(records)
    parted = [each.id.partition(".") for each in every]
    return Members(
        np.array([int(own_identity(bare), 16) for bare, _, _ in parted], dtype=np.uint64),
        np.array([_number(copy) for _, _, copy in parted], dtype=np.uint64),
        np.array([text_hash(each.group) for each in every], dtype=np.uint64),
        np.array([text_hash(each.question) for each in every], dtype=np.uint64),
        ranked([each.stratum for each in every]),
        ranked([each.unit for each in every]),
    )


def ranked(texts: Iterable[str]) -> Integers:
    """Texts as their places among the different ones in order, from 1; the empty text is 0."""
    found = list(texts)
    places = {text: place for place, text in enumerate(sorted({*found} - {""}), 1)} | {"": 0}
    return np.array([places[text] for text in found], dtype=np.uint32)


def _number(copy: str) -> int:
    """The numbers behind an identity as one that has their order."""
    found = 0
    for each in filter(str.isdigit, copy.split(".")):
        found = found << 32 | int(each)
    return found


BY_GROUP = ("group", "table")  # two names of one thing; another name than these and `row` is a fact's
LEFT = -1
"""The place among `PARTS` of a record that belongs to none."""

Room = dict[int, dict[int, float]]
"""What each part still takes, by stratum."""


def split(members: Members, plan: Split) -> Integers:
    """Assigns each record to a part.

    By group, whole groups are dealt in a seeded order, each to the part that lacks most of what is in it, so that no
    group stands in two parts, nor a record that two groups have, every part comes within one group's size of its
    share, and a stratified split has the same mix everywhere. By row, each record is dealt alone. What the shares
    leave over belongs to no part; shares that add up to 1 leave nothing over. A part that is asked for by number has
    exactly that many records, as long as there are groups of which no other part has any.

    Args:
        members: The records, in any order; the result depends on what they are only.
        plan: Shares or numbers, seed, and by what.

    Returns:
        Of each record the place of its part among `PARTS`, or `LEFT`.

    Raises:
        UsageError: The shares do not add up to 1 or less, or more records are asked for than there are.
    """
    wanted = sizes(plan, len(members))
    assigned = np.full(len(members), LEFT, dtype=np.int8)
    if not len(members):
        return assigned
    piles = _Piles(members, plan)
    dealt = _dealt(piles, wanted, plan.seed)
    counted = {place: int(wanted[part]) for place, part in enumerate(PARTS) if _is_number(plan, part)}
    _fill_up(dealt, counted, piles)
    for place in range(len(PARTS)):
        rows = piles.rows(dealt[place])
        assigned[rows[: counted.get(place, len(rows))]] = place
    return assigned


def sizes(plan: Split, count: int) -> dict[Part, float]:
    """How many records each part is to have.

    Raises:
        UsageError: The shares do not add up to 1 or less, or more records are asked for than there are.
    """
    asked: dict[Part, float] = {"train": plan.train, "validation": plan.validation, "test": plan.test}
    numbers = {part: value for part, value in asked.items() if _is_number(plan, part)}
    shares = [value for part, value in asked.items() if part not in numbers]
    total = sum(asked.values())
    if not (0 < total < math.inf and min(asked.values()) >= 0 and sum(shares) <= 1 + 1e-9):
        raise UsageError(
            "The shares of a split must be 0 or more and add up to at most 1",
            why=f"{plan.train} + {plan.validation} + {plan.test} = {total:g}",
            todo="Mend them",
        )
    if any(value != int(value) for value in numbers.values()):
        raise UsageError("A part above 1 is a number of records", todo="Give a whole number, or a share up to 1")
    wanted = {part: value if part in numbers else value * count for part, value in asked.items()}
    if numbers and sum(wanted.values()) > count + 1e-6:
        raise UsageError(
            f"The split asks for {sum(wanted.values()):,.0f} records, there are {count:,}",
            todo="Ask for fewer, or for shares",
        )
    return wanted


def units(members: Members, plan: Split) -> int:
    """How many there are of what is dealt as one."""
    return len(_Piles(members, plan)) if len(members) else 0


def of_part(assigned: Integers, part: Part) -> Integers:
    """The places of a part's records, rising."""
    return np.flatnonzero(assigned == PARTS.index(part))


def counts(assigned: Integers) -> dict[Part, int]:
    """How many records each part has."""
    return {part: int(np.count_nonzero(assigned == place)) for place, part in enumerate(PARTS)}


def leakage(members: Members, assigned: Integers) -> Leakage:
    """What the test part shares with the training part."""
    return leakage_between(members.taken(of_part(assigned, "train")), members.taken(of_part(assigned, "test")))


def leakage_between(train: Members, test: Members) -> Leakage:
    """What a test set shares with a training set, wherever they come from."""
    if not len(test):
        return Leakage(0.0, 0.0, 0.0)
    same = np.isin(test.ids, train.ids)  # its question and its table are the same, whatever that is called there
    return Leakage(
        float(same.mean()),
        float((same | np.isin(_asked(test), _asked(train))).mean()),
        float(((same | np.isin(test.groups, train.groups)) & (test.groups != 0)).mean()),
    )


class _Piles:
    """Records that are dealt as one, in an order that depends on them alone; a pile is known by its number."""

    def __init__(self, members: Members, plan: Split) -> None:
        together = _groups(members) if plan.by in BY_GROUP else members.units
        keys = (members.copies, members.ids, members.groups)
        self._order = np.lexsort(keys if plan.by == "row" else (*keys, together))
        first = np.ones(len(members), dtype=bool)
        if plan.by != "row":
            ordered = together[self._order]
            first[1:] = (ordered[1:] != ordered[:-1]) | (ordered[1:] == 0)
        # Arrays of the standard library give one number at a time in a third of the time that numpy's take.
        self._starts = array("q", np.append(np.flatnonzero(first), len(members)).tobytes())
        self._strata = array("I", members.strata[self._order].tobytes())
        self.strata = Counter(self._strata)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def size(self, pile: int) -> int:
        """How many records are in a pile."""
        return self._starts[pile + 1] - self._starts[pile]

    def mix(self, pile: int) -> Mapping[int, int]:
        """How many records of each stratum are in a pile."""
        start, stop = self._starts[pile], self._starts[pile + 1]
        if len(self.strata) == 1 or stop - start == 1:
            return {self._strata[start]: stop - start}
        return Counter(self._strata[start:stop])

    def rows(self, piles: "array[int]") -> Integers:
        """The records of some piles, one pile after another."""
        starts, numbers = np.array(self._starts), np.array(piles, dtype=np.int64)
        sizes = starts[numbers + 1] - starts[numbers]
        ahead = np.cumsum(sizes) - sizes  # records of the piles before
        found: Integers = self._order[np.repeat(starts[numbers] - ahead, sizes) + np.arange(sizes.sum())]
        return found


def _dealt(piles: _Piles, wanted: Mapping[Part, float], seed: int) -> dict[int, "array[int]"]:
    """Which piles each part has, in the order of dealing; `LEFT` has what belongs to no part."""
    order = array("I", range(len(piles)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a draw to be repeated, not a secret
    room = _room(piles.strata, wanted)
    dealt = {place: array("I") for place in room}
    for pile in order:
        mix = piles.mix(pile)
        place = max(room, key=lambda each: _lack(room[each], mix, piles.strata))
        for stratum, n in mix.items():
            room[place][stratum] -= n
        dealt[place].append(pile)
    return dealt


def _is_number(plan: Split, part: Part) -> bool:
    return {"train": plan.train, "validation": plan.validation, "test": plan.test}[part] > 1


def _room(strata: Mapping[int, int], wanted: Mapping[Part, float]) -> Room:
    """Each part's records, in the proportions of the whole."""
    count = sum(strata.values())
    room: Room = {PARTS.index(part): _in_proportion(number, strata, count) for part, number in wanted.items()}
    room[LEFT] = _in_proportion(count - sum(wanted.values()), strata, count)
    return room


def _in_proportion(number: float, strata: Mapping[int, int], count: int) -> dict[int, float]:
    if len(strata) == 1:
        return dict.fromkeys(strata, number)
    return {stratum: number * size / count for stratum, size in strata.items()}


def _lack(room: Mapping[int, float], mix: Mapping[int, int], strata: Mapping[int, int]) -> float:
    """How much a part lacks what is in a pile; a rare stratum counts as much as a common one."""
    return sum(n * room[stratum] / strata[stratum] for stratum, n in mix.items())


def _fill_up(dealt: Mapping[int, "array[int]"], counted: Mapping[int, int], piles: _Piles) -> None:
    """Takes groups that belong to no part until each part has the number that was asked for."""
    for place, number in counted.items():
        missing = number - sum(map(piles.size, dealt[place]))
        while missing > 0 and dealt[LEFT]:
            pile = dealt[LEFT].pop()
            dealt[place].append(pile)
            missing -= piles.size(pile)


def _groups(members: Members) -> Integers:
    """Groups, those that have a record in common as one: the same table under two names."""
    order = np.lexsort((members.groups, members.ids))
    ids, groups = members.ids[order], members.groups[order]
    same = (ids[1:] == ids[:-1]) & (groups[1:] != groups[:-1]) & (groups[:-1] != 0)
    first: dict[int, int] = {}

    def found(group: int) -> int:
        while group in first:
            group = first[group]
        return group

    for one, other in zip(groups[:-1][same].tolist(), groups[1:][same].tolist(), strict=True):
        less, more = sorted((found(one), found(other)))
        if less != more:
            first[more] = less
    if not first:
        return members.groups
    names = np.array(sorted(first), dtype=np.uint64)
    ones = np.array([found(name) for name in names.tolist()], dtype=np.uint64)
    at = np.searchsorted(names, members.groups).clip(max=len(names) - 1)
    joined: Integers = np.where(names[at] == members.groups, ones[at], members.groups)
    return joined


def _asked(members: Members) -> Integers:
    """What is asked of which table, as one number: the golden ratio's bits spread the second over all of them."""
    spread: Integers = members.groups * np.uint64(0x9E3779B97F4A7C15) ^ members.questions
    return spread
