"""What the checks found: reasons beside the record, rules with their counts, safe fixes previewed and undoable."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.text import clip, count
from tui.present.line import Line, wrap
from tui.tabs.data.record_pane import Lines
from tui.tabs.data.reviewer import Reviewer
from tui.tabs.data.selection import DataSelection, work_on_file
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.data.issues import Fixes, LineChange
    from core.records.check import Issue
    from core.records.finding import Finding

_GLYPHS = {"error": ("✗", "bad"), "warning": ("!", "warn"), "advice": ("·", "dim")}
_PREVIEWED = 3  # changes that a confirmation shows
_LINE = 130  # characters of a line in it
_BEFORE = 40  # of those, before the first that changes


class Findings:
    """Findings, row by row and rule by rule."""

    def __init__(
        self,
        stage: Stage,
        selection: DataSelection,
        reviewer: Reviewer,
        *,
        filter_by: Callable[[str], None],
        decided: Callable[[int], None],
    ) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the user looks at.
            reviewer: Who mends records.
            filter_by: Filters the rows.
            decided: Draws again, and says how many records were decided about.
        """
        self._stage, self._selection, self._reviewer = stage, selection, reviewer
        self._filter_by, self._decided = filter_by, decided

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"findings": self.list_rules}

    def below(self, number: int) -> Lines:
        """What was found in the record, with reasons."""
        view = self._selection.view
        if view is None or number >= view.facts.count:
            return lambda _width: []
        from core.data import issues

        found = issues.reasons(view.dataset, view.facts, number)
        return lambda width: _lines(found, width)

    def list_rules(self) -> None:
        """Lists the rules that found something: enter shows the rows, or mends them where that is safe."""
        _, view = self._selection.complete()
        from core.data import issues

        work_on_file(
            self._stage,
            self._selection,
            "findings",
            lambda: issues.summary(view.dataset, view.facts),
            self._offer,
        )

    def _offer(self, found: "Sequence[Issue]") -> None:
        from core.data import issues
        from tui.widgets.dialogs import ChoiceDialog

        if not found:
            self._stage.say("✓ the checks found nothing", "good")
            return
        entries = [
            (f"show {each.rule}", f"{_GLYPHS[each.severity][0]} {each.rule}: {each.message}", count(each.count))
            for each in found
        ]
        entries += [
            (f"mend {each.rule}", f"~ mend {each.rule}, where that is safe", count(each.count))
            for each in found
            if issues.fixable(each.rule)
        ]
        self._stage.dialog(ChoiceDialog(entries), self._chosen)

    def _chosen(self, chosen: str | None) -> None:
        from core.data import issues

        what, _, rule = (chosen or "").partition(" ")
        if what == "show":
            self._filter_by(issues.condition(rule))
        elif what == "mend":
            self._plan(rule)

    def _plan(self, rule: str) -> None:
        from core.data import issues

        self._stage.shell.refuse_if_read_only()
        view, _ = self._selection.decidable()
        work_on_file(
            self._stage,
            self._selection,
            "fixes",
            lambda: issues.fixed(view.dataset, view.facts, rule),
            self._confirm,
        )

    def _confirm(self, fix: "Fixes") -> None:
        if not fix.changes:
            self._stage.say(f"Nothing to mend for {fix.rule}", "text")
            return
        facts = [("what", fix.does), ("records", count(len(fix.changes))), ("undo", "u takes all of it back at once")]
        for change in fix.changes[:_PREVIEWED]:
            before, after = self._previewed(change)
            facts += [(f"row {change.row + 1:,}", before), ("becomes", after)]
        question = f"Mend {count(len(fix.changes), 'record')}: {fix.rule}?"
        self._stage.confirm(question, facts, lambda: self._mend(fix))

    def _previewed(self, change: "LineChange") -> tuple[str, str]:
        """What a change is about, and what becomes of it: of a line only what is around its first difference."""
        if change.after is None:
            dataset = self._selection.view.dataset if self._selection.view else None
            asked = f"{dataset.question(change.row)}  {dataset.answer(change.row)}" if dataset else ""
            return clip(asked, _LINE), "rejected"
        before, after = (line.decode("utf-8", "replace") for line in (change.before, change.after))
        at = max(0, _alike(before, after) - _BEFORE)
        return _excerpt(before, at), _excerpt(after, at)

    def _mend(self, fix: "Fixes") -> None:
        from core.data import issues

        view, now = self._selection.view, self._stage.workspace.clock.now
        if view is None:
            return

        def act(who: str) -> None:
            self._reviewer.write_many(
                lambda store: issues.applied(store, view, fix, who=who, now=now()), self._decided
            )

        self._reviewer.act(act)


def _alike(one: str, other: str) -> int:
    """How many characters two lines begin with alike."""
    differing = (at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there)
    return next(differing, min(len(one), len(other)))


def _excerpt(line: str, at: int) -> str:
    return ("…" if at else "") + clip(line[at:], _LINE)


def _lines(found: "tuple[Finding, ...]", width: int) -> list[Line]:
    lines: list[Line] = [[]] if found else []
    for each in found:
        glyph, style = _GLYPHS[each.severity]
        lines.append([(f"{glyph} {each.rule}", style)])
        lines += [[(line, "text")] for line in wrap(each.message, width)]
    return lines
