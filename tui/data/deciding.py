"""Deciding: about one record or all that the filter leaves; notes, tags, edits, undo, redo, and the journal."""

import asyncio
import functools
import getpass
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from core.data import decisions
from core.data.decisions import Change, Kind
from core.data.journal import Entry
from core.errors import InputError, OutcropError, RefusedError, UsageError
from core.text import count
from tui.data.finding import Finding
from tui.editor import edited

if TYPE_CHECKING:
    from core.data.project_view import ProjectView
    from core.records import finding
    from core.store import Store
    from tui.present.line import Span

Result = TypeVar("Result")

_PATIENCE = 2.0  # seconds that a decision waits for its record to be read, or for a bulk to be written
_LOOK = 0.02  # seconds between two looks at whether that is done
_FEW = 1000  # decisions that are undone at once, on the screen's thread
_OF_ALL: dict[str, tuple[Kind, str | None, str]] = {  # what a bulk decision does, and what it is called
    "keep": ("flag", "keep", "Keep"),
    "reject": ("flag", "reject", "Reject"),
    "fix": ("flag", "fix", "Mark as one to fix"),
    "unflag": ("flag", None, "Take the flag away from"),
    "note": ("note", "", "Write a note to"),
    "tag": ("tag", "", "Tag"),
}


class Deciding(Finding):
    """Every decision is in the journal, on disk, before the screen shows it."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._writing = False  # whether a thread writes many decisions

    # One record

    async def action_flag(self, flag: str) -> None:
        """Keep, reject or fix, and on to the next row; the same flag again takes it away."""
        view, number = await self._awaited()
        held = view.decision(number).flag
        self._decide([number], "flag", None if held == flag else flag, then=self._after_flag)

    def _after_flag(self) -> None:
        """On to the next row."""
        self.table.action_cursor(1)

    async def action_note(self) -> None:
        """Asks for a note."""
        view, number = await self._awaited()
        held = view.decision(number).note
        self.bar.ask("note", held, lambda text: self._decide([number], "note", text.strip() or None))

    async def action_tag(self) -> None:
        """Asks for a tag."""
        view, number = await self._awaited()
        held = view.decision(number).tag
        self.bar.ask("tag", held, lambda text: self._decide([number], "tag", text.strip() or None), self._tags)

    def _tags(self, begun: str) -> list[str]:
        """The tags there are that begin with a word."""
        used = set(self.view.by_record("tag").values()) if self.view else set()
        return sorted(tag for tag in used if tag.startswith(begun))

    async def _awaited(self) -> "tuple[ProjectView, int]":
        """What `_decidable` says, once the scan has come to that row: keys that are typed ahead of it wait a moment.

        Raises:
            RefusedError: As for `_decidable`.
        """
        number = self._number()
        if self._records is not None and number is not None:
            await self._records.known(number, _PATIENCE)
        await self._written()
        return self._decidable()

    async def _written(self) -> None:
        """Waits a moment for many decisions that are being written.

        Raises:
            RefusedError: They take longer.
        """
        until = time.monotonic() + _PATIENCE
        while self._writing and time.monotonic() < until:
            await asyncio.sleep(_LOOK)
        if self._writing:
            raise _busy()

    def _decidable(self) -> "tuple[ProjectView, int]":
        """The view and the row that a decision is about.

        Raises:
            RefusedError: Read-only, no row, or one that the scan has not come to.
        """
        self.shell.refuse_if_read_only()
        number = self._number()
        if number is None:
            raise RefusedError("There is no record here")
        if self.view is None or number >= self.view.facts.count:
            raise RefusedError("This record is still being read", todo="Try again in a moment")
        return self.view, number

    def _decide(
        self, numbers: Sequence[int], kind: Kind, value: str | None, then: Callable[[], object] = lambda: None
    ) -> None:
        """Writes a decision about rows of the file, at once on disk."""

        def act(who: str) -> None:
            view = self.view
            subjects = view.subjects(numbers) if view else []
            if view is None or not subjects:
                raise RefusedError("This line cannot be read, so nothing can be decided about it")
            now = self.workspace.clock.now()
            self._decided(view, decisions.decide(self.workspace.store, subjects, kind, value, who=who, now=now))
            then()

        self._as_reviewer(act)

    def _decided(self, view: "ProjectView", change: Change) -> None:
        view.take(change)
        self._heard(view)

    def changed(self, topic: str) -> None:
        """While many decisions are written here, others' are read after them."""
        if topic != "decisions" or not self._writing:
            super().changed(topic)

    def _in_bulk(self, write: Callable[["Store"], Result], then: Callable[[Result], object]) -> None:
        """Writes many decisions off the screen's thread, through a connection that nobody else waits for.

        Args:
            write: Writes them, and lets the view know.
            then: Takes its result, while the same records are shown.
        """
        records, view, store = self._records, self.view, self.workspace.store

        def work() -> Result:
            try:
                with store.beside() as other:
                    return write(other)
            finally:
                self._writing = False
                if view:
                    view.catch_up()  # with what others decided meanwhile

        self._writing = True
        self.in_thread("Deciding", work, lambda result: then(result) if records is self._records else None)

    def _as_reviewer(self, act: Callable[[str], object]) -> None:
        """Does something in the reviewer's name, which is asked for once where nobody knows it."""
        from core.data import reviewer

        name = reviewer.known(self.workspace)
        if name:
            act(name)
            return

        def answered(text: str) -> None:
            if not text.strip():
                raise UsageError("The journal says who decided")
            reviewer.remember(self.workspace, text.strip())
            act(text.strip())

        self.call_after_refresh(lambda: self.bar.ask("your name, for the journal", getpass.getuser(), answered))

    # All rows that the filter leaves

    async def action_all(self) -> None:
        """Asks what is to be decided about every row that is shown."""
        await self._awaited()
        from tui.widgets.overlay import Choosing

        many = count(len(self.view.shown()) if self.view else 0, "record")
        entries = [(what, f"{title} all {many} of this filter", "") for what, (_, _, title) in _OF_ALL.items()]
        self.app.push_screen(Choosing(entries), self._chose_for_all)

    def _chose_for_all(self, what: str | None) -> None:
        if what is None:
            return
        kind, value, _ = _OF_ALL[what]
        if value == "":
            asked = functools.partial(self._confirm_all, what, kind)
            self.call_after_refresh(lambda: self.bar.ask(kind, "", lambda text: asked(text.strip() or None)))
        else:
            self._confirm_all(what, kind, value)

    def _confirm_all(self, what: str, kind: Kind, value: str | None) -> None:
        from tui.widgets.confirm import Confirm

        numbers = [*self.view.shown()] if self.view else []
        flags = self.view.by_record("flag") if self.view else {}
        facts = [
            ("records", count(len(numbers))),
            ("filter", self._filter or "none: all of them"),
            *([(kind, value or "none")] if kind != "flag" else []),
            ("decided", f"{count(len(flags))} in all have a flag now"),
            ("undo", "u takes all of it back at once"),
        ]
        question = f"{_OF_ALL[what][2]} {count(len(numbers), 'record')}?"
        self.app.push_screen(
            Confirm(question, facts), lambda yes: self._decide_all(numbers, kind, value) if yes else None
        )

    def _decide_all(self, numbers: list[int], kind: Kind, value: str | None) -> None:
        view, now = self.view, self.workspace.clock.now
        if view is None:
            return

        def act(who: str) -> None:
            def write(store: "Store") -> int:
                change = decisions.decide(store, view.subjects(numbers), kind, value, who=who, now=now())
                view.take(change)
                return len(change.records)

            self._in_bulk(write, self._decided_all)

        self.attempt(lambda: self._as_reviewer(act))

    def _decided_all(self, many: int) -> None:
        self._redraw()
        self.say(f"✓ decided about {count(many, 'record')}; u takes it back", "good")

    # Undo, redo, the journal

    async def action_undo(self) -> None:
        """Takes back the last decision of this reviewer."""
        await self._written()
        self._turn_back("nothing to undo", decisions.undoable, decisions.undo)

    async def action_redo(self) -> None:
        """Brings back what was taken back."""
        await self._written()
        self._turn_back("nothing to redo", decisions.redoable, decisions.redo)

    def _turn_back(
        self,
        nothing: str,
        which: Callable[["Store", str], int | None],
        turn: Callable[["Store", datetime, str], Change | None],
    ) -> None:
        self.shell.refuse_if_read_only()
        store, now = self.workspace.store, self.workspace.clock.now()

        def act(who: str) -> None:
            batch = which(store, who)
            if batch is None:
                self.say(nothing, "text")
            else:
                many = decisions.size(store, batch)
                self._turn(many, lambda store: turn(store, now, who), lambda said: self.say(said, "text"))

        if self.view is not None:
            self._as_reviewer(act)

    def _turn(self, many: int, turn: Callable[["Store"], Change | None], tell: Callable[[str], object]) -> None:
        """Undoes or redoes something, off the screen's thread where it is large; says then what was done."""
        view = self.view

        def write(store: "Store") -> str:
            change = turn(store)
            if change and view:
                view.take(change)
            return _said(change) if change else "nothing to undo"

        def told(said: str) -> None:
            if view:
                self._heard(view)
            tell(said)

        if many > _FEW:
            self._in_bulk(write, told)
        else:
            told(write(self.workspace.store))

    def action_journal(self) -> None:
        """Everything that was ever decided: who, when, what."""
        from tui.widgets.journal import Journal

        self.app.push_screen(
            Journal(self.workspace.store, self.workspace.clock, self._question_of, self._turn_entry),
            self._left_journal,
        )

    def _question_of(self, record: str) -> str:
        view = self.view
        rows = view.facts.ids.rows_of({record}) if view else {}
        return view.dataset.question(next(iter(rows))) if view and rows else "not in this file"

    def _turn_entry(self, entry: Entry, tell: Callable[[str], None]) -> None:
        """Takes back what an entry of the journal decided, whoever did, or brings it back."""
        from core.data import reviewer

        self.shell.refuse_if_read_only()
        if self._writing:
            raise _busy()
        who, now = reviewer.known(self.workspace) or getpass.getuser(), self.workspace.clock.now()
        self._turn(entry.records, lambda store: decisions.turn(store, entry.batch, now, who), tell)

    def _left_journal(self, record: str | None) -> None:
        rows = self.view.facts.ids.rows_of({record}) if record and self.view else {}
        if rows:
            self._go_to(next(iter(rows)))

    # Edits

    async def action_edit_here(self) -> None:
        """Asks for another answer, in place."""
        view, number = await self._awaited()
        row = view.row(number)
        answer = row.chat.completion if row.chat else ""
        if row.chat is None or "\n" in answer:
            raise RefusedError("This answer has more than one line", todo="e opens the record in your editor")
        from core.data import edits

        self.bar.ask(
            "answer",
            answer,
            lambda text: self._edit(number, edits.with_answer(view.dataset, row, text), text == answer),
        )

    async def action_edit(self) -> None:
        """Opens the record in `$VISUAL` or `$EDITOR`; what comes back is checked before it is accepted."""
        view, number = await self._awaited()
        from core.data import edits

        row = view.row(number)
        draft = self.workspace.hidden / "drafts" / f"{view.identity(number) or number}.json"
        was = draft.read_text("utf-8") if draft.is_file() else edits.as_text(row)
        text = edited(self.app, draft, was, "The record stays; e goes on with it")
        if not text.strip() or text == edits.as_text(row):  # emptied gives up, as in git
            draft.unlink()
            self.say("nothing was changed", "text")
            return
        try:
            line = edits.accepted(view.dataset, row, text)
            self._edit(number, line, unchanged=False)
        except InputError as error:
            raise _with_draft(error) from error
        draft.unlink(missing_ok=True)

    def _edit(self, number: int, line: bytes, unchanged: bool) -> None:
        """Keeps an edit as a decision, once the checks have looked at it; the file stays as it is."""
        view = self.view
        if view is None or unchanged:
            return
        from core.data import issues

        found = issues.accepted(view.dataset, view.facts, number, line)
        subject = view.edited_subject(number)

        def act(who: str) -> None:
            text = line.decode("utf-8", "surrogatepass")
            now = self.workspace.clock.now()
            self._decided(view, decisions.decide(self.workspace.store, [subject], "edit", text, who=who, now=now))
            if self.display:
                self.bar.say([("✓ edited", "good"), *map(_marked, found), ("; u takes it back", "dim")])

        self._as_reviewer(act)


def _busy() -> RefusedError:
    return RefusedError("Many decisions are still being written", todo="Try again in a moment")


def _said(change: Change) -> str:
    done = "undone" if change.undone else "redone"
    return f"{done}: {change.kind} of {count(len(change.records), 'record')}"


def _marked(found: "finding.Finding") -> "Span":
    glyph, style = ("✗", "bad") if found.severity == "error" else ("!", "warn")
    return f"  {glyph} {found.rule}", style


def _with_draft(error: OutcropError) -> InputError:
    return InputError(
        f"{error.what}, {error.where}: {error.why}" if error.where else f"{error.what}: {error.why}",
        todo="e opens your text again",
    )
