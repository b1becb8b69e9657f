"""What happens when a job ends: the terminal's bell, and a command of the user's own.

The command stands in the user's own configuration, never in `outcrop.yaml`: that travels in git, and opening a
project must not run what somebody else wrote into it. It is started without a shell, and is told what happened in its
environment, so that no job's name is ever read as a part of a command.
"""

import os
import shlex
import subprocess
import threading
from typing import TYPE_CHECKING

import msgspec

from core import yaml_file
from core.aws.location import Location
from core.errors import InputError, Where
from core.text import visible
from core.workspace import own_folder

if TYPE_CHECKING:
    from core.aws.customization import Job

FILE = "notify.yaml"
_PATIENCE = 60.0  # seconds that the command may take


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`notify.yaml` in the user's configuration folder.

    Attributes:
        bell: Ring the terminal's bell.
        command: A program with its arguments, in one line as one types it; empty for none.
    """

    bell: bool = True
    command: str = ""

    def words(self) -> list[str]:
        """The command as an argument list."""
        return shlex.split(self.command)


def read() -> Notify:
    """The user's wishes; the bell alone where there is no file.

    Raises:
        InputError: The file cannot be read, or its command has a quote without an end.
    """
    path = own_folder() / FILE
    if not path.is_file():
        return Notify()
    wishes = yaml_file.read_as(Notify, path)
    try:
        wishes.words()
    except ValueError as error:
        raise InputError("The command cannot be read", why=str(error), where=Where(str(path))) from error
    return wishes


def announce(wishes: Notify, job: "Job", location: Location) -> threading.Thread | None:
    """Starts the user's command for a job that has ended; whether it fails is no matter of ours.

    The command finds `OUTCROP_JOB`, `OUTCROP_STATUS`, `OUTCROP_ARN`, `OUTCROP_WHERE` and, for a failed job,
    `OUTCROP_FAILURE` in its environment.

    Returns:
        The thread that waits for it, or None where there is no command.
    """
    words = wishes.words()
    if not words:
        return None
    said = {
        "OUTCROP_JOB": job.name,
        "OUTCROP_STATUS": job.status,
        "OUTCROP_ARN": job.arn,
        "OUTCROP_WHERE": str(location),
        "OUTCROP_FAILURE": visible(job.failure),
    }
    thread = threading.Thread(target=_run, args=(words, os.environ | said), name="notify", daemon=True)
    thread.start()
    return thread


def _run(words: list[str], environment: dict[str, str]) -> None:
    quiet = subprocess.DEVNULL
    try:
        subprocess.run(
            words, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return
