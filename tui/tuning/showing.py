"""What the Tune tab shows: the form, what it makes of the job, and one of three views beside them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from textual.app import ComposeResult

from core.errors import OutcropError
from core.text import number
from tui.present.line import Line, cells, error_lines, fact_lines, wrap
from tui.present.submission import facts
from tui.tabs.stage import Stage
from tui.tuning import fields, views
from tui.widgets.form import Entry, Form
from tui.widgets.table import Column
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.formatting import Export
    from core.tuning.earlier import Earlier
    from core.tuning.preflight import Preflight
    from core.tuning.submission import Submission

ADVICE, PREFLIGHT, DIFFERENCE = range(3)  # the views


class Plan(msgspec.Struct, frozen=True):
    """What would be submitted, as far as it can be.

    Attributes:
        export: On what; None where there are no records.
        folder: Where that lies.
        submission: All of it; None where something is refused.
        again: Whether the same has been submitted before, so that this would be once more.
        error: Why it is refused.
        cost: In words.
        took: How long like jobs took, in words.
    """

    export: "Export | None" = None
    folder: Path = Path()
    submission: "Submission | None" = None
    again: bool = False
    error: OutcropError | None = None
    cost: str = ""
    took: str = ""


class Showing(Stage):
    """The panes of the Tune tab."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._plan = Plan()
        self._planning = False
        self._outdated = False  # something changed while a plan was being worked out
        self._view = ADVICE
        self._preflight: Preflight | None = None
        self._preflight_failure = ""
        self._looking = False
        self._look_again = False  # something changed while a preflight was under way
        self._earlier: Earlier | None = None

    def compose(self) -> ComposeResult:
        """The form above what it makes of the job; beside them one of three views."""
        yield Form([Column("", 23), Column("value", 8, right=True), Column("range", least=44)], id="knobs")
        yield TextView(id="beside")
        yield TextView(id="plan", margin="  ")

    @property
    def form(self) -> Form:
        """The hyperparameters, and what a job is given besides."""
        return self.query_one("#knobs", Form)

    def action_view(self) -> None:
        """To the next of what stands beside the form."""
        self._turn_to((self._view + 1) % 3)

    def on_table_moved(self, event: Form.Moved) -> None:
        """What the parameter does stands in the bar, and in full beside the form."""
        event.stop()
        self._say()
        self._show_beside()

    def copied(self) -> str:
        """What helps, where a preflight is in sight; else the pane in front: the plan with the AWS CLI's command."""
        if self._view == PREFLIGHT and self._preflight is not None:
            helps = views.remedies(self._preflight)
            return helps or self.query_one("#beside", TextView).text()
        if self.front().id == "beside":
            return self.query_one("#beside", TextView).text()
        plan, planned = self.query_one("#plan", TextView).text(), self._plan.submission
        if planned is None:
            return plan
        from core.aws.customization import equivalent_command

        return f"{plan}\n\n{equivalent_command(planned.request, planned.location.region, planned.location.profile)}"

    def _fill(self) -> None:
        export = self._plan.export
        self.form.fill(fields.entries(self.workspace, export.records("train") if export else None))

    def _turn_to(self, view: int) -> None:
        self._view = view
        self._show_beside(keep_place=False)

    def _show(self) -> None:
        self.query_one("#plan", TextView).show(self._lines, keep_place=True)
        self._show_beside()

    def _show_beside(self, *, keep_place: bool = True) -> None:
        self.query_one("#beside", TextView).show(self._beside, keep_place=keep_place)

    def _say(self) -> None:
        entry = self.form.entry()
        if entry is None:
            return
        sentence, right = self._sentence(entry)
        fits = cells(sentence) + cells(right) + 4 <= self.app.size.width
        self.tell([(sentence, "text")], right if fits else "")

    def _sentence(self, entry: Entry) -> tuple[str, str]:
        """What an entry is, and its type, range, default and advice or its whole value."""
        _, tuning = self.workspace.tuning()
        knob = tuning.hyperparameter(entry.name)
        if knob is not None:
            return knob.help, fields.kind(knob) + self._advised(knob.name)
        return fields.SENTENCES[entry.name], ""

    def _advised(self, name: str) -> str:
        from core.tuning import advise

        planned = self._plan.submission
        found = advise(planned.model, planned.forecast.records) if planned else []
        band = next((each for each in found if each.parameter == name and each.low is not None), None)
        return f", advised {number(band.low or 0)} to {number(band.high or 0)}" if band else ""

    def _lines(self, width: int) -> list[Line]:
        plan = self._plan
        if plan.error is not None:
            return [[("THIS JOB IS REFUSED", "bad")], *error_lines(plan.error, width)]
        if plan.submission is None:
            return [[("THIS JOB", "accent")], [("working out the plan…", "dim")]]
        in_form = ("values", "where", "key", "network")  # the form and the first line have them
        shown = [fact for fact in facts(plan.submission, plan.cost, plan.took) if fact[0] not in in_form]
        once_more = ", ONCE MORE" if plan.again else ""
        return [[(f"THIS JOB{once_more}", "accent")], *fact_lines(shown, width, 11)]

    def _beside(self, width: int) -> list[Line]:
        if self._view == PREFLIGHT:
            return views.preflight_lines(
                self._preflight, width, looking=self._looking, failure=self._preflight_failure or self._unplanned()
            )
        if self._view == DIFFERENCE:
            from core.tuning.earlier import differences

            export, earlier = self._plan.export, self._earlier
            found = differences(self.workspace, export, earlier) if export and earlier else []
            return views.difference_lines(earlier, found, width)
        advice = views.advice_lines(self._plan.submission, width) if self._plan.submission else []
        return [*self._about(width), *advice]

    def _unplanned(self) -> str:
        """Why there is nothing to look at."""
        return str(self._plan.error) if self._plan.error is not None and self._plan.export is None else ""

    def _about(self, width: int) -> list[Line]:
        """The entry under the cursor, in full; as high for each of them, so that what is below stays in place."""
        present = self.form.entry()
        found = {entry.name: self._about_entry(entry, width) for entry in self.form.entries}
        if present is None:
            return []
        tallest = max(len(lines) for lines in found.values())
        lines = found[present.name]
        return [*lines, *([[]] * (tallest - len(lines))), []]

    def _about_entry(self, entry: Entry, width: int) -> list[Line]:
        sentence, right = self._sentence(entry)
        value = entry.value if entry.name in ("kms_key", "subnets", "security_groups", "tags") else ""
        texts = ((entry.label, "strong"), (sentence, "text"), (right, "dim"), (value, "accent"))
        return [[(line, style)] for text, style in texts if text for line in wrap(text, width)]
