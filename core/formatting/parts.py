"""What a split is made of: the parts, records as a split sees them and as a part holds them, and what leaks."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from core.config import Split
from core.records.record import Chat

Part = Literal["train", "validation", "test"]
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


class ExportLine(msgspec.Struct, frozen=True):
    """One record on its way into a file.

    Attributes:
        id: Its identity, written to the `.ids` file beside.
        group: Its table or document.
        kind: Its type of question, or empty.
        chat: What is written.
    """

    id: str
    group: str
    kind: str
    chat: Chat


class Leakage(msgspec.Struct, frozen=True):
    """The share of test rows, 0 to 1, that training has seen: the record itself, its question, its table."""

    record: float
    question: float
    table: float


def measurable(counts: Mapping[Part, int]) -> bool:
    """Whether there is anything that a test part could share with training."""
    return bool(counts.get("train") and counts.get("test"))


def warnings(counts: Mapping[Part, int], plan: Split | None = None) -> tuple[str, ...]:
    """What is wrong with a split that was made, or that somebody brought: parts without a record.

    Args:
        counts: Records of each part.
        plan: What was asked for; None for parts that were brought.
    """
    asked = {"train": 1.0, "validation": 0.0, "test": 1.0}
    if plan is not None:
        asked = {"train": plan.train, "validation": plan.validation, "test": plan.test}
    if plan is not None and not any(counts.values()):
        return ("no record is left to divide",)
    found = []
    for part in PARTS:
        if asked[part] and not counts.get(part):
            why = f"; `by {plan.by}` keeps too many records together for so small a part" if plan is not None else ""
            why += ", `by row` none" if plan is not None and plan.by != "row" else ""
            lost = "; what leaks into it cannot be measured" if part == "test" else ""
            found.append(f"the {part} part has no records{why}{lost}")
    return tuple(found)
