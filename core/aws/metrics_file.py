"""The metrics files that a job leaves in S3: CSV with a header, in one of several layouts.

Code in the wild meets files with and without perplexity, with several rows a step, and steps counted from 0 or 1;
so the columns are found by name, and nothing else is taken for granted.
"""

import csv
import io
import math
from collections.abc import Iterable

from core.errors import InputError, Where
from core.records.metric_point import MetricPoint

TRAINING_FILE = "step_wise_training_metrics.csv"
VALIDATION_FILE = "validation_metrics.csv"
_NO_NUMBER = ("nan", "n/a", "na", "none", "null")
_MOST = 700.0  # nats whose exponential is a number


def parse(text: str, path: str = "", loss: str = "training_loss") -> tuple[MetricPoint, ...]:
    """Reads a metrics file.

    Args:
        text: The file; a last line that breaks off is left out.
        path: What to call it in an error.
        loss: The column to read where there are several of losses: `training_loss` or `validation_loss`.

    Returns:
        A point a step, several rows of one step averaged. A loss can be infinite, and is NaN where the file says that
        it is no number; perplexity is exp(loss) where the file has none.

    Raises:
        InputError: There is no loss column, or no table at all.
    """
    try:
        names, rows = _table(text)
    except csv.Error as error:
        raise InputError("This is not a metrics file", why=str(error), where=Where(path)) from error
    losses = [name for name in names if name.endswith("_loss") or name == "loss"]
    loss_column = loss if loss in losses else losses[0] if losses else None
    if loss_column is None:
        raise InputError(
            "This is not a metrics file",
            why=f"it has no loss column, only {', '.join(names) or 'nothing'}",
            where=Where(path),
        )
    points: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for number, row in enumerate(rows):
        read = _row(row, loss_column, number)
        if read is not None and number == len(rows) - 1 and not text.endswith("\n") and not _whole(*read[1]):
            break
        if read is not None:
            points.setdefault(read[0], []).append(read[1])
    return tuple(
        MetricPoint(step, epoch, _mean(pair[0] for pair in pairs), _mean(pair[1] for pair in pairs))
        for (step, epoch), pairs in sorted(points.items())
    )


def render(points: Iterable[MetricPoint], loss: str) -> bytes:
    """Writes a metrics file as Bedrock does.

    Args:
        points: In order.
        loss: Name of the loss column: `training_loss` or `validation_loss`.
    """
    lines = [f"step_number,epoch_number,{loss},perplexity"]
    lines += [f"{point.step},{point.epoch},{point.loss!r},{point.perplexity!r}" for point in points]
    return ("\n".join(lines) + "\n").encode()


def _table(text: str) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    return names, list(reader)


def _row(row: dict[str, str], loss_column: str, number: int) -> tuple[tuple[int, int], tuple[float, float]] | None:
    if None in row.values():  # a truncated line, whose last number may be short of digits
        return None
    try:
        step = int(float(row.get("step_number") or number))
        epoch = int(float(row.get("epoch_number") or 0))
        loss = _number(row[loss_column])
        said = _number(row.get("perplexity") or "none")
    except (ValueError, OverflowError):
        return None
    return (step, epoch), (loss, _perplexity(loss) if math.isnan(said) else said)


def _number(text: str) -> float:
    return math.nan if text.strip().lower() in _NO_NUMBER else float(text)


def _perplexity(loss: float) -> float:
    return math.inf if loss > _MOST else math.exp(loss)


def _whole(loss: float, perplexity: float) -> bool:
    """Whether the numbers of a line without an end belong together, so that none has lost digits."""
    return math.isclose(perplexity, _perplexity(loss), rel_tol=0.01)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
