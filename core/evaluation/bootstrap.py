"""Intervals by resampling: how far a score would move had the test set held other tables or documents.

The percentile bootstrap over groups (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and
13). Questions about one table stand or fall together, so whole groups are drawn, and the mean of a draw is the ratio
of its sums: all values over all records. With a handful of groups such an interval comes out too narrow.
"""

import functools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 10_000
COVERAGE = 95.0  # percent
_BLOCK = 1 << 20  # group draws held at a time: 8 MB
REMEMBERED = 1 << 23  # group draws of a test set at most, for them to be kept for its next figure: 16 MB


class Score(msgspec.Struct, frozen=True):
    """A mean and its 95 % bootstrap interval, in the unit of the values.

    Attributes:
        value: The mean over all records.
        low: Lower end; None where fewer than two groups leave nothing to resample.
        high: Upper end, or None likewise.
        n: Number of records.
    """

    value: float
    low: float | None
    high: float | None
    n: int


class Estimate(Protocol):
    """A figure with its interval: a score, or a difference of two."""

    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float | None: ...  # noqa: D102
    @property
    def high(self) -> float | None: ...  # noqa: D102


def with_interval(found: Estimate, sign: str = "", between: str = " ") -> str:
    """A figure and its interval in words; the figure alone where one group leaves nothing to resample.

    Args:
        found: In points.
        sign: `+` to show the sign of what is above zero too.
        between: Stands between both ends.

    Returns:
        Such as `82.1 [80.3 83.9]`, or `+13.5 [+10.9 +16.0]`.
    """
    value = f"{found.value:{sign}.1f}"
    if found.low is None or found.high is None:
        return value
    return f"{value} [{found.low:{sign}.1f}{between}{found.high:{sign}.1f}]"


def score(values: Sequence[float], groups: Sequence[str], *, seed: int = 0, resamples: int = RESAMPLES) -> Score:
    """The mean of the values with its interval.

    Args:
        values: One a record, such as its F1 in 0..100.
        groups: The table or document each record belongs to, in the same order.
        seed: The same seed gives the same interval.
        resamples: Number of draws.

    Raises:
        InputError: There are no values.
    """
    return scores([values], groups, seed=seed, resamples=resamples)[0]


def scores(
    columns: Sequence[Sequence[float]], groups: Sequence[str], *, seed: int = 0, resamples: int = RESAMPLES
) -> list[Score]:
    """As `score`, for several lists of values of the same records at once, from the same draws."""
    values = [mean_of(column) for column in columns]
    means = resampled_means(columns, groups, seed=seed, resamples=resamples)
    return [Score(value, *interval(means[:, place]), len(groups)) for place, value in enumerate(values)]


def mean_of(values: Sequence[float]) -> float:
    """The arithmetic mean, the same in whatever order the values come.

    Raises:
        InputError: There are no values.
    """
    if not values:
        raise InputError("There is nothing to score", todo="Choose a test set with at least one answered record")
    return math.fsum(values) / len(values)


def resampled_means(
    columns: Sequence[Sequence[float]], groups: Sequence[str], *, seed: int, resamples: int
) -> "NDArray[np.float64]":
    """Means of the columns in each draw of groups with replacement; all columns see the same draws.

    Args:
        columns: Lists of values, each with one value a record.
        groups: The group of each record.
        seed: Seed of the draws.
        resamples: Number of draws.

    Returns:
        Shape (resamples, columns); no rows where there are fewer than two groups.

    Raises:
        ValueError: Columns and groups differ in length.
    """
    totals = resampled_sums(columns, groups, seed=seed, resamples=resamples)
    means: NDArray[np.float64] = totals[:, :-1] / totals[:, -1:]
    return means


def resampled_sums(
    columns: Sequence[Sequence[float]], groups: Sequence[str], *, seed: int, resamples: int
) -> "NDArray[np.float64]":
    """Sums of the columns in each draw, for what is no mean of values; as `resampled_means`.

    Returns:
        Shape (resamples, columns + 1), the last column the number of records drawn.
    """
    import numpy as np

    if any(len(column) != len(groups) for column in columns):
        raise ValueError("every record needs one value a column and one group")
    # Sorted, so that the interval does not depend on the order in which answers came in.
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    code = np.array([numbers[group] for group in groups], dtype=np.intp)
    sums = np.column_stack(
        [np.bincount(code, weights=column) for column in columns] + [np.bincount(code).astype(float)]
    )
    return drawn_sums(sums, seed=seed, resamples=resamples)


def drawn_sums(sums: "NDArray[np.float64]", *, seed: int, resamples: int) -> "NDArray[np.float64]":
    """Draws groups with replacement, as many as there are, and adds up their sums.

    Args:
        sums: Shape (groups, columns): what each group adds to each column.
        seed: Seed of the draws.
        resamples: Number of draws.

    Returns:
        Shape (resamples, columns); no rows where there are fewer than two groups.
    """
    import numpy as np

    size = len(sums)
    if size < 2:
        return np.empty((0, sums.shape[1] if sums.ndim > 1 else 0))
    remembered = size * resamples <= REMEMBERED
    draws = _remembered_draws(size, resamples, seed) if remembered else _draws(size, resamples, seed)
    return np.concatenate([times @ sums for times in draws])


@functools.lru_cache(maxsize=2)
def _remembered_draws(size: int, resamples: int, seed: int) -> "tuple[NDArray[np.uint16], ...]":
    """A comparison asks for the same draws a dozen times."""
    return tuple(_draws(size, resamples, seed))


def _draws(size: int, resamples: int, seed: int) -> "Iterator[NDArray[np.uint16]]":
    """How often each group is drawn, in blocks of draws; shape (draws, size)."""
    import numpy as np

    random = np.random.default_rng(seed)
    for block in _blocks(resamples, max(1, _BLOCK // size)):
        draws = random.integers(0, size, size=(block, size))
        draws += size * np.arange(block)[:, None]  # so that one bincount counts each draw by itself
        yield np.bincount(draws.ravel(), minlength=block * size).reshape(block, size).astype(np.uint16)


def interval(means: "NDArray[np.float64]") -> tuple[float | None, float | None]:
    """The central 95 % of the resampled means, or (None, None) where there are none."""
    import numpy as np

    if not means.size:
        return None, None
    tail = (100 - COVERAGE) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)


def _blocks(total: int, largest: int) -> list[int]:
    full, rest = divmod(total, largest)
    return [largest] * full + [rest] * (rest > 0)
