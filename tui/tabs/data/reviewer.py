"""The person who decides: asked for a name once, and kept from deciding while many decisions are being written."""

import asyncio
import getpass
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from core.data import reviewer
from core.errors import RefusedError, UsageError
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Stage

if TYPE_CHECKING:
    from core.data.project_view import ProjectView
    from core.store import Store

Result = TypeVar("Result")
_PATIENCE = 2.0  # seconds that a key waits for many decisions to be written
_LOOK = 0.02  # seconds between two looks at whether they are


class Reviewer:
    """Decides in a person's name.

    Attributes:
        writing: A thread writes many decisions.
    """

    def __init__(self, stage: Stage, selection: DataSelection) -> None:
        """Prepares it.

        Args:
            stage: The tab.
            selection: What the user looks at.
        """
        self._stage, self._selection = stage, selection
        self.writing = False

    @property
    def name(self) -> str:
        """Who decides: the reviewer of the project, else the login."""
        return reviewer.known(self._stage.workspace) or getpass.getuser()

    def act(self, act: Callable[[str], object]) -> None:
        """Does something in the reviewer's name, which is asked for once where nobody knows it."""
        workspace = self._stage.workspace
        name = reviewer.known(workspace)
        if name:
            act(name)
            return

        def answered(text: str) -> None:
            if not text.strip():
                raise UsageError("The journal says who decided")
            reviewer.remember(workspace.store, text.strip())
            act(text.strip())

        self._stage.call_after_refresh(
            lambda: self._stage.bar.ask("your name, for the journal", getpass.getuser(), answered)
        )

    async def decidable(self) -> "tuple[ProjectView, int]":
        """The view and the row that a decision is about, once both are known and nothing is being written.

        Raises:
            RefusedError: Nothing may be changed, there is no such row, or it is not known in time.
        """
        await self.written()
        self._stage.shell.refuse_if_read_only()
        return await self._selection.awaited()

    async def written(self) -> None:
        """Waits a moment for many decisions that are being written.

        Raises:
            RefusedError: They take longer.
        """
        until = time.monotonic() + _PATIENCE
        while self.writing and time.monotonic() < until:
            await asyncio.sleep(_LOOK)
        self.refuse_while_writing()

    def refuse_while_writing(self) -> None:
        """Keeps decisions in their order.

        Raises:
            RefusedError: Many are still being written.
        """
        if self.writing:
            raise RefusedError("Many decisions are still being written", todo="Try again in a moment")

    def write_many(self, write: Callable[["Store"], Result], then: Callable[[Result], object]) -> None:
        """Writes many decisions off the screen's thread, through a connection that nobody else waits for.

        Args:
            write: Writes them, and lets the view know.
            then: Takes its result, while the same file is shown.
        """
        file, view, store = self._selection.file, self._selection.view, self._stage.workspace.store

        def work() -> Result:
            try:
                with store.beside() as other:
                    return write(other)
            finally:
                self.writing = False
                if view:
                    view.catch_up()  # with what others decided meanwhile

        self.writing = True
        self._stage.in_thread("Deciding", work, lambda result: then(result) if file is self._selection.file else None)
