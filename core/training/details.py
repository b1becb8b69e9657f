"""What `get_job` said of ended jobs, kept in a file: it never changes, and asking again costs a call each."""

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from core.aws.customization import Job
from core.errors import OutcropError
from core.outputs import replacing


def load(hidden: Path, location: str) -> dict[str, Job]:
    """Ended jobs of a location by ARN, as far as they are known; none where the file cannot be read."""
    try:
        found = msgspec.json.decode(_path(hidden, location).read_bytes(), type=tuple[Job, ...])
    except (OSError, msgspec.MsgspecError):
        return {}
    return {job.arn: job for job in found}


def keep(hidden: Path, location: str, jobs: Iterable[Job]) -> None:
    """Keeps those that have ended; a full disk is no reason to stop looking."""
    ended = tuple(job for job in jobs if job.detailed and not job.running)
    with contextlib.suppress(OutcropError), replacing(_path(hidden, location)) as file:
        file.write(msgspec.json.encode(ended))


def _path(hidden: Path, location: str) -> Path:
    name = hashlib.sha256(location.encode()).hexdigest()[:12]
    return hidden / "cache" / f"jobs-{name}.json"
