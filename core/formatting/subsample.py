"""Sub-samples for the learning curve: each a part of the next, so that a larger one differs by what it adds alone."""

from collections.abc import Iterable
from typing import Literal

import numpy as np

from core.errors import UsageError
from core.formatting.piles import draws
from core.formatting.remembered import NOWHERE, Integers
from core.formatting.split import Members, keys_of


def nested(
    members: Members,
    sizes: Iterable[int],
    *,
    seed: int = 1,
    by: Literal["row", "group"] = "row",
    drawn: Integers = NOWHERE.keys,
) -> dict[int, Integers]:
    """Draws samples of several sizes, the smaller ones contained in the larger ones.

    The order of drawing follows from the seed and the identities alone, not from the order of the file. What
    earlier samples have drawn comes first, as they drew it, so that records that are added change no sample. Each
    sample has the strata in the proportions of the whole, within one record, as far as earlier ones allow.

    Args:
        members: The training records.
        sizes: How many records each sample has.
        seed: Of the draw.
        by: `row` draws records; `group` draws tables, each with all of its questions but for the last one's rest.
        drawn: What earlier samples drew, in their order, by `keys_of`.

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
    places = order(members, seed=seed, by=by, drawn=drawn)
    return {size: places[:size] for size in wanted}


def order(
    members: Members, *, seed: int = 1, by: Literal["row", "group"] = "row", drawn: Integers = NOWHERE.keys
) -> Integers:
    """All places in the order of drawing, those first that were `drawn` earlier: the first n are the sample of n."""
    records = draws(seed, members.ids, members.copies)
    if by == "group":
        return np.lexsort((records, draws(seed, members.groups)))
    earlier = _earlier(keys_of(members), drawn)
    order = np.lexsort((records, earlier))
    strata = members.strata[order]
    placed = np.empty(len(order))
    for stratum in np.unique(strata):
        where = np.flatnonzero(strata == stratum)
        placed[where] = (np.arange(len(where)) + 0.5) / len(where)
    found: Integers = order[np.lexsort((placed, earlier[order]))]
    return found


def _earlier(keys: Integers, drawn: Integers) -> Integers:
    """As which each record was drawn; the number of those that were for one that was not."""
    if not len(drawn):
        return np.zeros(len(keys), dtype=np.int64)
    order = np.argsort(drawn)
    at = np.searchsorted(drawn[order], keys).clip(max=len(drawn) - 1)
    found: Integers = np.where(drawn[order][at] == keys, order[at], len(drawn))
    return found
