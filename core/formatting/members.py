"""Records as a split sees them, as columns of numbers, 40 bytes each."""

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.formatting.parts import Member
from core.records.record import own_identity, text_hash

Column = NDArray[Any]


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

    ids: Column
    copies: Column
    groups: Column
    questions: Column
    strata: Column
    units: Column

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, which: Column) -> "Members":
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


def ranked(texts: Iterable[str]) -> Column:
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
