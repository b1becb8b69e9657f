"""The judge beside the record: its verdict and reason, judging started from here, and where people disagree."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from core.errors import RefusedError, UsageError
from core.text import count
from tui.data.reading import Beside
from tui.data.reviewing import Reviewing
from tui.present.line import Line, fact_lines, wrap
from tui.work import in_thread, start_task

if TYPE_CHECKING:
    from core.data.agreement import Agreement
    from core.data.annotation.verdicts import Judged
    from core.tasks import Task

_SAMPLE = 200
_DISAGREEMENTS = (
    "verdict = 'incorrect' AND flag = 'keep' OR verdict = 'correct' AND (flag = 'reject' OR flag = 'fix')"
)
_GLYPHS = {"correct": ("✓", "good"), "incorrect": ("✗", "bad"), "unparsed": ("?", "warn")}


class Judging(Reviewing):
    """A verdict excludes nothing by itself; a person applies it to the filter."""

    def action_judge(self) -> None:
        """Asks how many records a judge is to look at; then says what that takes, and asks again."""
        self.shell.refuse_if_read_only()
        if self.view is None:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        if self._filter:
            many = count(len(self.view.shown()))
            self.bar.ask(f"judge how many of this filter's {many} (or `all`)", "all", self._plan)
        else:
            self.bar.ask("judge how many, by chance (or `all`)", str(_SAMPLE), self._plan)

    def action_agreement(self) -> None:
        """How far the judge agrees with what people decided."""
        view = self.view
        if view is None:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        from tui.widgets.overlay import Reading

        view.refresh()  # a judge may have said more by now
        found = view.judge_and_people()
        if not found.records:
            raise RefusedError("No record has both a verdict and a flag", todo="J lets a model judge; then flag some")
        where = str(self.workspace.location)
        self.app.push_screen(Reading(lambda width: _agreement(found, where, width)))

    def action_disagreements(self) -> None:
        """Only the records on which judge and people differ."""
        if self.view is not None and not self.view.has_verdicts:
            raise RefusedError("No record was judged yet", todo="J lets a model judge")
        self._apply(_DISAGREEMENTS)

    def _plan(self, text: str) -> None:
        from core.data.annotation.judge import prepare

        wanted = text.strip().lower()
        if wanted != "all" and not (wanted.isdecimal() and int(wanted)):
            raise UsageError(f"{wanted!r} is no number of records", todo="Give a number, or all")
        sample = None if wanted == "all" else int(wanted)
        records, workspace, where = self._records, self.workspace, self._where()
        self.say("working out what that takes")
        in_thread(self, "planned", lambda: (records, (sample, where, prepare(workspace, sample=sample, where=where))))

    def _where(self) -> str:
        """The filter as a command takes it: words behind a quote."""
        query = self.view.understood(self._filter) if self.view else None
        return "" if query is None else query.text if query.kind == "sql" else f"'{query.text}"

    def done(self, what: str, result: Any) -> None:
        """Something in a thread came to an end, or a step further."""
        super().done(what, result)
        if what != "planned" or result[0] is not self._records:
            return
        from tui.present.spending import judge_facts
        from tui.widgets.confirm import Confirm

        sample, where, planned = result[1]
        if not planned.forecast.to_ask:
            self.say("All of these are judged already; nothing is asked again", "good")
            return
        many = count(planned.forecast.to_ask, "record")
        self.app.push_screen(
            Confirm(
                f"Let {planned.annotator.model} judge {many}?",
                [*_among(where), *judge_facts(self.workspace, planned)],
            ),
            lambda yes: self._judge(sample, where) if yes else None,
        )

    def _judge(self, sample: int | None, where: str) -> None:
        which = ["--all"] if sample is None else ["--sample", str(sample)]
        which += ["--where", where] if where else []
        self.attempt(lambda: start_task(self.workspace, "judge", "judge", *which, "--yes", "--json"))

    def task_advanced(self, task: "Task") -> None:
        """Verdicts come in while a judge is asked, and are counted at the end."""
        view = self.view
        if task.title != "judge" or view is None:
            return

        def heard(news: bool) -> None:
            if news:
                self._heard(view)
            if task.state == "done":
                said = Counter(view.by_record("verdict").values())
                told = ", ".join(f"{count(many)} {verdict}" for verdict, many in said.most_common())
                self.say(f"✓ judged: {told}; K compares with people", "good")

        self.in_thread("Reading verdicts", view.refresh, heard)

    def _below(self, number: int) -> Beside:
        """The verdict, below what was there before."""
        earlier = super()._below(number)
        view = self.view
        judged, stale = view.judged(number) if view is not None and view.has_verdicts else (None, False)
        if judged is None:
            return earlier
        found = judged
        return lambda width: [*earlier(width), *_verdict(found, stale, width)]


def _among(where: str) -> list[tuple[str, str]]:
    return [("filter", where)] if where else []


def _verdict(judged: "Judged", stale: bool, width: int) -> list[Line]:
    said = judged.verdict
    glyph, style = _GLYPHS[said.judgement]
    lines: list[Line] = [[], [("JUDGE ", "accent"), (f"{glyph} {said.judgement}", style)], [(judged.model, "dim")]]
    if stale:
        lines.append([("! the record has changed since", "warn")])
    for text, how in ((said.reason, "text"), (said.note, "warn")):
        lines += [[(line, how)] for line in wrap(text, width)] if text else []
    return lines


def _agreement(found: "Agreement", where: str, width: int) -> list[Line]:
    kappa = "undefined" if found.kappa is None else f"{found.kappa:.2f}"
    facts = [
        ("where", where),
        ("records", f"{count(found.records)} that have a verdict and a flag"),
        ("accuracy", f"{found.accuracy or 0:.2f}"),
        ("kappa", kappa),
        ("differ", f"{count(len(found.disagreements))}: ! shows them"),
    ]
    wide = max(map(len, found.labels)) + 2
    head = f"{'people ↓  judge →':<20}" + "".join(f"{label:>{wide}}" for label in found.labels)
    rows = [
        f"{label:<20}" + "".join(f"{count(many):>{wide}}" for many in row)
        for label, row in zip(found.labels, found.confusion, strict=True)
    ]
    return [
        [("The judge and the reviewers", "strong")],
        [],
        *fact_lines(facts, width, 12),
        [],
        [(head, "dim")],
        *([(row, "text")] for row in rows),
        [],
        [("keep counts as correct; reject and fix as incorrect", "dim")],
    ]
