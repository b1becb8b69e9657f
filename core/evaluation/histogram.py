"""Histograms as bins computed once: a chart is drawn from these and never touches raw values."""

import math
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

_SMALL = 1 << 20
_ROUND_STEPS = (1, 2, 5)  # times a power of ten


class Bins(msgspec.Struct, frozen=True):
    """Counts between edges: bin k holds edges[k] ≤ value < edges[k + 1], the last one its upper edge too.

    Attributes:
        edges: Ascending, one more than bins.
        counts: Values in each bin.
    """

    edges: tuple[int, ...]
    counts: tuple[int, ...]


def shared_bins(a: "ArrayLike", b: "ArrayLike", n: int) -> tuple[Bins, Bins]:
    """Two histograms of token counts on one scale.

    The edges are multiples of 1, 2 or 5 times a power of ten, from at or below the smallest value to above the
    largest; both sides use the same. Two empty sides give one empty bin.

    Args:
        a: Whole numbers of at least 0: a list, an `array.array` or a numpy array.
        b: The other side's.
        n: At most so many bins, at least 2.

    Raises:
        ValueError: `n` is below 2.
    """
    import numpy as np

    if n < 2:
        raise ValueError("two values can need two bins")
    sides = [np.asarray(side, dtype=np.int64) for side in (a, b)]
    filled = [side for side in sides if side.size]
    low = min((int(side.min()) for side in filled), default=0)
    high = max((int(side.max()) for side in filled), default=0)
    edges = _edges(low, high, n)
    step = edges[1] - edges[0]
    first, second = (Bins(edges, tuple(_counted(side, edges, step).tolist())) for side in sides)
    return first, second


def f1_bins(scores: "ArrayLike", n: int = 10) -> Bins:
    """The histogram of F1 scores.

    Args:
        scores: In 0..100.
        n: Number of bins, a divisor of 100 such as 10 or 20.

    Raises:
        ValueError: `n` does not divide 100.
    """
    import numpy as np

    if n < 1 or 100 % n:
        raise ValueError("the number of bins must divide 100")
    edges = tuple(range(0, 101, 100 // n))
    counts, _ = np.histogram(np.asarray(scores, dtype=float), bins=n, range=(0, 100))
    return Bins(edges, tuple(counts.tolist()))


def _counted(values: "NDArray[np.int64]", edges: tuple[int, ...], step: int) -> "NDArray[np.int64]":
    """Counts values by bin: one by one where they are small, as tokens are, which takes a fifth of dividing each."""
    import numpy as np

    bins = len(edges) - 1
    if edges[-1] > _SMALL:
        return np.bincount((values - edges[0]) // step, minlength=bins)
    counts: NDArray[np.int64] = np.bincount(values, minlength=edges[-1])[edges[0] :].reshape(bins, step).sum(axis=1)
    return counts


def _edges(low: int, high: int, n: int) -> tuple[int, ...]:
    """Round edges around low..high in at most n bins, the last edge above high."""
    power = 10 ** max(0, math.floor(math.log10((high - low) / n or 1)))
    for step in (digit * scale for scale in (power, 10 * power) for digit in _ROUND_STEPS):
        start, stop = low // step * step, (high // step + 1) * step
        if (stop - start) // step <= n:
            break
    return tuple(range(start, stop + 1, step))
