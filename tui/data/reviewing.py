"""The review queue: a sample, one record at a time, one key a verdict, gone on with wherever it was left."""

from typing import TYPE_CHECKING, Any

from core.errors import RefusedError, UsageError
from core.text import count
from tui.data.checking import Checking
from tui.data.reading import Beside
from tui.present.line import wrap
from tui.work import in_thread

if TYPE_CHECKING:
    from core.data import Decided, Row
    from core.data.project_view import ProjectView
    from core.data.review import Queue, Standing

_MOST = 2_000  # characters of an answer above its record, which has all of it
_SIZE = 100  # records of a queue, unless somebody says otherwise
_DIFFERING = "disputed IS NOT NULL"
_WAYS: dict[str, str] = {
    "riskiest": "Draw the riskiest of the records that are shown",
    "stratified": "Draw by chance, so many of each type",
    "random": "Draw by chance",
}


class Reviewing(Checking):
    """Walks through a queue; a flag leads to its next record."""

    DEFAULT_CSS = """
    Reviewing.-review > #rows { display: none; }
    Reviewing.-review > #record { border-left: none; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._queue: Queue | None = None  # while somebody works through it

    async def action_review(self) -> None:
        """Goes on with the queue, draws another, or shows where reviewers differ."""
        view, _ = await self._awaited()
        if not view.facts.complete:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        if self._queue is not None:
            self._leave_queue()
            return
        self._as_reviewer(self._offer)

    def _offer(self, who: str) -> None:
        from core.data import review, sharing
        from tui.widgets.overlay import Choosing

        store = self.workspace.store
        kept, entries = review.kept(store), []
        if kept is not None:
            standing = review.standing(store, kept, who, self.workspace.clock.now())
            if standing.next:
                entries.append(("go on", f"Go on: {_far(standing)} {kept.how}, as {who}", ""))
            for pair in review.agreements(sharing.by_reviewer(store), kept):
                found = pair.agreement
                kappa = "undefined" if found.kappa is None else f"{found.kappa:.2f}"
                said = f"{pair.first} and {pair.second}: kappa {kappa} on {count(found.records)}"
                entries.append(("differ", f"{said}; show the {len(found.disagreements)} on which they differ", ""))
        entries += [(way, title, "") for way, title in _WAYS.items()]
        self.app.push_screen(Choosing(entries), self._chose_queue)

    def _chose_queue(self, what: str | None) -> None:
        if what == "go on":
            self._begin_queue()
        elif what == "differ":
            self.attempt(lambda: self._apply(_DIFFERING))
        elif what is not None:
            self.call_after_refresh(
                lambda: self.bar.ask("how many records", str(_SIZE), lambda text: self._draw_queue(what, text))
            )

    def _draw_queue(self, way: str, size: str) -> None:
        from core.data import review

        if not size.strip().isdecimal() or not int(size):
            raise UsageError(f"{size!r} is no number of records")
        records, view, how = self._records, self.view, review.how(way)
        if view is None:
            return
        many, wanted = int(size), view

        def work() -> Any:
            review.keep(self.workspace.store, review.draw(wanted, how, many))
            return records, None

        in_thread(self, "drawn", work)

    def done(self, what: str, result: Any) -> None:
        """Something in a thread came to an end, or a step further."""
        super().done(what, result)
        if what == "drawn" and result[0] is self._records:
            self._begin_queue()

    def _begin_queue(self) -> None:
        from core.data import review

        self._queue = review.kept(self.workspace.store)
        if self._filter:
            self._apply("")
        self.add_class("-review")
        self.bring(self.query_one("#record"))
        self._next_of_queue()

    def _leave_queue(self) -> None:
        self._queue = None
        self.remove_class("-review")
        self.bring(self.table)
        self._draw_record()
        self._say()

    async def action_flag(self, flag: str) -> None:
        """In a queue a flag is this reviewer's own verdict, whatever held before."""
        if self._queue is None:
            await super().action_flag(flag)
        else:
            _, number = await self._awaited()
            self._decide([number], "flag", flag, then=self._after_flag)

    def _held(self, view: "ProjectView", number: int) -> "Decided":
        """In a queue nobody sees what others decided."""
        from core.data import Decided

        return super()._held(view, number) if self._queue is None else Decided()

    def _disputed(self, view: "ProjectView", number: int) -> str:
        """Nor who differs."""
        return super()._disputed(view, number) if self._queue is None else ""

    def _after_flag(self) -> None:
        """On to the next record of the queue, or to the next row."""
        if self._queue is None:
            super()._after_flag()
        else:
            self._next_of_queue()

    def _standing(self) -> "Standing | None":
        if self._queue is None:
            return None
        from core.data import review, reviewer

        who, now = reviewer.known(self.workspace), self.workspace.clock.now()
        return review.standing(self.workspace.store, self._queue, who, now)

    def _next_of_queue(self) -> None:
        standing, view = self._standing(), self.view
        if standing is None or view is None:
            return
        rows = view.facts.ids.rows_of({standing.next}) if standing.next else {}
        if rows:
            self.table.wanted = next(iter(rows))
            self._redraw_rows()
            self._draw_record()
            self._say()
        elif standing.next:
            self._leave_queue()
            self.say("The next record of the queue is not in this file: draw another with R", "warn")
        else:
            self._leave_queue()
            self.say(f"✓ the queue is done: {count(standing.total, 'record')}", "good")

    def _above(self, row: "Row") -> Beside:
        """In a queue, what is to be decided about: the question and the answer, before all they are about."""
        chat = row.chat
        if self._queue is None or chat is None:
            return super()._above(row)
        return lambda width: [
            *([(line, "strong")] for line in wrap(chat.question, width)),
            *([(line, "accent")] for line in wrap(chat.completion[:_MOST], width)),
            [],
        ]

    def _counts(self) -> str:
        standing = self._standing()
        return super()._counts() if standing is None else f"review {_far(standing)}"

    def back(self) -> bool:
        """Leaves the queue, which can be gone on with."""
        if self._queue is not None:
            self._leave_queue()
            return True
        return super().back()


def _far(standing: "Standing") -> str:
    pace = "" if standing.an_hour is None else f", {count(round(standing.an_hour))} an hour"
    return f"{count(standing.done)} of {count(standing.total)}{pace}"
