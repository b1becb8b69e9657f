"""Editing the record under the cursor: its answer in place, or all of it in an editor; an edit is a decision."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.data import decisions, edits
from core.errors import InputError, OutcropError, RefusedError
from tui.editor import edited
from tui.tabs.data.reviewer import Reviewer
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.records.finding import Finding
    from tui.present.line import Span


class EditActions:
    """Edits records; the file stays as it is."""

    def __init__(
        self, stage: Stage, selection: DataSelection, reviewer: Reviewer, decided: Callable[[], None]
    ) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the user looks at.
            reviewer: Who edits.
            decided: Draws again what was decided.
        """
        self._stage, self._selection, self._reviewer, self._decided = stage, selection, reviewer, decided

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"edit": self.edit, "edit_here": self.edit_answer}

    async def edit_answer(self) -> None:
        """Asks for another answer, in place."""
        view, number = await self._reviewer.decidable()
        row = view.row(number)
        answer = row.chat.completion if row.chat else ""
        if row.chat is None or "\n" in answer:
            raise RefusedError("This answer has more than one line", todo="e opens the record in your editor")

        def answered(text: str) -> None:
            line = edits.with_answer(view.dataset, row, text)
            if text != answer:
                self._keep(number, line)

        self._stage.bar.ask("answer", answer, answered)

    async def edit(self) -> None:
        """Opens the record in `$VISUAL` or `$EDITOR`; what comes back is checked before it is accepted."""
        view, number = await self._reviewer.decidable()

        row = view.row(number)
        draft = self._stage.workspace.hidden / "drafts" / f"{view.identity(number) or number}.json"
        was = draft.read_text("utf-8") if draft.is_file() else edits.as_text(row)
        text = edited(self._stage.app, draft, was, "The record stays; e goes on with it")
        if not text.strip() or text == edits.as_text(row):  # emptied gives up, as in git
            draft.unlink()
            self._stage.say("nothing was changed", "text")
            return
        try:
            self._keep(number, edits.accepted(view.dataset, row, text))
        except InputError as error:
            raise _with_draft(error) from error
        draft.unlink(missing_ok=True)

    def _keep(self, number: int, line: bytes) -> None:
        """Keeps an edit as a decision, once the checks have looked at it."""
        view, workspace = self._selection.view, self._stage.workspace
        if view is None:
            return
        from core.data import issues

        found = issues.accepted(view.dataset, view.facts, number, line)
        subject = view.edited_subject(number)

        def act(who: str) -> None:
            text = line.decode("utf-8", "surrogatepass")
            now = workspace.clock.now()
            view.take(decisions.decide(workspace.store, [subject], "edit", text, who=who, now=now))
            self._decided()
            if self._stage.display:
                self._stage.bar.say([("✓ edited", "good"), *map(_marked, found), ("; u takes it back", "dim")])

        self._reviewer.act(act)


def _marked(found: "Finding") -> "Span":
    glyph, style = ("✗", "bad") if found.severity == "error" else ("!", "warn")
    return f"  {glyph} {found.rule}", style


def _with_draft(error: OutcropError) -> InputError:
    return InputError(
        f"{error.what}, {error.where}: {error.why}" if error.where else f"{error.what}: {error.why}",
        todo="e opens your text again",
    )
