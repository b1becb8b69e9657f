"""Long work as a child process that outlives the terminal: the plain command itself, watched through the store.

The dashboard starts `outcrop evaluate …` in a session of its own and looks at a row; whoever started it may vanish.
"""

import contextlib
import json
import os
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from core.clock import Clock, from_iso, iso
from core.errors import CancelledError, OutcropError
from core.files import unwritable
from core.progress import Cancel, Progress, Report, throttled
from core.signals import is_running, on_signals
from core.store import Store
from core.workspace import Workspace

TaskState = Literal["running", "done", "failed", "stopped"]

BEAT = 2.0  # seconds between two signs of life
DEAD_AFTER = timedelta(seconds=30)


class Task(msgspec.Struct, frozen=True):
    """One piece of long work.

    Attributes:
        id: Its own.
        title: What it does, a few words.
        argv: The plain command.
        pid: Its process.
        state: Where it stands.
        progress: How far it is.
        result: What it printed as its result, or why it failed.
        started: When.
        ended: When it ended.
    """

    id: str
    title: str
    argv: tuple[str, ...]
    pid: int
    state: TaskState
    progress: Progress | None
    result: str
    started: datetime
    ended: datetime | None


def start(workspace: Workspace, title: str, program: list[str], arguments: list[str]) -> str:
    """Starts a plain command as a child that outlives this process.

    Args:
        workspace: Whose store it reports to.
        title: What it does.
        program: How to start Outcrop, as an argument list.
        arguments: The plain command and its options.

    Returns:
        The task's id.

    Raises:
        InputError: The project's folder cannot be written.
    """
    workspace.refuse_if_read_only()
    task = uuid.uuid4().hex[:12]
    path = workspace.hidden / "tasks" / f"{task}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        log = path.open("wb")
    except OSError as error:
        raise unwritable(path, error) from error
    command = [*program, "--project", str(workspace.folder), "--task", task, *arguments]
    moment = iso(workspace.clock.now())
    with log:
        workspace.store.write(
            "INSERT INTO tasks VALUES (?,?,?,?,'running',NULL,NULL,?,?,NULL)",
            (task, title, json.dumps(arguments), 0, moment, moment),
        )
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=workspace.folder
        )
    workspace.store.write("UPDATE tasks SET pid = ? WHERE id = ?", (child.pid, task))
    threading.Thread(target=child.wait, daemon=True).start()  # no zombie, no warning
    return task


@contextlib.contextmanager
def reporting(store: Store, clock: Clock, task: str) -> Iterator[tuple[Report, Cancel]]:
    """The child's side: writes progress and signs of life, and how it ended.

    SIGTERM and SIGINT cancel; what was done until then stays.
    """
    cancel, over = Cancel(), threading.Event()
    on_signals(cancel.cancel)

    def beat() -> None:
        while not over.wait(BEAT):
            store.write("UPDATE tasks SET heartbeat = ? WHERE id = ?", (iso(clock.now()), task))

    def report(progress: Progress) -> None:
        text = msgspec.json.encode(progress).decode()
        store.write("UPDATE tasks SET progress = ?, heartbeat = ? WHERE id = ?", (text, iso(clock.now()), task))

    store.write("UPDATE tasks SET pid = ? WHERE id = ?", (os.getpid(), task))
    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield throttled(report), cancel
    except CancelledError:
        _end(store, clock, task, "stopped", "")
        raise
    except OutcropError as error:
        _end(store, clock, task, "failed", str(error))
        raise
    except BaseException as error:
        _end(store, clock, task, "failed", f"{type(error).__name__}: {error}")
        raise
    else:
        _end(store, clock, task, "done", "")
    finally:
        over.set()
        beating.join()  # the store may be closed next


def listing(store: Store, clock: Clock) -> list[Task]:
    """All tasks, newest first; one whose process is gone without a word counts as stopped."""
    rows = store.rows("SELECT * FROM tasks ORDER BY started DESC, rowid DESC")
    now = clock.now()
    return [
        Task(
            id=row["id"],
            title=row["title"],
            argv=tuple(json.loads(row["argv"])),
            pid=row["pid"],
            state=_state(row["state"], row["pid"], from_iso(row["heartbeat"]), now),
            progress=msgspec.json.decode(row["progress"], type=Progress) if row["progress"] else None,
            result=row["result"] or "",
            started=from_iso(row["started"]),
            ended=from_iso(row["ended"]) if row["ended"] else None,
        )
        for row in rows
    ]


def stop(task: Task) -> None:
    """Asks a running task to stop after what it is doing; it can be started again."""
    if task.state == "running" and task.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(task.pid, signal.SIGTERM)


def _end(store: Store, clock: Clock, task: str, state: TaskState, result: str) -> None:
    moment = iso(clock.now())
    store.write(
        "UPDATE tasks SET state = ?, result = ?, ended = ?, heartbeat = ? WHERE id = ?",
        (state, result, moment, moment, task),
    )


def _state(state: TaskState, pid: int, heartbeat: datetime, now: datetime) -> TaskState:
    if state != "running":
        return state
    if now - heartbeat > DEAD_AFTER or (pid and not is_running(pid)):
        return "stopped"
    return "running"
