"""Sub-samples for the learning curve: each a part of the next, so that a larger one differs by what it adds alone."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from core.errors import UsageError
from core.formatting.split import Member


def nested(
    members: Sequence[Member], sizes: Iterable[int], *, seed: int = 1, by: Literal["row", "group"] = "row"
) -> dict[int, tuple[str, ...]]:
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
        The identities of each sample in the order of drawing, by size.

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
    return {size: tuple(drawn[:size]) for size in wanted}


def order(members: Sequence[Member], *, seed: int = 1, by: Literal["row", "group"] = "row") -> list[str]:
    """All identities in the order of drawing: the first n are the sample of n."""
    if by == "group":
        return [each.id for each in sorted(members, key=lambda each: (_draw(seed, each.group), _draw(seed, each.id)))]
    sizes = Counter(each.stratum for each in members)
    seen: Counter[str] = Counter()
    placed = []
    for each in sorted(members, key=lambda each: _draw(seed, each.id)):
        placed.append(((seen[each.stratum] + 0.5) / sizes[each.stratum], each.id))
        seen[each.stratum] += 1
    return [identity for _, identity in sorted(placed, key=lambda pair: pair[0])]


def _draw(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode("utf-8", "surrogatepass")).digest()
