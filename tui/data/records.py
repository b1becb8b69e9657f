"""One file as the Data tab looks at it: its first rows at once, what is known of them as it comes in."""

import asyncio
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.message_pump import MessagePump

from core.data import Cells, Dataset, FirstRows, RowSource
from core.progress import Cancel, Progress
from core.workspace import Workspace
from tui.messages import Done
from tui.widgets.record_columns import UNSORTED
from tui.widgets.table import Sort
from tui.work import in_thread

if TYPE_CHECKING:
    from core.data.project_view import ProjectView
    from core.data.view import Shown, Value

_AHEAD = 10_000  # rows that a scan does in a fraction of a second
_LOOK = 0.02  # seconds between two looks at how far the scan is


class Records:
    """An open file. What threads find out comes to the owner as `Done`, with these records beside it.

    Attributes:
        dataset: The file.
        view: Its rows with facts and decisions; None until what makes them is imported.
        selecting: Whether a filter or a sort is under way.
        reading: Whether the file is still being read.
    """

    def __init__(self, workspace: Workspace, owner: MessagePump) -> None:
        """Opens the project's file.

        Raises:
            InputError: It cannot be opened, is empty, or is not of records.
        """
        self.dataset = Dataset(workspace.path(workspace.config.data.source))
        self.view: ProjectView | None = None
        self.selecting = False
        self.reading = True
        self._source: RowSource = FirstRows(self.dataset, workspace.store)
        self._filtered = ""  # what the rows shown were filtered by
        self._workspace, self._owner = workspace, owner
        self._reading, self._selecting, self._stopping = Cancel(), Cancel(), Cancel()
        self._one_at_a_time = threading.Lock()

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

    def values(self, names: Sequence[str], start: int, stop: int) -> "dict[int, dict[str, Value]]":
        """Columns of the shown rows from a position to before another, by row; of what is not known yet, nothing."""
        view = self.view
        return view.values([name for name in names if name in view.columns()], start, stop) if view else {}

    def question(self, number: int) -> str:
        """What a row asks."""
        return self.dataset.question(number)

    def stale(self, number: int) -> bool:
        """Whether a row has changed since it was decided about."""
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

    async def known(self, number: int, patience: float) -> None:
        """Waits until a row's facts are known, some seconds at most, where the scan is about to come to it."""
        until = time.monotonic() + patience
        while self.reading and time.monotonic() < until:
            come = self.view.facts.count if self.view is not None else 0
            if number < come or number > come + _AHEAD:
                return
            await asyncio.sleep(_LOOK)

    def adopt(self, view: "ProjectView") -> None:
        """From now on with facts and decisions."""
        self.view = self._source = view

    def read(self) -> None:
        """Reads the whole file: `view` and `indexed` soon, `progress` meanwhile, `read` at the end."""
        in_thread(self._owner, "read", self._read)

    def select(self, text: str, sort: Sort) -> None:
        """Filters and sorts what is known: `progress` meanwhile, `selected` at the end.

        What another filter finds is shown meanwhile, with `some`; rows that are only sorted anew stay until they are.
        """
        view = self.view
        if view is None:
            return
        self._selecting.cancel()
        cancel, stop = Cancel(), Cancel()
        self._selecting, self._stopping = cancel, stop
        self.selecting = True

        def work() -> "tuple[Records, Shown]":
            with self._one_at_a_time:
                cancel.check()
                try:
                    some = (lambda: self._post("some")) if text != self._filtered else None
                    shown, self._filtered = view.apply(text, self.tell, cancel, some, stop), text
                    if sort != UNSORTED:
                        view.sort(sort[0], descending=sort[1])
                finally:
                    self.selecting = self._selecting is not cancel
                return self, shown

        in_thread(self._owner, "selected", work)

    def stop_selecting(self) -> None:
        """Stops a filter on its way; what it has found stays in sight."""
        self._stopping.cancel()

    def close(self) -> None:
        """Stops what is under way."""
        self._reading.cancel()
        self._selecting.cancel()

    def _read(self) -> "tuple[Records, None]":
        workspace, dataset = self._workspace, self.dataset
        try:
            dataset.index.grow_all(self.tell, self._reading)  # takes less than the imports, and the last row is near
            self.tell(Progress(dataset.count, dataset.count, "records", "indexed"))

            from core.data.facts import Facts
            from core.data.project_records import project_rules, renderer
            from core.data.project_view import ProjectView
            from core.data.scan.pool import beside_a_screen

            dataset.renderer = renderer(workspace)
            facts = Facts(dataset, project_rules(workspace), cache=workspace.hidden / "cache")
            view = ProjectView(workspace, dataset, facts)
            self._post("view", view)
            self._post("indexed")
            facts.scan(self.tell, self._reading, workers=beside_a_screen())
            if view.catch_up() and not facts.compared:  # edits of rows that were not known before
                facts.compare(self._reading)
        finally:
            self.reading = False
            if self._reading.event.is_set():
                dataset.close()  # other records have its place
        return self, None

    def tell(self, progress: Progress) -> None:
        """Passes on how far some work on these records is."""
        self._post("progress", progress)

    def _post(self, what: str, result: Any = None) -> None:
        self._owner.post_message(Done(what, (self, result)))
