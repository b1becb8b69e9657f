"""What the benchmarks of the terminal share: a project, an environment of its own, a program in a pseudo terminal."""

import os
import sys
from pathlib import Path

import msgspec

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / part) for part in ("", "terminal")]

from pseudo_terminal import Paint as Paint  # noqa: E402 - it stands beside the tests, which use it as well
from pseudo_terminal import Terminal as Terminal  # noqa: E402
from screens import make_project as make_project  # noqa: E402
from screens import opened as opened  # noqa: E402
from screens import records as records  # noqa: E402

ROWS = 10_000
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each program would compile all of itself at each start


class Program(msgspec.Struct, frozen=True):
    """A program, and how one sees that it is there.

    Attributes:
        command: Its argument list.
        shows: A pattern that its first screen has.
        folder: Where it starts.
    """

    command: list[str]
    shows: str
    folder: Path


def project(scratch: Path) -> Path:
    """A project of some thousand records that opens on the Data tab."""
    folder = make_project(scratch / "project", records(ROWS))
    workspace = opened(folder)
    workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '2')")
    workspace.close()
    return folder


def in_terminal(program: Program, columns: int = 80, lines: int = 24) -> Terminal:
    """Starts a program in a terminal of 256 colours, away from the user's own configuration."""
    own = str(program.folder.parent / "own")
    environment = {"OUTCROP_STATE": own, "OUTCROP_CONFIG": own, "HOME": own}
    return Terminal(program.command, columns, lines, environment=environment, folder=program.folder)
