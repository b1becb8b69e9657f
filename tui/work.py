"""Work off the screen's thread: daemon threads that post a message when done, and plain commands as children."""

import functools
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from textual.message_pump import MessagePump

from core.errors import OutcropError, RefusedError
from core.workspace import Workspace
from tui.messages import Delivered

Result = TypeVar("Result")

PROGRAM = [sys.executable, "-P", "-m", "tui"]  # how a child is started, whatever is on the PATH


def in_thread(
    pump: MessagePump,
    title: str,
    work: Callable[[], Result],
    then: Callable[[Result], object],
    failed: Callable[[OutcropError], object],
) -> None:
    """Runs something in a daemon thread and brings its result back to the screen's thread.

    A daemon thread, because a pool is soon full of waiting and quitting would wait for it.

    Args:
        pump: Gets the result as a `Delivered` message, and drops it once it is closed.
        title: Names the work in an error that nobody foresaw.
        work: Runs in the thread.
        then: Takes the result, in the screen's thread.
        failed: Takes the error, in the screen's thread; also one of being cancelled.
    """

    def run() -> None:
        try:
            result = work()
        except OutcropError as error:
            deliver(pump, functools.partial(failed, error))
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it who would say so
            deliver(pump, functools.partial(failed, unexpected(title, error)))
        else:
            deliver(pump, functools.partial(then, result))

    threading.Thread(target=run, name=title, daemon=True).start()


def deliver(pump: MessagePump, act: Callable[[], object]) -> None:
    """Has the screen's thread call something; may be called from any thread."""
    pump.post_message(Delivered(act))


def unexpected(what: str, error: Exception) -> OutcropError:
    """An error that nobody foresaw, as one that can be shown; where it came from is logged."""
    from core import log  # with `logging`, of no use where nothing fails

    log.failed("work", what, error)
    return OutcropError(f"{what} failed", why=f"{type(error).__name__}: {error}")


def start_task(workspace: Workspace, title: str, *arguments: str) -> str:
    """Starts a plain command as a child that outlives the dashboard; returns the task's id.

    Raises:
        RefusedError: The dashboard looks at another file than the project's, which a command would not see.
    """
    from core import tasks

    wishes = workspace.wishes
    if "data" in wishes:
        raise RefusedError("This file is only looked at", todo="Set `data.source` in outcrop.yaml to work with it")
    options = [word for name in ("profile", "region") if name in wishes for word in (f"--{name}", str(wishes[name]))]
    return tasks.start(workspace, title, [*PROGRAM, *options], list(arguments))
