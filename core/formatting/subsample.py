"""Sub-samples for the learning curve: each a part of the next, so that a larger one differs by what it adds alone."""

import hashlib
from collections.abc import Iterable
from typing import Literal

import numpy as np

from core.errors import UsageError
from core.formatting.split import Integers, Members


def nested(
    members: Members, sizes: Iterable[int], *, seed: int = 1, by: Literal["row", "group"] = "row"
) -> dict[int, Integers]:
    """Draws samples of several sizes, the smaller ones contained in the larger ones.

    The order of drawing follows from the seed and the identities alone: it is the same whatever the file's order, and
    records that are added later leave the others in their order. Each sample has the strata in the proportions of the
    whole, within one record.

    Args:
        members: The training records.
        sizes: How many records each sample has.
        seed: Of the draw.
        by: `row` draws records; `group` draws tables, each with all of its questions but for the last one's rest.

    Returns:
        The places among the members of each sample, in the order of drawing, by size.

    Raises:
        UsageError: A size is not between 1 and the number of records.
    """
    wanted = sorted(set(sizes))
    if wanted and not 1 <= wanted[0] <= wanted[-1] <= len(members):
        raise UsageError(
            f"A sample of {wanted[-1] if wanted[0] > 0 else wanted[0]:,} cannot be drawn",
            why=f"there are {len(members):,} training records",
            todo="Ask for sizes from 1 to that number",
        )
    drawn = order(members, seed=seed, by=by)
    return {size: drawn[:size] for size in wanted}


def order(members: Members, *, seed: int = 1, by: Literal["row", "group"] = "row") -> Integers:
    """All places in the order of drawing: the first n are the sample of n."""
    records = _draws(seed, members.ids, members.copies)
    if by == "group":
        return np.lexsort((records, _draws(seed, members.groups)))
    order = np.argsort(records, kind="stable")
    strata = members.strata[order]
    placed = np.empty(len(order))
    for stratum in np.unique(strata):
        where = np.flatnonzero(strata == stratum)
        placed[where] = (np.arange(len(where)) + 0.5) / len(where)
    found: Integers = order[np.argsort(placed, kind="stable")]
    return found


def _draws(seed: int, *columns: Integers) -> Integers:
    """A number by chance for each entry, the same for the same one."""
    key = hashlib.sha256(str(seed).encode()).digest()
    entries = np.stack([column.astype(">u8") for column in columns], axis=1)
    drawn = b"".join(hashlib.blake2b(entry.tobytes(), digest_size=8, key=key).digest() for entry in entries)
    return np.frombuffer(drawn, dtype=">u8")
