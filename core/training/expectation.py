"""When a job will be done, judged by like jobs: Bedrock gives no percentage and no remaining time."""

import statistics
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from core.aws.customization import Job
from core.tuning.ledger import SubmittedJob

NEAREST = 5  # like jobs that are looked at: those whose work comes closest


class Expectation(msgspec.Struct, frozen=True):
    """An expected end.

    Attributes:
        end: The median of the like jobs' durations, after this job's creation.
        earliest: After the shortest of them.
        latest: After the longest.
        jobs: How many there were; with one alone the uncertainty is unknown.
    """

    end: datetime
    earliest: datetime
    latest: datetime
    jobs: int


def expect(job: Job, others: Iterable[Job], ours: Mapping[str, SubmittedJob]) -> Expectation | None:
    """The expected end of a running job, from completed jobs on the same base model.

    Where it is known how many records a job reads, those count whose work (records x epochs) is nearest; it is taken
    as it is and not scaled, for much of a job's time does not depend on its work.

    Args:
        job: A job that runs.
        others: All jobs.
        ours: What is known of those submitted from here.

    Returns:
        None where it does not run, or no like job has completed.
    """
    if not job.running:
        return None
    like = [
        each
        for each in others
        if each.status == "Completed" and each.ended is not None and each.base_model == job.base_model
    ]
    work = _work(job, ours)
    measured = [each for each in like if _work(each, ours)] if work else []
    if measured:
        like = sorted(measured, key=lambda each: abs(_work(each, ours) / work - 1))[:NEAREST]
    took = [(each.ended - each.created).total_seconds() for each in like[:NEAREST] if each.ended]
    if not took:
        return None

    def after(seconds: float) -> datetime:
        return job.created + timedelta(seconds=seconds)

    return Expectation(after(statistics.median(took)), after(min(took)), after(max(took)), len(took))


def elapsed(job: Job, now: datetime) -> timedelta:
    """How long a job has run, or took; never less than nothing where this machine's clock is behind AWS's."""
    return max((job.ended or now) - job.created, timedelta())


def _work(job: Job, ours: Mapping[str, SubmittedJob]) -> float:
    """Records times epochs; 0 where the records are not known."""
    entry = ours.get(job.arn)
    epochs = job.hyperparameters.get("epochCount", "1")
    return entry.export.records("train") * float(epochs) if entry and epochs.isdecimal() else 0.0
