"""The review queue: a sample, one record at a time, one key a verdict, gone on with wherever it was left."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.text import count
from tui.present.line import wrap
from tui.tabs.data.record_pane import Lines
from tui.tabs.data.reviewer import Reviewer
from tui.tabs.data.selection import DataSelection, work_on_file
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.data import DatasetRow
    from core.data.review import ReviewProgress

_MOST = 2_000  # characters of an answer above its record, which has all of it
_SIZE = 100  # records of a queue, unless somebody says otherwise
_DIFFERING = "disputed IS NOT NULL"
_WAYS: dict[str, str] = {
    "riskiest": "Draw the riskiest of the records that are shown",
    "stratified": "Draw by chance, so many of each type",
    "random": "Draw by chance",
}


class ReviewQueue:
    """Walks through a queue; a flag leads to its next record."""

    def __init__(
        self,
        stage: Stage,
        selection: DataSelection,
        reviewer: Reviewer,
        *,
        filter_by: Callable[[str], None],
        turned: Callable[[bool], None],
        come_to: Callable[[int], None],
    ) -> None:
        """Prepares the queue.

        Args:
            stage: The tab.
            selection: What the user looks at; has the queue while somebody works through it.
            reviewer: Who reviews.
            filter_by: Filters the rows.
            turned: Called when a review begins and, with False, when it ends.
            come_to: Shows a record, by its row.
        """
        self._stage, self._selection, self._reviewer = stage, selection, reviewer
        self._filter_by, self._turned, self._come_to = filter_by, turned, come_to

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"review": self.begin_or_leave}

    async def begin_or_leave(self) -> None:
        """Goes on with the queue, draws another, or shows where reviewers differ."""
        await self._reviewer.decidable()
        self._selection.complete()
        if self._selection.queue is not None:
            self.leave()
            return
        self._reviewer.act(self._offer)

    def leave(self) -> None:
        """Leaves the queue, which can be gone on with."""
        self._selection.queue = None
        self._turned(False)

    def next(self) -> None:
        """To the next record of the queue."""
        standing, view = self.standing(), self._selection.view
        if standing is None or view is None:
            return
        rows = view.facts.ids.rows_of({standing.next}) if standing.next else {}
        if rows:
            self._come_to(next(iter(rows)))
        elif standing.next:
            self.leave()
            self._stage.say("The next record of the queue is not in this file: draw another with R", "warn")
        else:
            self.leave()
            self._stage.say(f"✓ the queue is done: {count(standing.total, 'record')}", "good")

    def above(self, row: "DatasetRow") -> Lines:
        """In a queue, what is to be decided about: the question and the answer, before all they are about."""
        chat = row.chat
        if self._selection.queue is None or chat is None:
            return lambda _width: []
        return lambda width: [
            *([(line, "strong")] for line in wrap(chat.question, width)),
            *([(line, "accent")] for line in wrap(chat.completion[:_MOST], width)),
            [],
        ]

    def progress(self) -> str:
        """How far the reviewer is; empty outside a queue."""
        standing = self.standing()
        return "" if standing is None else f"review {_far(standing)}"

    def standing(self) -> "ReviewProgress | None":
        """How far the reviewer is, and the next record; None outside a queue."""
        if self._selection.queue is None:
            return None
        from core.data import review, reviewer

        workspace = self._stage.workspace
        who, now = reviewer.known(workspace), workspace.clock.now()
        return review.standing(workspace.store, self._selection.queue, who, now)

    def _offer(self, who: str) -> None:
        from core.data import review, sharing
        from tui.widgets.dialogs import ChoiceDialog

        store = self._stage.workspace.store
        kept, entries = review.kept(store), []
        if kept is not None:
            standing = review.standing(store, kept, who, self._stage.workspace.clock.now())
            if standing.next:
                entries.append(("go on", f"Go on: {_far(standing)} {kept.how}, as {who}", ""))
            for pair in review.agreements(sharing.by_reviewer(store), kept):
                found = pair.agreement
                kappa = "undefined" if found.kappa is None else f"{found.kappa:.2f}"
                said = f"{pair.first} and {pair.second}: kappa {kappa} on {count(found.records)}"
                entries.append(("differ", f"{said}; show the {len(found.disagreements)} on which they differ", ""))
        entries += [(way, title, "") for way, title in _WAYS.items()]
        self._stage.dialog(ChoiceDialog(entries), self._chosen)

    def _chosen(self, what: str | None) -> None:
        if what == "go on":
            self._begin()
        elif what == "differ":
            self._filter_by(_DIFFERING)
        elif what is not None:
            ask = self._stage.bar.ask
            self._stage.call_after_refresh(
                lambda: ask("how many records", str(_SIZE), lambda text: self._draw(what, text))
            )

    def _draw(self, way: str, size: str) -> None:
        from core.data import review

        if not size.strip().isdecimal() or not int(size):
            raise UsageError(f"Expected a whole number of records, got {size!r}")
        view, store, how = self._selection.view, self._stage.workspace.store, review.how(way)
        if view is not None:
            work_on_file(
                self._stage,
                self._selection,
                "queue",
                lambda: review.keep(store, review.draw(view, how, int(size))),
                lambda _: self._begin(),
            )

    def _begin(self) -> None:
        from core.data import review

        self._selection.queue = review.kept(self._stage.workspace.store)
        if self._selection.filter:
            self._filter_by("")
        self._turned(True)
        self.next()


def _far(standing: "ReviewProgress") -> str:
    pace = "" if standing.an_hour is None else f", {count(round(standing.an_hour))} an hour"
    return f"{count(standing.done)} of {count(standing.total)}{pace}"
