"""What the checks found: reasons beside the record, rules with their counts, safe fixes previewed and undoable."""

from typing import TYPE_CHECKING, Any

from core.errors import RefusedError
from core.text import clip, count
from tui.data.deciding import Deciding
from tui.data.reading import Beside
from tui.present.line import Line, wrap
from tui.work import in_thread

if TYPE_CHECKING:
    from core.data.issues import Change, Fixes
    from core.records.finding import Finding as Found

_GLYPHS = {"error": ("✗", "bad"), "warning": ("!", "warn"), "advice": ("·", "dim")}
_PREVIEWED = 3  # changes that a confirmation shows
_LINE = 130  # characters of a line in it
_BEFORE = 40  # of those, before the first that changes


class Checking(Deciding):
    """Findings, row by row and rule by rule."""

    def action_findings(self) -> None:
        """Lists the rules that found something: enter shows the rows, or mends them where that is safe."""
        records, view = self._records, self.view
        if records is None or view is None or not view.facts.complete:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        from core.data import issues

        in_thread(self, "summed up", lambda: (records, issues.summary(view.dataset, view.facts)))

    def done(self, what: str, result: Any) -> None:
        """Something in a thread came to an end, or a step further."""
        super().done(what, result)
        if result[0] is not self._records:
            return
        if what == "summed up":
            self._offer_rules(result[1])
        elif what == "mendable":
            self._confirm_fix(result[1])

    def _offer_rules(self, found: Any) -> None:
        from core.data import issues
        from tui.widgets.overlay import Choosing

        if not found:
            self.say("✓ the checks found nothing", "good")
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
        self.app.push_screen(Choosing(entries), self._chose_rule)

    def _chose_rule(self, chosen: str | None) -> None:
        from core.data import issues

        what, _, rule = (chosen or "").partition(" ")
        if what == "show":
            self.attempt(lambda: self._apply(issues.condition(rule)))
        elif what == "mend":
            self.attempt(lambda: self._plan_fix(rule))

    def _plan_fix(self, rule: str) -> None:
        from core.data import issues

        records, (view, _) = self._records, self._decidable()
        in_thread(self, "mendable", lambda: (records, issues.fixed(view.dataset, view.facts, rule)))

    def _confirm_fix(self, fix: "Fixes") -> None:
        from tui.widgets.confirm import Confirm

        if not fix.changes:
            self.say(f"Nothing to mend for {fix.rule}", "text")
            return
        facts = [("what", fix.does), ("records", count(len(fix.changes))), ("undo", "u takes all of it back at once")]
        for change in fix.changes[:_PREVIEWED]:
            before, after = self._previewed(change)
            facts += [(f"row {change.row + 1:,}", before), ("becomes", after)]
        question = f"Mend {count(len(fix.changes), 'record')}: {fix.rule}?"
        self.app.push_screen(Confirm(question, facts), lambda yes: self._mend(fix) if yes else None)

    def _previewed(self, change: "Change") -> tuple[str, str]:
        """What a change is about, and what becomes of it: of a line only what is around its first difference."""
        if change.after is None:
            dataset = self.view.dataset if self.view else None
            asked = f"{dataset.question(change.row)}  {dataset.answer(change.row)}" if dataset else ""
            return clip(asked, _LINE), "rejected"
        before, after = (line.decode("utf-8", "replace") for line in (change.before, change.after))
        at = max(0, _alike(before, after) - _BEFORE)
        return _excerpt(before, at), _excerpt(after, at)

    def _mend(self, fix: "Fixes") -> None:
        from core.data import issues

        view, now = self.view, self.workspace.clock.now
        if view is None:
            return

        def act(who: str) -> None:
            self._in_bulk(lambda store: issues.applied(store, view, fix, who=who, now=now()), self._decided_all)

        self.attempt(lambda: self._as_reviewer(act))

    def _below(self, number: int) -> Beside:
        """What was found in the record, with reasons."""
        earlier, view = super()._below(number), self.view
        if view is None or number >= view.facts.count:
            return earlier
        from core.data import issues

        found = issues.reasons(view.dataset, view.facts, number)
        return lambda width: [*earlier(width), *_findings(found, width)]


def _alike(one: str, other: str) -> int:
    """How many characters two lines begin with alike."""
    differing = (at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there)
    return next(differing, min(len(one), len(other)))


def _excerpt(line: str, at: int) -> str:
    return ("…" if at else "") + clip(line[at:], _LINE)


def _findings(found: "tuple[Found, ...]", width: int) -> list[Line]:
    lines: list[Line] = [[]] if found else []
    for each in found:
        glyph, style = _GLYPHS[each.severity]
        lines.append([(f"{glyph} {each.rule}", style)])
        lines += [[(line, "text")] for line in wrap(each.message, width)]
    return lines
