"""A job's loss curves, from the metrics files that it leaves in S3 when it is done."""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from core.aws import metrics_file, s3
from core.aws.customization import Job
from core.aws.session import Connection
from core.drawing import drawable
from core.errors import InputError
from core.records.metric_point import MetricPoint

Measure = Literal["loss", "perplexity"]
Along = Literal["step", "epoch"]


class Curves(msgspec.Struct, frozen=True):
    """Training and validation loss of one job; empty until it is done, for Bedrock writes nothing before."""

    training: tuple[MetricPoint, ...] = ()
    validation: tuple[MetricPoint, ...] = ()


class Curve(msgspec.Struct, frozen=True):
    """What a chart draws: positions, rising, and the values at them, which need not be finite."""

    at: tuple[float, ...]
    values: tuple[float, ...]


def folder(job: Job) -> s3.S3Uri | None:
    """The prefix of a job's results, named after its id; None where its output is not known."""
    return s3.parse_uri(job.output_uri).below(f"model-customization-job-{job.id}") if job.output_uri else None


def read(connection: Connection, job: Job) -> Curves:
    """Finds the metrics files below the job's output by their names, since their folders differ between models.

    Where one name is found several times, as copies in two layouts, the file with most points counts.

    Raises:
        AwsError: S3 refuses.
        InputError: A file is not a metrics file, and the other one has no points either.
    """
    place = folder(job)
    if place is None:
        return Curves()
    found = list(s3.listing(connection, s3.S3Uri(place.bucket, place.key + "/")))
    parts, refused = [], None
    for name, loss in (
        (metrics_file.TRAINING_FILE, "training_loss"),
        (metrics_file.VALIDATION_FILE, "validation_loss"),
    ):
        try:
            parts.append(_points(connection, [uri for uri in found if uri.key.endswith("/" + name)], loss))
        except InputError as error:  # such as a file of rewards, which does not hide the other
            parts.append(())
            refused = error
    if refused is not None and not any(parts):
        raise refused
    return Curves(*parts)


def curve(points: Sequence[MetricPoint], measure: Measure, along: Along, window: int = 1) -> Curve:
    """A curve to draw.

    Args:
        points: By step.
        measure: Loss, or its exponential.
        along: By step; or one value an epoch, the mean of its steps.
        window: Steps that a moving average takes in, half of them on either side; 1 for the values as they are.
    """
    if along == "epoch":
        epochs = sorted({point.epoch for point in points})
        means = [_mean([_value(each, measure) for each in points if each.epoch == epoch]) for epoch in epochs]
        return Curve(tuple(map(float, epochs)), tuple(means))
    values = [_value(point, measure) for point in points]
    half = window // 2
    smooth = [_smoothed(values, at, half) for at in range(len(values))] if half else values
    return Curve(tuple(float(point.step) for point in points), tuple(smooth))


def _value(point: MetricPoint, measure: Measure) -> float:
    return point.loss if measure == "loss" else point.perplexity


def _smoothed(values: Sequence[float], at: int, half: int) -> float:
    """The mean around a step; a step whose own value cannot be drawn stays a gap."""
    return _mean(values[max(0, at - half) : at + half + 1]) if drawable(values[at]) else math.nan


def _mean(values: Sequence[float]) -> float:
    """Of those values that can be drawn; NaN where there is none."""
    found = [value for value in values if drawable(value)]
    return math.fsum(found) / len(found) if found else math.nan


def _points(connection: Connection, files: list[s3.S3Uri], loss: str) -> tuple[MetricPoint, ...]:
    texts = [(s3.read(connection, file).decode("utf-8", "replace"), str(file)) for file in files]
    return max((metrics_file.parse(text, file, loss) for text, file in texts), key=len, default=())
