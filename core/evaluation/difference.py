"""How much better one model is than another, and whether that is more than noise."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from core.evaluation.bootstrap import RESAMPLES, interval, mean_of, resampled_means

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Difference(msgspec.Struct, frozen=True):
    """A difference of two means over the same records, with its 95 % bootstrap interval.

    Attributes:
        value: Mean of the second minus mean of the first; positive where the second is higher.
        low: Lower end; None where fewer than two groups leave nothing to resample.
        high: Upper end, or None likewise.
        n: Number of records.
        beyond_noise: The interval does not reach zero.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    beyond_noise: bool


def difference(
    base: Sequence[float],
    tuned: Sequence[float],
    groups: Sequence[str],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Difference:
    """Compares two models on the same records: paired by record, resampled by group.

    Args:
        base: The first model's value for each record, such as its F1.
        tuned: The second model's value for the same records in the same order.
        groups: The table or document of each record.
        seed: The same seed gives the same interval.
        resamples: Number of draws.

    Raises:
        InputError: There are no records.
        ValueError: The three differ in length.
    """
    return differences([(base, tuned)], groups, seed=seed, resamples=resamples)[0]


def differences(
    pairs: Sequence[tuple[Sequence[float], Sequence[float]]],
    groups: Sequence[str],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> list[Difference]:
    """As `difference`, for several pairs of values of the same records at once, from the same draws."""
    gains = [[after - before for before, after in zip(*pair, strict=True)] for pair in pairs]
    values = [mean_of(column) for column in gains]
    means = resampled_means(gains, groups, seed=seed, resamples=resamples)
    return [difference_of(value, means[:, place], len(groups)) for place, value in enumerate(values)]


def difference_of(value: float, means: "NDArray[np.float64]", n: int) -> Difference:
    """A difference from its value, its resampled values and the number of records."""
    low, high = interval(means)
    beyond_noise = low is not None and high is not None and (low > 0 or high < 0)
    return Difference(value, low, high, n, beyond_noise)


def relative_improvement(new: float, old: float) -> float | None:
    """By how many percent `new` is above `old`; None where `old` is 0.

    The article's table: 91.2 over 73.2 is 24.6, over 76.3 is 19.5 (it prints 19.6), over 83.0 is 9.9.
    """
    return 100 * (new / old - 1) if old else None
