"""A job by what people call it: its name, its id or its ARN."""

from collections.abc import Iterable
from itertools import islice

from core.aws.customization import Job, get_job, list_jobs
from core.aws.errors import AwsError
from core.aws.session import Connection
from core.errors import UsageError

_FEW = 5  # names that are told instead


def job_named(connection: Connection, name: str) -> Job:
    """One job, with all that Bedrock knows of it.

    Raises:
        UsageError: There is no such job; says which there are.
        AwsError: Bedrock does not answer.
    """
    found = find(connection, name)
    if found is None:
        raise unknown(name, list_jobs(connection))
    return found


def find(connection: Connection, name: str) -> Job | None:
    """One job, or None where Bedrock does not know it."""
    try:
        return get_job(connection, name)
    except AwsError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise


def unknown(name: str, jobs: Iterable[Job]) -> UsageError:
    """What is said of a name that no job has, with some that there are."""
    some = ", ".join(job.name for job in islice(jobs, _FEW)) or "none"
    return UsageError(f"There is no job named {name!r}", todo=f"There are: {some}")
