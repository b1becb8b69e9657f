"""Splits: which record trains, which validates, which tests, without a table standing on both sides."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from core.config import Split
from core.errors import UsageError

Part = Literal["train", "validation", "test"]
BY_GROUP = ("group", "table")  # two names of one thing; another name than these and `row` is a fact's
PARTS: tuple[Part, ...] = ("train", "validation", "test")


class Member(msgspec.Struct, frozen=True, gc=False):
    """What a split needs to know of a record.

    Attributes:
        id: Its identity.
        group: Its table or document; empty where it has none and stands alone.
        question: What is asked of that group; the same question in another table format has the same.
        stratum: What a stratified split or sample keeps in proportion, such as the type of question.
        unit: What a split by another fact than the group keeps together, such as the customer.
    """

    id: str
    group: str
    question: str
    stratum: str = ""
    unit: str = ""


class Leakage(msgspec.Struct, frozen=True):
    """The share of test rows, 0 to 1, that training has seen: the record itself, its question, its table."""

    record: float
    question: float
    table: float


Room = dict[Part | None, dict[str, float]]
"""What each part still takes, by stratum; None is what belongs to no part."""


def split(members: Sequence[Member], plan: Split) -> dict[str, Part]:
    """Assigns each record to a part.

    By group, whole groups are dealt in a seeded order, each to the part that lacks most of what is in it, so that no
    group stands in two parts, every part comes within one group's size of its share, and a stratified split has the
    same mix everywhere. By row, each record is dealt alone. What the shares leave over belongs to no part; shares
    that add up to 1 leave nothing over. A part that is asked for by number has exactly that many records, as long as
    there are groups of which no other part has any.

    Args:
        members: The records, in any order; the result depends on their ids only.
        plan: Shares or numbers, seed, and by what.

    Returns:
        The part of each record, by its id.

    Raises:
        UsageError: The shares do not add up to 1 or less, or more records are asked for than there are.
    """
    wanted = sizes(plan, len(members))
    piles = _piles(members, plan)
    random.Random(plan.seed).shuffle(piles)  # noqa: S311 - a draw to be repeated, not a secret
    strata = Counter(member.stratum for member in members)
    room = _room(strata, wanted)
    dealt: dict[Part | None, list[list[Member]]] = {part: [] for part in room}
    for pile in piles:
        mix = Counter(each.stratum for each in pile) if len(strata) > 1 else {pile[0].stratum: len(pile)}
        part = max(room, key=lambda each: _lack(room[each], mix, strata))
        for stratum, n in mix.items():
            room[part][stratum] -= n
        dealt[part].append(pile)
    counted = {part: number for part, number in wanted.items() if _is_number(plan, part)}
    _fill_up(dealt, counted)
    assigned: dict[str, Part] = {}
    for part in PARTS:
        ids = [member.id for pile in dealt[part] for member in pile]
        assigned.update(dict.fromkeys(ids[: int(counted.get(part, len(ids)))], part))
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


def leakage(members: Sequence[Member], parts: Mapping[str, Part]) -> Leakage:
    """What the test part shares with the training part."""
    train = [member for member in members if parts.get(member.id) == "train"]
    test = [member for member in members if parts.get(member.id) == "test"]
    return leakage_between(train, test)


def leakage_between(train: Sequence[Member], test: Sequence[Member]) -> Leakage:
    """What a test set shares with a training set, wherever they come from."""
    if not test:
        return Leakage(0.0, 0.0, 0.0)
    records = {_bare(member.id) for member in train}
    questions = {(member.group, member.question) for member in train}
    groups = {member.group for member in train if member.group}
    return Leakage(
        sum(_bare(member.id) in records for member in test) / len(test),
        sum((member.group, member.question) in questions for member in test) / len(test),
        sum(member.group in groups for member in test) / len(test),
    )


def _is_number(plan: Split, part: Part) -> bool:
    return {"train": plan.train, "validation": plan.validation, "test": plan.test}[part] > 1


def _room(strata: Mapping[str, int], wanted: Mapping[Part, float]) -> Room:
    """Each part's records, in the proportions of the whole."""
    count = sum(strata.values())
    room: Room = {part: _in_proportion(number, strata, count) for part, number in wanted.items()}
    room[None] = _in_proportion(count - sum(wanted.values()), strata, count)
    return room


def _in_proportion(number: float, strata: Mapping[str, int], count: int) -> dict[str, float]:
    if len(strata) == 1:
        return dict.fromkeys(strata, number)
    return {stratum: number * size / count for stratum, size in strata.items()}


def _lack(room: Mapping[str, float], mix: Mapping[str, int], strata: Mapping[str, int]) -> float:
    """How much a part lacks what is in a pile; a rare stratum counts as much as a common one."""
    return sum(n * room[stratum] / strata[stratum] for stratum, n in mix.items())


def _fill_up(dealt: dict[Part | None, list[list[Member]]], counted: Mapping[Part, float]) -> None:
    """Takes groups that belong to no part until each part has the number that was asked for."""
    for part, number in counted.items():
        missing = int(number) - sum(map(len, dealt[part]))
        while missing > 0 and dealt[None]:
            pile = dealt[None].pop()
            dealt[part].append(pile)
            missing -= len(pile)


def _piles(members: Sequence[Member], plan: Split) -> list[list[Member]]:
    """What is dealt as one, in an order that depends on the records alone."""
    ordered = sorted(members, key=lambda each: (each.group, each.id))
    if plan.by == "row":
        return [[member] for member in ordered]
    piles: dict[str, list[Member]] = {}
    for member in ordered:
        together = member.group if plan.by in BY_GROUP else member.unit
        piles.setdefault(together or f"\0{member.id}", []).append(member)
    return list(piles.values())


def _bare(identity: str) -> str:
    """An identity without its number among equals."""
    return identity.partition(".")[0]
