"""What the pieces of the Data tab share: the file, its filter, the row under the cursor, the review queue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from core.errors import OutcropError, RefusedError
from tui.tabs.data.open_file import OpenFile
from tui.tabs.data.record_table import RecordTable
from tui.tabs.stage import Stage

if TYPE_CHECKING:
    from core.data.project_view import ProjectView
    from core.data.review import Queue
    from core.data.view import Shown

Result = TypeVar("Result")
_PATIENCE = 2.0  # seconds that a key waits for its record to be read


@dataclass
class DataSelection:
    """What the user looks at.

    Attributes:
        table: The rows.
        file: The open file; None where there is none.
        filter: The filter, as it was typed.
        applied: The filter that the rows shown went through.
        shown: What that filter left, and how it was understood; None before there was one.
        progress: What some work on the file says of itself; empty when nothing is under way.
        queue: The review queue, while somebody works through it.
    """

    table: RecordTable
    file: OpenFile | None = None
    filter: str = ""
    applied: str = ""
    shown: "Shown | None" = None
    progress: str = ""
    queue: "Queue | None" = None

    @property
    def view(self) -> "ProjectView | None":
        """Rows with facts and decisions, as soon as there are any."""
        return self.file.view if self.file else None

    @property
    def number(self) -> int | None:
        """The row under the cursor, by its number in the file."""
        return self.table.number

    def known(self) -> "tuple[OpenFile, ProjectView]":
        """The file and its view.

        Raises:
            RefusedError: Nothing is known of its rows yet.
        """
        if self.file is None or self.file.view is None:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        return self.file, self.file.view

    def complete(self) -> "tuple[OpenFile, ProjectView]":
        """The file and its view, once every row is known.

        Raises:
            RefusedError: Rows are still being read.
        """
        file, view = self.known()
        if not view.facts.complete:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        return file, view

    def decidable(self) -> "tuple[ProjectView, int]":
        """The view and the row that a decision is about.

        Raises:
            RefusedError: There is no row, or the scan has not come to it.
        """
        number, view = self.number, self.view
        if number is None:
            raise RefusedError("There is no record here")
        if view is None or number >= view.facts.count:
            raise RefusedError("This record is still being read", todo="Try again in a moment")
        return view, number

    async def awaited(self) -> "tuple[ProjectView, int]":
        """The same, once the scan has come to that row: keys that are typed ahead of it wait a moment.

        Raises:
            RefusedError: As for `decidable`.
        """
        if self.file is not None and self.number is not None:
            await self.file.wait_for(self.number, _PATIENCE)
        return self.decidable()


def work_on_file(
    stage: Stage, selection: DataSelection, title: str, work: Callable[[], Result], then: Callable[[Result], object]
) -> None:
    """Runs something about the open file in a thread; drops the result if another file is open by then.

    Args:
        stage: The tab.
        selection: Has the file.
        title: Names the work in an error that nobody foresaw.
        work: Runs in a thread.
        then: Takes the result.
    """
    file = selection.file

    def take(result: Result) -> None:
        if selection.file is file:
            stage.say_state()
            then(result)

    def fail(error: OutcropError) -> None:
        selection.progress = ""
        stage.shell.complain(error)

    stage.in_thread(title, work, take, fail)
