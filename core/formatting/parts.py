"""What a split is made of: the parts, a record as a split sees it, and what a test part shares with training."""

from typing import Literal

import msgspec

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


class Leakage(msgspec.Struct, frozen=True):
    """The share of test rows, 0 to 1, that training has seen: the record itself, its question, its table."""

    record: float
    question: float
    table: float
