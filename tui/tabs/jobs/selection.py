"""What the pieces of the Jobs tab share: what AWS answered last, and the row under the cursor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import RefusedError
from tui.tabs.jobs.rows import Item

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.jobs import JobsSnapshot


@dataclass
class JobsSelection:
    """What is known, and what the user looks at.

    Attributes:
        under_cursor: Gives the row under the cursor; None where there is no row.
        jobs: All jobs, as AWS answered last.
        endpoints: All endpoints, the same.
    """

    under_cursor: Callable[[], Item | None]
    jobs: "JobsSnapshot | None" = None
    endpoints: "EndpointsSnapshot | None" = None

    @property
    def item(self) -> Item | None:
        """The row under the cursor."""
        return self.under_cursor()

    def all_jobs(self) -> "tuple[Job, ...]":
        """Every job that AWS named."""
        return tuple(self.jobs.jobs) if self.jobs else ()

    def job(self) -> "Job":
        """The job under the cursor.

        Raises:
            RefusedError: There is none.
        """
        item = self.item
        job = item.job if item else None
        if job is None:
            raise RefusedError("There is no job under the cursor")
        return job
