"""As a script: a plain command's long work, as `tasks.start` runs it: `tasker.py --project DIR --task ID HOW`."""

import sys
from pathlib import Path

import submitter

from core import tasks
from core.errors import InputError
from core.progress import Progress
from core.workspace import Workspace


def main() -> None:
    """Works as the last argument says: to the end, into an error, or until it is stopped."""
    _, _, folder, _, task, how = sys.argv
    workspace: Workspace = submitter.workspace_in(Path(folder), None)  # type: ignore[arg-type]
    with tasks.reporting(workspace.store, workspace.clock, task) as (report, cancel):
        report(Progress(1, 2, "records", how))
        if how == "fails":
            raise InputError("The file is empty", todo="Give another")
        if how == "breaks":
            raise ZeroDivisionError("division by zero")
        if how == "waits":
            cancel.event.wait(20)
            cancel.check()
        report(Progress(2, 2, "records", how))


if __name__ == "__main__":
    main()
