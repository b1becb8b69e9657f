"""The judge beside the record: its verdict and reason, judging started from here, and where people disagree."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import RefusedError, UsageError
from core.text import count
from tui.present.line import Line, fact_lines, wrap
from tui.present.spending import judge_facts
from tui.tabs.data.record_pane import Lines
from tui.tabs.data.selection import DataSelection, work_on_file
from tui.tabs.stage import Action, Stage
from tui.work import start_task

if TYPE_CHECKING:
    from core.data.agreement import Agreement
    from core.data.annotation.judge import JudgePlan
    from core.data.annotation.verdicts import Judged
    from core.tasks import Task

_SAMPLE = 200
_DISAGREEMENTS = (
    "verdict = 'incorrect' AND flag = 'keep' OR verdict = 'correct' AND (flag = 'reject' OR flag = 'fix')"
)
_GLYPHS = {"correct": ("✓", "good"), "incorrect": ("✗", "bad"), "unparsed": ("?", "warn")}


class Judge:
    """A verdict excludes nothing by itself; a person applies it to the filter."""

    def __init__(
        self,
        stage: Stage,
        selection: DataSelection,
        *,
        filter_by: Callable[[str], None],
        filter_option: Callable[[], str],
        heard: Callable[[], None],
    ) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the user looks at.
            filter_by: Filters the rows.
            filter_option: Gives the filter as a plain command takes it.
            heard: Draws rows and record again.
        """
        self._stage, self._selection = stage, selection
        self._filter_by, self._filter_option, self._heard = filter_by, filter_option, heard

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"judge": self.ask, "agreement": self.show_agreement, "disagreements": self.show_disagreements}

    def below(self, number: int) -> Lines:
        """The newest verdict on a record."""
        view = self._selection.view
        judged, stale = view.judged(number) if view is not None and view.has_verdicts else (None, False)
        return (lambda width: _verdict(judged, stale, width)) if judged is not None else lambda _width: []

    def ask(self) -> None:
        """Asks how many records a judge is to look at; then says what that takes, and asks again."""
        self._stage.shell.refuse_if_read_only()
        _, view = self._selection.known()
        if self._selection.filter:
            many = count(len(view.shown()))
            self._stage.bar.ask(f"judge how many of this filter's {many} (or `all`)", "all", self._plan)
        else:
            self._stage.bar.ask("judge how many, by chance (or `all`)", str(_SAMPLE), self._plan)

    def show_agreement(self) -> None:
        """How far the judge agrees with what people decided."""
        _, view = self._selection.known()
        from tui.widgets.dialogs import TextDialog

        view.refresh()  # a judge may have said more by now
        found = view.judge_and_people()
        if not found.records:
            raise RefusedError("No record has both a verdict and a flag", todo="J lets a model judge; then flag some")
        where = str(self._stage.workspace.location)
        self._stage.app.push_screen(TextDialog(lambda width: _agreement(found, where, width)))

    def show_disagreements(self) -> None:
        """Only the records on which judge and people differ."""
        view = self._selection.view
        if view is not None and not view.has_verdicts:
            raise RefusedError("No record was judged yet", todo="J lets a model judge")
        self._filter_by(_DISAGREEMENTS)

    def task_advanced(self, task: "Task") -> None:
        """Verdicts come in while a judge is asked, and are counted at the end."""
        view = self._selection.view
        if task.title != "judge" or view is None:
            return

        def heard(news: bool) -> None:
            if news and view is self._selection.view:
                self._heard()
            if task.state == "done":
                said = Counter(view.by_record("verdict").values())
                told = ", ".join(f"{count(many)} {verdict}" for verdict, many in said.most_common())
                self._stage.say(f"✓ judged: {told}; K compares with people", "good")

        self._stage.in_thread("Reading verdicts", view.refresh, heard)

    def _plan(self, text: str) -> None:
        from core.data.annotation.judge import prepare

        wanted = text.strip().lower()
        if wanted != "all" and not (wanted.isdecimal() and int(wanted)):
            raise UsageError(f"Expected a whole number of records or `all`, got {text.strip()!r}")
        sample = None if wanted == "all" else int(wanted)
        workspace, where = self._stage.workspace, self._filter_option()
        self._stage.say("working out what that takes")
        work_on_file(
            self._stage,
            self._selection,
            "plan",
            lambda: prepare(workspace, sample=sample, where=where),
            lambda planned: self._confirm(planned, sample, where),
        )

    def _confirm(self, planned: "JudgePlan", sample: int | None, where: str) -> None:
        if not planned.forecast.to_ask:
            self._stage.say("All of these are judged already; nothing is asked again", "good")
            return
        facts = [*([("filter", where)] if where else []), *judge_facts(self._stage.workspace, planned)]
        many = count(planned.forecast.to_ask, "record")
        self._stage.confirm(f"Let {planned.annotator.model} judge {many}?", facts, lambda: self._judge(sample, where))

    def _judge(self, sample: int | None, where: str) -> None:
        which = ["--all"] if sample is None else ["--sample", str(sample)]
        which += ["--where", where] if where else []
        start_task(self._stage.workspace, "judge", "judge", *which, "--yes", "--json")


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
