"""A file as the Data tab looks at it: its first rows at once, the rest as threads find it out."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from core.data import Cells, Dataset, FirstRows, RowSource
from core.errors import OutcropError
from core.progress import Cancel, Progress
from tui.tabs.data.record_columns import UNSORTED
from tui.tabs.stage import Stage
from tui.widgets.table import Sort
from tui.work import deliver

if TYPE_CHECKING:
    from core.data.project_view import ProjectView
    from core.data.view import CellValue, Shown

_AHEAD = 10_000  # rows that a scan does in a fraction of a second
_LOOK = 0.02  # seconds between two looks at how far the scan is


class Listener(Protocol):
    """Hears, in the screen's thread, of what threads find out about a file; of a closed file nothing any more."""

    def advanced(self, progress: Progress) -> None:
        """Some work on the file came further."""

    def indexed(self) -> None:
        """All rows can be reached."""

    def known(self) -> None:
        """There are facts and decisions about rows, more of them from moment to moment."""

    def read(self) -> None:
        """There are facts about every row."""

    def found_some(self) -> None:
        """A search found more rows, and goes on."""

    def selected(self, shown: "Shown") -> None:
        """The rows are filtered and sorted."""

    def not_selected(self, error: OutcropError) -> None:
        """The rows cannot be filtered or sorted so."""

    def unreadable(self, error: OutcropError) -> None:
        """The file cannot be read to its end."""


class OpenFile:
    """The project's file, opened.

    Attributes:
        dataset: The file.
        view: Its rows with facts and decisions; None until what makes them is imported.
        selecting: A filter or a sort is under way.
        reading: The file is still being read.
    """

    def __init__(self, stage: Stage, listener: Listener) -> None:
        """Opens the project's file; `read` reads it.

        Args:
            stage: The tab.
            listener: Hears of what threads find out.

        Raises:
            InputError: It cannot be opened, is empty, or is not of records.
        """
        workspace = stage.workspace
        self.dataset = Dataset(workspace.path(workspace.config.data.source))
        self.view: ProjectView | None = None
        self.selecting = False
        self.reading = True
        self._source: RowSource = FirstRows(self.dataset, workspace.store)
        self._filtered = ""  # what the rows shown were filtered by
        self._stage, self._listener = stage, listener
        self._reading, self._selecting, self._stopping = Cancel(), Cancel(), Cancel()
        self._one_at_a_time = threading.Lock()
        self._closed = False

    @property
    def count(self) -> int:
        """Rows that are shown, as far as is known."""
        return self._source.count

    def cells(self, start: int, stop: int) -> list[Cells]:
        """The shown rows from a position to before another."""
        return self._source.rows(start, stop)

    @property
    def total(self) -> int:
        """Rows of the file, as far as is known."""
        return self.dataset.count

    def values(self, names: Sequence[str], start: int, stop: int) -> "dict[int, dict[str, CellValue]]":
        """Columns of the shown rows from a position to before another, by row; of what is not known yet, nothing."""
        view = self.view
        return view.values([name for name in names if name in view.columns()], start, stop) if view else {}

    def question(self, number: int) -> str:
        """What a row asks."""
        return self.dataset.question(number)

    def stale(self, number: int) -> bool:
        """A row has changed since it was decided about."""
        if self.view is None:
            return False
        held = self.view.decision(number).content
        return bool(held) and any(subject.content != held for subject in self.view.subjects([number]))

    def number(self, position: int) -> int | None:
        """The row of the file at a position; None where there is none by now."""
        return self._source.number(position)

    def position(self, number: int) -> int | None:
        """Where a row of the file is shown; None where a filter hides it, or nobody has come to it."""
        if self.view is not None:
            return self.view.position(number)
        return number if number < self.count else None

    async def wait_for(self, number: int, patience: float) -> None:
        """Waits until a row's facts are known, some seconds at most, where the scan is about to come to it."""
        until = time.monotonic() + patience
        while self.reading and time.monotonic() < until:
            come = self.view.facts.count if self.view is not None else 0
            if number < come or number > come + _AHEAD:
                return
            await asyncio.sleep(_LOOK)

    def read(self) -> None:
        """Reads the whole file in a thread."""
        self._stage.in_thread(
            "read", self._read, lambda _: self._if_open(self._listener.read), self._failing(self._listener.unreadable)
        )

    def select(self, text: str, sort: Sort) -> None:
        """Filters and sorts in a thread what is known.

        Rows that another filter finds are shown meanwhile; rows that are only sorted anew stay until they are.
        """
        view = self.view
        if view is None:
            return
        self._selecting.cancel()
        cancel, stop = Cancel(), Cancel()
        self._selecting, self._stopping = cancel, stop
        self.selecting = True

        def work() -> "Shown":
            with self._one_at_a_time:
                cancel.check()
                try:
                    some = self.tell_of_some if text != self._filtered else None
                    shown, self._filtered = view.apply(text, self.tell, cancel, some, stop), text
                    if sort != UNSORTED:
                        view.sort(sort[0], descending=sort[1])
                finally:
                    self.selecting = self._selecting is not cancel
                return shown

        def selected(shown: "Shown") -> None:
            self._if_open(lambda: self._listener.selected(shown))

        self._stage.in_thread("selected", work, selected, self._failing(self._listener.not_selected))

    def stop_selecting(self) -> None:
        """Stops a filter on its way; what it has found stays in sight."""
        self._stopping.cancel()

    def close(self) -> None:
        """Stops what is under way."""
        self._closed = True
        self._reading.cancel()
        self._selecting.cancel()

    def tell(self, progress: Progress) -> None:
        """Passes on, from any thread, how far some work on this file is."""
        self._deliver(lambda: self._listener.advanced(progress))

    def tell_of_some(self) -> None:
        """Passes on, from any thread, that a search found more rows."""
        self._deliver(self._listener.found_some)

    def _read(self) -> None:
        workspace, dataset = self._stage.workspace, self.dataset
        try:
            dataset.index.grow_all(self.tell, self._reading)  # takes less than the imports, and the last row is near
            self.tell(Progress(dataset.count, dataset.count, "records", "indexed"))

            from core.data.facts import Facts
            from core.data.project_records import project_requirements, renderer
            from core.data.project_view import ProjectView
            from core.data.scan.pool import beside_a_screen

            dataset.renderer = renderer(workspace.folder, workspace.config.format)
            facts = Facts(dataset, project_requirements(workspace), cache=workspace.hidden / "cache")
            view = ProjectView(workspace, dataset, facts)
            self._deliver(lambda: self._adopt(view))
            self._deliver(self._listener.indexed)
            facts.scan(self.tell, self._reading, workers=beside_a_screen())
            if view.catch_up() and not facts.compared:  # edits of rows that were not known before
                facts.compare(self._reading)
        finally:
            self.reading = False
            if self._reading.event.is_set():
                dataset.close()  # another file has its place

    def _adopt(self, view: "ProjectView") -> None:
        self.view = self._source = view
        self._listener.known()

    def _deliver(self, act: Callable[[], None]) -> None:
        deliver(self._stage, lambda: self._if_open(act))

    def _if_open(self, act: Callable[[], None]) -> None:
        if not self._closed:
            act()

    def _failing(self, act: Callable[[OutcropError], None]) -> Callable[[OutcropError], None]:
        return lambda error: self._if_open(lambda: act(error))
