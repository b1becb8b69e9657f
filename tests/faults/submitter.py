"""A project that can be submitted, and a script whose children submit it and are killed -9 at any line on the way.

As a script it reads one order a line, `{"folder": …, "kill_at": [n, …]}`, forks a child for each number, all at once,
and answers with how each ended. A child is killed just before the n-th line that it runs in what `submit` stands on:
the product's own code and http.client, so that it also dies between a request and its answer. 0 is never.
"""

import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

import core
from core import catalog
from core.aws.session import Connection, Endpoints, connect_rehearsal
from core.clock import SystemClock
from core.config import Config, Split
from core.formatting import export
from core.formatting.export import Export, Recipe
from core.formatting.parts import ExportLine, Leakage
from core.records.record import Chat, Message
from core.store import Store
from core.tuning import submission
from core.workspace import Workspace

CATALOG = catalog.load()
STRETCHES = ("submit", "upload", "create_job")  # functions of the product: planning, uploading, creating
_PRODUCT = Path(core.__file__).parent
_WATCHED = (
    *(str(_PRODUCT / name) for name in ("tuning", "store", "aws", "formatting/upload.py")),
    str(Path(os.__file__).parent / "http" / "client.py"),
)


def workspace_in(folder: Path, connection: Connection) -> Workspace:
    """A project named after its folder."""
    settings = Config(
        name=folder.name,
        bucket="outcrop-rehearsal-us-west-2",
        role="arn:aws:iam::123456789012:role/OutcropRehearsal",
    )
    store = Store(folder / ".outcrop" / "outcrop.db")
    return Workspace(folder, settings, store, CATALOG, SystemClock(), lambda _: connection)


def exported(workspace: Workspace) -> tuple[Export, Path]:
    """Its export: 32 records to train on and 32 to validate with."""
    folder = workspace.folder / "exports"
    parts = {"train": _lines(range(32)), "validation": _lines(range(100, 132))}
    recipe = Recipe("claude-3-haiku", "anthropic-messages", "plain", "", "", "html", Split(), "", "records.jsonl", "")
    now = workspace.clock.now()
    made = export.write(folder, parts, recipe=recipe, excluded={}, leakage=Leakage(0, 0, 0), now=now)
    return made, folder / made.name


def submit(folder: Path, connection: Connection) -> submission.Submitted:
    """Prepares and submits, as `outcrop submit` does."""
    workspace = workspace_in(folder, connection)
    try:
        return submission.submit(workspace, submission.prepare(workspace, *exported(workspace)))
    finally:
        workspace.close()


class Countdown:
    """Counts the lines that are run in watched files, over all threads, and ends the process at one of them.

    Attributes:
        seen: Lines so far.
        begun: Lines before each stretch of the way.
    """

    def __init__(self, kill_at: int) -> None:
        self.seen = 0
        self.begun: dict[str, int] = {}
        self._kill_at = kill_at

    def watch(self) -> None:
        """Begins to count."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_name in STRETCHES:
            self.begun.setdefault(frame.f_code.co_name, self.seen)
        return self._line if frame.f_code.co_filename.startswith(_WATCHED) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.seen += 1
            if self.seen == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._line


def _child(folder: Path, connection: Connection, planned: submission.Submission, kill_at: int, outcome: Path) -> None:
    workspace = workspace_in(folder, connection)
    countdown = Countdown(kill_at)
    countdown.watch()
    try:
        found = submission.submit(workspace, planned)
    finally:
        sys.settrace(None)
    outcome.write_text(
        json.dumps({"arn": found.arn, "already": found.already, "lines": countdown.seen} | countdown.begun)
    )


def _run(folder: Path, kills: list[int], connection: Connection) -> list[dict[str, Any]]:
    workspace = workspace_in(folder, connection)
    planned = submission.prepare(workspace, *exported(workspace))
    workspace.close()
    outcomes = [folder / f"outcome-{number}" for number in range(len(kills))]
    children = []
    for kill_at, outcome in zip(kills, outcomes, strict=True):
        child = os.fork()
        if child == 0:
            try:
                _child(folder, connection, planned, kill_at, outcome)
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a child must never go on with its parent's loop
                traceback.print_exc()
                os._exit(1)
        children.append(child)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return [
        {"status": end} | (json.loads(outcome.read_text()) if outcome.exists() else {})
        for end, outcome in zip(ends, outcomes, strict=True)
    ]


def _lines(numbers: range) -> list[ExportLine]:
    def chat(number: int) -> Chat:
        question = f"<table><tr><td>Shops</td><td>{number}</td></tr></table>\n\n<question>How many shops?</question>"
        return Chat((Message("user", question), Message("assistant", str(number))))

    return [ExportLine(f"id-{number}", f"table-{number}", "", chat(number)) for number in numbers]


def main() -> None:
    """Takes orders until there are no more."""
    connection = connect_rehearsal(msgspec.json.decode(sys.argv[1], type=Endpoints))
    for service, patient in (("bedrock", False), ("s3", False), ("s3", True)):
        connection.client(service, patient=patient)  # made before the forks, for they take a while
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_run(Path(order["folder"]), order["kill_at"], connection)), flush=True)


if __name__ == "__main__":
    main()
