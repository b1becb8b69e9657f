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


def parse(text: str, path: str = "") -> tuple[MetricPoint, ...]:
    """Reads a metrics file.

    Args:
        text: The file; a last line that breaks off is left out.
        path: What to call it in an error.

    Returns:
        A point a step, several rows of one step averaged; perplexity is exp(loss) where the file has none.

    Raises:
        InputError: There is no loss column, or no table at all.
    """
    try:
        names, rows = _table(text)
    except csv.Error as error:
        raise InputError("This is not a metrics file", why=str(error), where=Where(path)) from error
    loss_column = next((name for name in names if name.endswith("_loss") or name == "loss"), None)
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
    reader = csv.DictReader(io.StringIO(text))
    names = reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    return names, list(reader)


def _row(row: dict[str, str], loss_column: str, number: int) -> tuple[tuple[int, int], tuple[float, float]] | None:
    if None in row.values():  # a truncated line, whose last number may be short of digits
        return None
    try:
        step = int(float(row.get("step_number") or number))
        epoch = int(float(row.get("epoch_number") or 0))
        loss = float(row[loss_column])
        perplexity = float(row["perplexity"]) if row.get("perplexity") else math.exp(min(loss, 700.0))
    except (ValueError, OverflowError):
        return None
    return (step, epoch), (loss, perplexity)


def _whole(loss: float, perplexity: float) -> bool:
    """Whether the numbers of a line without an end belong together, so that none has lost digits."""
    return math.isclose(perplexity, math.exp(min(loss, 700.0)), rel_tol=0.01)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
