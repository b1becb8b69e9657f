"""A plain command as a script runs it, and what it printed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec


class Done(msgspec.Struct, frozen=True):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for scripts."""
        return json.loads(self.out)


Outcrop = Callable[..., Done]


def run(folder: Path, *arguments: object, **environment: str) -> Done:
    """Runs a command in a process of its own, with nobody at the keyboard."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui", *map(str, arguments)],
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
