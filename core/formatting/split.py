"""Splits: which record trains, which validates, which tests, without a table standing on both sides.

A split sees records as columns of numbers, 44 bytes each. What was dealt once is remembered
(`core.formatting.remembered`) and stays where it is; only what is new is dealt.
"""

import math
import random
from collections.abc import Collection, Iterable

import msgspec
import numpy as np

from core.config import Split
from core.errors import UsageError
from core.formatting.parts import PARTS, Leakage, Member, Part
from core.formatting.piles import Piles, cut, deal_new, fill, room
from core.formatting.remembered import LEFT, NEW, NOTHING, Integers, Places, Remembered, looked_up, places
from core.records.record import own_identity, text_hash


class Members(msgspec.Struct, frozen=True):
    """What a split needs to know of some records; each column has an entry a record.

    Attributes:
        ids: Their identities' 64 bits; exact duplicates have the same.
        copies: What tells exact duplicates apart.
        groups: Their tables or documents, hashed; 0 for none, which stands alone.
        questions: What is asked, hashed; the same question in another table format has the same.
        strata: What a stratified split or sample keeps in proportion, as numbers.
        units: What a split by another fact than the group keeps together, hashed; 0 for none.
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
        np.array([text_hash(each.unit) for each in every], dtype=np.uint64),
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
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio's bits, to spread a number over all 64


class Dealt(msgspec.Struct, frozen=True):
    """Where records went.

    Attributes:
        assigned: Of each record the place of its part among `PARTS`, or `LEFT`.
        joins: Which records stand with records of two parts, and so belong to none.
        remembered: What was dealt before, and with these.
    """

    assigned: Integers
    joins: Integers
    remembered: Remembered


def split(members: Members, plan: Split) -> Integers:
    """Assigns each record to a part, where nothing was dealt before: see `deal`."""
    return deal(members, plan).assigned


def deal(
    members: Members,
    plan: Split,
    remembered: Remembered = NOTHING,
    *,
    fit: Integers | None = None,
    closed: Collection[Part] = (),
) -> Dealt:
    """Assigns each record to a part; what was dealt before stays where it is.

    New units (tables or documents, values of a fact, or single records) are dealt in an order that a keyed hash of
    the unit gives, each to the part that lacks most of what is in it. No group stands in two parts, nor does a record
    that two groups have; every part comes within one group's size of its share, and a stratified split has the same
    mix everywhere. What the shares leave over belongs to no part, nor does a record that stands with records of two
    parts.

    A part that is asked for by number has exactly so many fit records, as long as there are units of which no other
    part has any: it fills from the records that belong to no part, and gives back to them.

    Args:
        members: Every readable record, whatever was decided about it, in any order.
        plan: Shares or numbers, seed, and by what.
        remembered: What was dealt before.
        fit: Which records count where a number is asked for; None for all.
        closed: Parts that take no new unit; train has their room.

    Raises:
        UsageError: The shares do not add up to 1 or less, or more records are asked for than there are.
    """
    fit = np.ones(len(members), dtype=bool) if fit is None else fit
    sizes(plan, int(np.count_nonzero(fit)))
    if not len(members):
        none = np.zeros(0, dtype=np.int8)
        return Dealt(none, none.astype(bool), remembered)
    piles, keys, together = _piles(members, plan), _keys(members, plan), _together(members, plan)
    own = looked_up(keys, remembered.records)
    assigned, joins = _placed(members, plan, own, looked_up(together, remembered.units), piles)
    deal_new(piles, assigned, sizes(plan, len(members)), closed, plan.seed)
    numbers = {PARTS.index(part): int(value) for part, value in _asked_for(plan).items() if value > 1}
    for place, number in numbers.items():
        if PARTS[place] not in closed:
            fill(piles, assigned, place, number, fit, plan.seed)
    for place, number in numbers.items():
        cut(piles, assigned, place, number, fit, own == place, plan.seed)
    return Dealt(assigned, joins, _with_dealt(remembered, keys, together, assigned, joins))


def dealt_before(members: Members, plan: Split) -> Integers:
    """Deals as Outcrop 0.1.0 did, whose projects remember nothing: by a shuffle of all that is trained on.

    Args:
        members: What the project's rule takes.
        plan: By group or by row.

    Raises:
        UsageError: The shares do not add up to 1 or less, or more records are asked for than there are.
    """
    wanted = sizes(plan, len(members))
    together = np.zeros_like(members.ids) if plan.by == "row" else _joined(members.ids, members.groups)
    piles = Piles(together, (members.copies, members.ids, members.groups), members.strata)
    order = list(range(len(piles)))
    random.Random(plan.seed).shuffle(order)  # noqa: S311 - a draw to be repeated, not a secret
    dealt = piles.deal(np.array(order), room(piles.strata, wanted)).tolist()
    of_part: dict[int, list[int]] = {place: [] for place in (*range(len(PARTS)), LEFT)}
    for pile, place in zip(order, dealt, strict=True):
        of_part[place].append(pile)
    assigned = np.full(len(members), LEFT, dtype=np.int8)
    for place, (part, asked) in enumerate(_asked_for(plan).items()):
        number = int(wanted[part]) if asked > 1 else len(members)
        missing = number - sum(map(piles.size, of_part[place])) if asked > 1 else 0
        while missing > 0 and of_part[LEFT]:
            of_part[place].append(of_part[LEFT].pop())
            missing -= piles.size(of_part[place][-1])
        assigned[piles.rows(of_part[place])[:number]] = place
    return assigned


def remember(members: Members, plan: Split, assigned: Integers) -> Remembered:
    """What parts that were made without a memory would have left in it."""
    keys, together = _keys(members, plan), _together(members, plan)
    return _with_dealt(NOTHING, keys, together, assigned, np.zeros(len(members), dtype=bool))


def keys_of(members: Members) -> Integers:
    """Each record as one number: that of its identity, but for exact duplicates, which have one each."""
    found: Integers = np.where(members.copies <= 1, members.ids, members.ids ^ (members.copies * _SPREAD))
    return found


def _keys(members: Members, plan: Split) -> Integers:
    """What each record is remembered by; exact duplicates are the same where the split keeps them together."""
    if plan.by in BY_GROUP:
        return members.ids
    alone = keys_of(members)
    if plan.by == "row":
        return alone
    found: Integers = np.where(members.units == 0, alone, members.ids ^ (members.units * _SPREAD))
    return found


def _together(members: Members, plan: Split) -> Integers:
    """The unit of each record; without one it is a unit by itself."""
    alone = _keys(members, plan)
    if plan.by == "row":
        return alone
    named = members.groups if plan.by in BY_GROUP else members.units
    found: Integers = np.where(named == 0, alone, named)
    return found


def _piles(members: Members, plan: Split) -> Piles:
    """Records as they are dealt: units, those that have an exact duplicate in common as one."""
    together = _together(members, plan)
    names = _joined(members.ids, together) if plan.by in BY_GROUP else together
    return Piles(names, (keys_of(members), together), members.strata)


def _placed(members: Members, plan: Split, own: Integers, home: Integers, piles: Piles) -> tuple[Integers, Integers]:
    """Where records are that were dealt or stand with such, `NEW` for the others; and which stand with two parts.

    Args:
        members: The records.
        plan: By what they are kept together.
        own: Where each record was dealt to.
        home: Where its unit was.
        piles: The same records.
    """
    if not (own != NEW).any() and not (home != NEW).any():
        return home, np.zeros(len(home), dtype=bool)
    home = np.where(home < 0, np.maximum(home, _most(_together(members, plan), own)), home)
    joins = (own >= 0) & (own != home)
    if plan.by in BY_GROUP:
        most, least = _most(members.ids, home), -_most(members.ids, np.where(home < 0, -len(PARTS), -home))
        joins |= (own == NEW) & (home >= 0) & (most != least)
    most, least = (each[piles.of] for each in (piles.most(home), piles.least(np.where(home < 0, len(PARTS), home))))
    joins |= (home == NEW) & (most >= 0) & (most != least)
    assigned = np.where(home == NEW, most, home).astype(np.int8)
    assigned[joins] = LEFT
    return assigned, joins


def _most(names: Integers, values: Integers) -> Integers:
    """For each entry the greatest value of all that have its name."""
    _, at = np.unique(names, return_inverse=True)
    found = np.full(at.max() + 1, np.iinfo(np.int8).min, dtype=np.int8)
    np.maximum.at(found, at, values.astype(np.int8))
    most: Integers = found[at]
    return most


def _with_dealt(
    remembered: Remembered, keys: Integers, together: Integers, assigned: Integers, joins: Integers
) -> Remembered:
    """What is remembered, with what was dealt; a record that a part has had is never forgotten."""
    new = (assigned >= 0) & (looked_up(keys, remembered.records) == NEW)
    records = _with(remembered.records, keys[new], assigned[new])
    whole = ~joins
    units, where = together[whole], _most(together[whole], assigned[whole]) if whole.any() else assigned[whole]
    named = (units != keys[whole]) | (where == LEFT)  # of a single record the key says it
    open_ = looked_up(units, remembered.units) < 0
    now = places(units[named & open_], where[named & open_])
    return msgspec.structs.replace(remembered, units=_with(remembered.units, now.keys, now.places), records=records)


def _with(before: Places, keys: Integers, where: Integers) -> Places:
    return places(np.concatenate([before.keys, keys]), np.concatenate([before.places, where]))


def sizes(plan: Split, count: int) -> dict[Part, float]:
    """How many records each part is to have.

    Raises:
        UsageError: The shares do not add up to 1 or less, or more records are asked for than there are.
    """
    asked = _asked_for(plan)
    numbers = {part: value for part, value in asked.items() if value > 1}
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


def leaves_over(plan: Split) -> bool:
    """Whether some records belong to no part."""
    asked = _asked_for(plan).values()
    return max(asked) > 1 or sum(asked) < 1 - 1e-9


def units(members: Members, plan: Split) -> int:
    """How many there are of what is dealt as one."""
    return len(_piles(members, plan)) if len(members) else 0


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


def _asked_for(plan: Split) -> dict[Part, float]:
    return {"train": plan.train, "validation": plan.validation, "test": plan.test}


def _joined(ids: Integers, together: Integers) -> Integers:
    """Groups, those that have a record in common as one: the same table under two names; 0 is none."""
    order = np.lexsort((together, ids))
    ids, groups = ids[order], together[order]
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
        return together
    names = np.array(sorted(first), dtype=np.uint64)
    ones = np.array([found(name) for name in names.tolist()], dtype=np.uint64)
    at = np.searchsorted(names, together).clip(max=len(names) - 1)
    joined: Integers = np.where(names[at] == together, ones[at], together)
    return joined


def _asked(members: Members) -> Integers:
    """What is asked of which table, as one number."""
    spread: Integers = members.groups * _SPREAD ^ members.questions
    return spread
