"""What a column holds, over the rows that a filter leaves: quantiles and bins of numbers, the most frequent texts."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data.view import View
from core.errors import UsageError
from core.text import nearest

BINS = 30
TOP = 20
_EXACT = 2**53  # up to which a float tells whole numbers apart
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


class Numbers(msgspec.Struct, frozen=True):
    """A column of numbers.

    Attributes:
        mean: Arithmetic mean.
        sd: Sample standard deviation; 0 for a single value.
        quantiles: At `QUANTILES`, least to greatest.
        edges: Of the bins, ascending, one more than there are counts; whole where all values are.
        counts: Values in each bin; the last holds its upper edge too.
    """

    mean: float
    sd: float
    quantiles: tuple[float, ...]
    edges: tuple[float, ...]
    counts: tuple[int, ...]


class Statistics(msgspec.Struct, frozen=True):
    """One column over some rows.

    Attributes:
        column: Its name.
        rows: How many rows were looked at.
        missing: How many have no value.
        distinct: How many different values there are.
        top: The most frequent values and their counts.
        numbers: For a column of numbers.
    """

    column: str
    rows: int
    missing: int
    distinct: int
    top: tuple[tuple[str, int], ...]
    numbers: Numbers | None = None


def statistics(view: View, column: str) -> Statistics:
    """Statistics of a column over the rows that are shown.

    Raises:
        UsageError: There is no such column.
    """
    if column not in view.columns():
        raise UsageError(
            f"There is no column named {column}", todo=nearest(column, view.columns(), otherwise="Columns")
        )
    rows = np.sort(np.asarray(view.shown(), dtype=np.int64))
    values = view.counted((column,), rows[rows < view.facts.count])[column]
    present = values.drop_nulls()
    counts = present.value_counts(sort=True).head(TOP)
    return Statistics(
        column=column,
        rows=len(values),
        missing=values.null_count(),
        distinct=present.n_unique(),
        top=tuple((str(value), int(many)) for value, many in counts.iter_rows()),
        numbers=_numbers(present.to_numpy()) if values.dtype.is_numeric() and len(present) else None,
    )


def _bins(values: NDArray[np.float64]) -> int | NDArray[np.float64]:
    """How many bins, or their edges: whole ones for whole numbers, each bin as wide as the others."""
    if not np.isfinite(values).all() or (values != np.rint(values)).any() or np.abs(values).max() > _EXACT:
        return min(BINS, max(1, len(np.unique(values))))
    low, high = int(values.min()), int(values.max())
    step = -(-(high - low + 1) // BINS)
    return np.arange(low, high + 1 + step, step, dtype=np.float64)


def _numbers(values: NDArray[np.float64]) -> Numbers:
    counts, edges = np.histogram(values, bins=_bins(values))
    return Numbers(
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else 0.0,
        quantiles=tuple(float(each) for each in np.quantile(values, QUANTILES)),
        edges=tuple(float(each) for each in edges),
        counts=tuple(int(each) for each in counts),
    )
