"""Splits: which record trains, which validates, which tests, without a table standing on both sides."""

import random
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from core.config import Split
from core.errors import UsageError

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


class Member(msgspec.Struct, frozen=True):
    """What a split needs to know of a record.

    Attributes:
        id: Its identity.
        group: Its table or document.
        question: What is asked of that group; the same question in another table format has the same.
        stratum: What a stratified split or sample keeps in proportion, such as the type of question.
    """

    id: str
    group: str
    question: str
    stratum: str = ""


class Leakage(msgspec.Struct, frozen=True):
    """The share of test rows, 0 to 1, that training has seen: the record itself, its question, its table."""

    record: float
    question: float
    table: float


def split(members: Sequence[Member], plan: Split) -> dict[str, Part]:
    """Assigns each record to a part.

    By group, whole groups are dealt in a seeded order, each to the part with the most room left, so that no group
    stands in two parts and every part comes within one group's size of its share. What the shares leave over belongs
    to no part; shares that add up to 1 leave nothing over. By row, each record is dealt alone.

    Args:
        members: The records, in any order; the result depends on their ids only.
        plan: Shares, seed, and by what.

    Returns:
        The part of each record, by its id.

    Raises:
        UsageError: The shares do not add up to 1 or less.
    """
    shares: dict[Part, float] = {"train": plan.train, "validation": plan.validation, "test": plan.test}
    if min(shares.values()) < 0 or not 0 < sum(shares.values()) <= 1 + 1e-9:
        raise UsageError(
            "The shares of a split must be 0 or more and add up to at most 1",
            why=f"{plan.train} + {plan.validation} + {plan.test} = {sum(shares.values()):g}",
            todo="Mend them",
        )
    piles = _piles(members, plan)
    random.Random(plan.seed).shuffle(piles)  # noqa: S311 - a draw to be repeated, not a secret
    room: dict[Part | None, float] = {part: share * len(members) for part, share in shares.items()}
    room[None] = len(members) - sum(room.values())
    assigned: dict[str, Part] = {}
    for pile in piles:
        part = max(room, key=lambda each: room[each])
        room[part] -= len(pile)
        if part is not None:
            assigned.update(dict.fromkeys(pile, part))
    return assigned


def leakage(members: Sequence[Member], parts: Mapping[str, Part]) -> Leakage:
    """What the test part shares with the training part."""
    train = [member for member in members if parts.get(member.id) == "train"]
    test = [member for member in members if parts.get(member.id) == "test"]
    if not test:
        return Leakage(0.0, 0.0, 0.0)
    records = {_bare(member.id) for member in train}
    questions = {(member.group, member.question) for member in train}
    groups = {member.group for member in train}
    return Leakage(
        sum(_bare(member.id) in records for member in test) / len(test),
        sum((member.group, member.question) in questions for member in test) / len(test),
        sum(member.group in groups for member in test) / len(test),
    )


def _piles(members: Sequence[Member], plan: Split) -> list[list[str]]:
    piles: dict[str, list[str]] = {}
    for member in sorted(members, key=lambda each: (each.group, each.id)):
        piles.setdefault(member.group if plan.by == "group" else member.id, []).append(member.id)
    return list(piles.values())


def _bare(identity: str) -> str:
    """An identity without its number among equals."""
    return identity.partition(".")[0]
