"""Deciding about every record that the filter leaves, as one action that is undone as one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.data import decisions
from core.data.decisions import DecisionKind
from core.text import count
from tui.tabs.data.reviewer import Reviewer
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.store import Store

_ACTIONS: dict[str, tuple[DecisionKind, str | None, str]] = {  # a kind of decision, its value, and its name
    "keep": ("flag", "keep", "Keep"),
    "reject": ("flag", "reject", "Reject"),
    "fix": ("flag", "fix", "Mark as one to fix"),
    "unflag": ("flag", None, "Take the flag away from"),
    "note": ("note", "", "Write a note to"),
    "tag": ("tag", "", "Tag"),
}


class BulkActions:
    """Decides about many records at once."""

    def __init__(
        self, stage: Stage, selection: DataSelection, reviewer: Reviewer, decided: Callable[[int], None]
    ) -> None:
        """Prepares the action.

        Args:
            stage: The tab.
            selection: What the user looks at.
            reviewer: Who decides.
            decided: Draws again, and says how many records were decided about.
        """
        self._stage, self._selection, self._reviewer, self._decided = stage, selection, reviewer, decided

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"all": self.ask}

    async def ask(self) -> None:
        """Asks what is to be decided about every row that is shown."""
        view, _ = await self._reviewer.decidable()
        from tui.widgets.dialogs import ChoiceDialog

        many = count(len(view.shown()), "record")
        entries = [(what, f"{title} all {many} of this filter", "") for what, (_, _, title) in _ACTIONS.items()]
        self._stage.dialog(ChoiceDialog(entries), self._chosen)

    def _chosen(self, what: str | None) -> None:
        if what is None:
            return
        kind, value, _ = _ACTIONS[what]
        if value != "":
            self._confirm(what, kind, value)
            return

        def answered(text: str) -> None:
            self._confirm(what, kind, text.strip() or None)

        self._stage.call_after_refresh(lambda: self._stage.bar.ask(kind, "", answered))

    def _confirm(self, what: str, kind: DecisionKind, value: str | None) -> None:
        view = self._selection.view
        numbers = [*view.shown()] if view else []
        flags = view.by_record("flag") if view else {}
        facts = [
            ("records", count(len(numbers))),
            ("filter", self._selection.filter or "none: all of them"),
            *([(kind, value or "none")] if kind != "flag" else []),
            ("decided", f"{count(len(flags))} in all have a flag now"),
            ("undo", "u takes all of it back at once"),
        ]
        question = f"{_ACTIONS[what][2]} {count(len(numbers), 'record')}?"
        self._stage.confirm(question, facts, lambda: self._decide(numbers, kind, value))

    def _decide(self, numbers: list[int], kind: DecisionKind, value: str | None) -> None:
        view, now = self._selection.view, self._stage.workspace.clock.now
        if view is None:
            return

        def act(who: str) -> None:
            def write(store: "Store") -> int:
                change = decisions.decide(store, view.subjects(numbers), kind, value, who=who, now=now())
                view.take(change)
                return len(change.records)

            self._reviewer.write_many(write, self._decided)

        self._reviewer.act(act)
