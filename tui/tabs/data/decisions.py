"""Deciding about the record under the cursor: flag, note, tag; undo and redo.

Every decision is in the journal, on disk, before the screen shows it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.data import decisions
from core.data.decisions import Change, DecisionKind
from core.data.journal import JournalEntry
from core.errors import RefusedError
from core.text import count
from tui.tabs.data.reviewer import Reviewer
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.store import Store

_FEW = 1000  # decisions that are undone at once, on the screen's thread


class DecisionActions:
    """Decides, and takes decisions back."""

    def __init__(
        self,
        stage: Stage,
        selection: DataSelection,
        reviewer: Reviewer,
        *,
        decided: Callable[[], None],
        next_record: Callable[[], None],
    ) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the user looks at.
            reviewer: Who decides.
            decided: Draws again what was decided.
            next_record: Goes on to the next record after a flag.
        """
        self._stage, self._selection, self._reviewer = stage, selection, reviewer
        self._decided, self._next_record = decided, next_record

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"flag": self.flag, "note": self.note, "tag": self.tag, "undo": self.undo, "redo": self.redo}

    async def flag(self, flag: str) -> None:
        """Keep, reject or fix, and on to the next record; the same flag again takes it away.

        In a review queue a flag is this reviewer's own verdict, whatever held before.
        """
        view, number = await self._reviewer.decidable()
        held = None if self._selection.queue is not None else view.decision(number).flag
        self._decide([number], "flag", None if held == flag else flag, then=self._next_record)

    async def note(self) -> None:
        """Asks for a note."""
        view, number = await self._reviewer.decidable()
        held = view.decision(number).note
        self._stage.bar.ask("note", held, lambda text: self._decide([number], "note", text.strip() or None))

    async def tag(self) -> None:
        """Asks for a tag."""
        view, number = await self._reviewer.decidable()
        held = view.decision(number).tag
        self._stage.bar.ask("tag", held, lambda text: self._decide([number], "tag", text.strip() or None), self._tags)

    async def undo(self) -> None:
        """Takes back the last decision of this reviewer."""
        await self._reviewer.written()
        self._turn_back("nothing to undo", decisions.undoable, decisions.undo)

    async def redo(self) -> None:
        """Brings back what was taken back."""
        await self._reviewer.written()
        self._turn_back("nothing to redo", decisions.redoable, decisions.redo)

    def toggle_entry(self, entry: JournalEntry, tell: Callable[[str], None]) -> None:
        """Takes back what an entry of the journal decided, whoever did, or brings it back.

        Args:
            entry: Of the journal.
            tell: Hears what was done.

        Raises:
            RefusedError: Nothing may be changed, or many decisions are being written.
        """
        self._stage.shell.refuse_if_read_only()
        self._reviewer.refuse_while_writing()
        who, now = self._reviewer.name, self._stage.workspace.clock.now()
        self._turn(entry.records, lambda store: decisions.turn(store, entry.batch, now, who), tell)

    def _tags(self, begun: str) -> list[str]:
        """The tags there are that begin with a word."""
        view = self._selection.view
        used = set(view.by_record("tag").values()) if view else set()
        return sorted(tag for tag in used if tag.startswith(begun))

    def _decide(
        self, numbers: Sequence[int], kind: DecisionKind, value: str | None, then: Callable[[], object] = lambda: None
    ) -> None:
        """Writes a decision about rows of the file, at once on disk."""
        workspace = self._stage.workspace

        def act(who: str) -> None:
            view = self._selection.view
            subjects = view.subjects(numbers) if view else []
            if view is None or not subjects:
                raise RefusedError("This line cannot be read, so nothing can be decided about it")
            now = workspace.clock.now()
            view.take(decisions.decide(workspace.store, subjects, kind, value, who=who, now=now))
            self._decided()
            then()

        self._reviewer.act(act)

    def _turn_back(
        self,
        nothing: str,
        which: Callable[["Store", str], int | None],
        turn: Callable[["Store", datetime, str], Change | None],
    ) -> None:
        self._stage.shell.refuse_if_read_only()
        store, now = self._stage.workspace.store, self._stage.workspace.clock.now()

        def act(who: str) -> None:
            batch = which(store, who)
            if batch is None:
                self._stage.say(nothing, "text")
            else:
                many = decisions.size(store, batch)
                self._turn(many, lambda store: turn(store, now, who), lambda said: self._stage.say(said, "text"))

        if self._selection.view is not None:
            self._reviewer.act(act)

    def _turn(self, many: int, turn: Callable[["Store"], Change | None], tell: Callable[[str], object]) -> None:
        """Undoes or redoes something, off the screen's thread where it is large; says then what was done."""
        view = self._selection.view

        def write(store: "Store") -> str:
            change = turn(store)
            if change and view:
                view.take(change)
            return _said(change) if change else "nothing to undo"

        def told(said: str) -> None:
            if view is self._selection.view:
                self._decided()
            tell(said)

        if many > _FEW:
            self._reviewer.write_many(write, told)
        else:
            told(write(self._stage.workspace.store))


def _said(change: Change) -> str:
    done = "undone" if change.undone else "redone"
    return f"{done}: {change.kind} of {count(len(change.records), 'record')}"
