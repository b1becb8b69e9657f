"""How long a job will take that is not submitted yet, judged by one's own past jobs."""

from datetime import timedelta

import msgspec

from core.aws.customization import Job
from core.training import details
from core.training.expectation import expect
from core.training.jobs import JobsSnapshot
from core.tuning import ledger
from core.tuning.ledger import SubmittedJob
from core.tuning.submission import Submission
from core.workspace import Workspace

_PLANNED = "planned"


class Duration(msgspec.Struct, frozen=True):
    """How long like jobs took.

    Attributes:
        median: Of them.
        shortest: Of them.
        longest: Of them.
        jobs: How many there were.
    """

    median: timedelta
    shortest: timedelta
    longest: timedelta
    jobs: int


def expected_duration(
    workspace: Workspace, planned: Submission, known: JobsSnapshot | None = None
) -> Duration | None:
    """How long a planned job will take; None where no like job of one's own has completed.

    Args:
        workspace: The project.
        planned: What would be submitted.
        known: All jobs, where they have been asked for; else those whose details are kept.
    """
    location = workspace.location.key
    ours = known.ours if known else ledger.entries(workspace.store, location)
    jobs = known.jobs if known else tuple(details.load(workspace.hidden, location).values())
    own = [job for job in jobs if job.arn in ours]
    now = workspace.clock.now()
    base = next((job.base_model for job in own if _of(job, planned)), "")
    job = Job(
        _PLANNED, planned.request.name, "InProgress", base, now, hyperparameters=planned.request.hyperparameters
    )
    entry = SubmittedJob(_PLANNED, planned.request.name, planned.model.key, planned.export, now)
    found = expect(job, own, {**ours, _PLANNED: entry})
    if found is None:
        return None
    return Duration(found.end - now, found.earliest - now, found.latest - now, found.jobs)


def _of(job: Job, planned: Submission) -> bool:
    return job.base_model.endswith(f"/{planned.request.base_model}")
