"""Opens the dashboard, or says which plain command to use where there is no terminal for one."""

import contextlib
import gc
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.signals import on_signals, woken_by_signals
from tui.commands import words
from tui.commands.context import Context
from tui.commands.printing import say

if TYPE_CHECKING:
    from core.workspace import Workspace
    from tui.app import Outcrop

_PATIENCE = 10.0  # seconds that leaving may take once a signal has come, over a slow line
_PATIENCE_WHEN_GONE = 1.5  # the same where no terminal is left to be given back


def open_here(context: Context) -> None:
    """Opens the project around the working directory."""
    refuse_without_terminal("outcrop demo, outcrop jobs, outcrop check FILE …")
    run(context.workspace())


def open_path(context: Context, path: Path) -> None:
    """Opens a project's folder or a bare file of records."""
    if path.is_dir():
        context.project = path
        open_here(context)
        return
    refuse_without_terminal(f"outcrop check {path}")
    from tui.commands.bare_file import workspace_for

    run(context.adjusted(workspace_for(path, context.wishes())))


def refuse_without_terminal(instead: str) -> None:
    """Raises where Textual could not draw.

    Raises:
        UsageError: Not a terminal, or one without a cursor; names what to use instead.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The dashboard needs a terminal", todo=f"Use a plain command: {instead}")
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        raise UsageError(
            "This terminal cannot place a cursor",
            why=f"TERM is {os.environ.get('TERM', 'not set')}",
            todo=f"Use a plain command: {instead}",
        )


def run(workspace: "Workspace") -> None:
    """Runs the dashboard until it is quit."""
    gc.disable()  # until the first paint, when the dashboard turns it on again: a tenth of the start
    import asyncio

    from tui.app import Outcrop

    app = Outcrop(workspace, words)
    on_signals(lambda: _leave(app))
    try:
        asyncio.run(_run(app))
    finally:
        workspace.close()
    if app.exit_message:
        with contextlib.suppress(OSError):  # nobody reads it where the terminal is gone
            say(app.exit_message)
    if app.exit_message or app.return_code:
        sys.exit(1)


async def _run(app: "Outcrop") -> None:
    with woken_by_signals():
        await app.run_async()


def _leave(app: "Outcrop") -> None:
    """Gives the terminal back as it was and ends, whatever the terminal says to that."""
    last = threading.Timer(_PATIENCE if os.isatty(0) else _PATIENCE_WHEN_GONE, os._exit, [1])
    last.daemon = True
    last.start()
    app.exit_message = "Outcrop was told to end. Nothing decided is lost."
    if app.is_running:
        app.call_from_thread(app.exit)
    else:
        os._exit(1)
