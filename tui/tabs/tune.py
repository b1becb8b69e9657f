"""Stage 4 on screen: a form made from the catalogue, the article's advice for this data size, and submit."""

from typing import Any

from textual.app import ComposeResult

from core.errors import OutcropError, RefusedError
from core.text import count, money, number
from tui import keys
from tui.messages import Changed, StageOpened
from tui.tabs.stage import Stage
from tui.widgets.form import Entry, Form
from tui.widgets.line import Line, error_lines, fact_lines, wrap
from tui.widgets.table import Column
from tui.widgets.text_view import TextView
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.tasks import Task
    from core.tuning.submission import Submission


class TuneTab(Stage):
    """The Tune tab."""

    SCOPE = "tune"
    PANES = ("knobs", "plan", "advice")
    BINDINGS = keys.bindings("tune")
    DEFAULT_CSS = """
    TuneTab { layout: grid; grid-size: 2 2; grid-columns: 47 1fr; grid-rows: 8 1fr; }
    TuneTab.-wide { grid-columns: 56 1fr; }
    TuneTab > #knobs { padding-right: 1; }
    TuneTab > #advice { row-span: 2; border-left: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._planned: Submission | None = None
        self._error: OutcropError | None = None
        self._planning = False
        self._outdated = False  # something changed while a plan was being worked out

    def compose(self) -> ComposeResult:
        """The form above what it makes of the job; beside them the advice."""
        yield Form([Column("", 23), Column("value", 8, right=True), Column("range", least=44)], id="knobs")
        yield TextView(id="advice")
        yield TextView(id="plan", margin="  ")

    @property
    def form(self) -> Form:
        """The hyperparameters."""
        return self.query_one("#knobs", Form)

    def opened(self, target: Any = None) -> None:
        """Plans anew: records or the rule may have changed."""
        del target
        self.reload()

    def changed(self, topic: str) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config" and self.display:
            self.reload()

    def reload(self) -> None:
        """Fills the form and works out what would be submitted."""
        try:
            self._fill()
        except OutcropError as error:  # the project names a model that is none
            self.form.fill([])
            self._take(None, error)
        else:
            self._plan()
            self._say()

    def on_resize(self, event: Any) -> None:
        """Where there is room, values stand further apart."""
        super().on_resize(event)
        self.set_class(event.size.width >= 110, "-wide")

    def task_advanced(self, task: "Task") -> None:
        """A submit ended: on to the job."""
        if task.argv[:1] == ("submit",) and task.state == "done":
            self.outcrop.action_refresh_stage()
            if self.display:
                self.post_message(StageOpened(keys.STAGE_NAMES.index("jobs") + 1))

    def on_table_moved(self, event: Form.Moved) -> None:
        """What the parameter does stands in the bar."""
        event.stop()
        self._say()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Asks for a value, held to its range where it is typed."""
        event.stop()
        entry = event.entry
        self.bar.ask(f"{entry.label} ({entry.note})", entry.value, lambda text: self._save(entry.name, text))

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.outcrop.refuse_if_read_only()
        self.form.ask_for()

    def action_submit(self) -> None:
        """Shows the facts, and submits once they are confirmed."""
        self.outcrop.refuse_if_read_only()
        planned = self._planned
        if self._error is not None:
            raise self._error
        if planned is None or self._planning:
            raise RefusedError("The plan is still being worked out", todo="Try again in a moment")
        from tui.widgets.confirm import Confirm

        self.app.push_screen(Confirm("Submit this job?", _facts(planned)), self._submit)

    def copied(self) -> str:
        """The plan as text."""
        return self.query_one("#plan", TextView).text()

    def done(self, what: str, result: Any) -> None:
        """A plan is ready."""
        del what
        self._take(result, None)

    def failed(self, what: str, error: OutcropError) -> None:
        """The error stands where the plan would."""
        del what
        self._take(None, error)

    def _submit(self, yes: bool | None) -> None:
        if yes and self.attempt(lambda: start_task(self.workspace, "submit", "submit", "--yes")):
            self.say("exporting, uploading and submitting")

    def _fill(self) -> None:
        from core.tuning.hyperparameters import span

        config = self.workspace.config
        _, tuning = self.workspace.catalog.tuning_of(config.model)
        self.form.fill(
            [
                Entry(
                    knob.name,
                    knob.name,
                    number(config.hyperparameters.get(knob.name, knob.default)),
                    span(knob),
                    changed=config.hyperparameters.get(knob.name, knob.default) != knob.default,
                )
                for knob in tuning.hyperparameters or ()
            ]
        )
        if tuning.hyperparameters is None:
            self.form.set_empty("AWS documents no hyperparameters for this model:", "Bedrock's defaults are used.")

    def _plan(self) -> None:
        """Works out what would be submitted, once at a time: it writes the export that would be uploaded."""
        self._outdated = self._planning
        if self._planning:
            return
        self._planning = True
        workspace = self.workspace

        def work() -> "Submission":
            from core.data.training_set import prepare
            from core.tuning import submission

            export, folder = prepare(workspace)
            return submission.prepare(workspace, export, folder)

        in_thread(self, "plan", work)

    def _take(self, planned: "Submission | None", error: OutcropError | None) -> None:
        self._planning = False
        self._planned, self._error = planned, error
        if self._outdated:
            self._plan()
        self._show()
        self._say()

    def _show(self) -> None:
        self.query_one("#plan", TextView).show(self._lines, keep_place=True)
        self.query_one("#advice", TextView).show(self._advice, keep_place=True)

    def _save(self, name: str, text: str) -> None:
        from core.tuning import hyperparameters

        self.outcrop.refuse_if_read_only()
        _, tuning = self.workspace.catalog.tuning_of(self.workspace.config.model)
        knob = tuning.hyperparameter(name)
        if knob is None:
            return
        value = hyperparameters.parse(knob, text)
        chosen = None if value == knob.default else int(value) if knob.type == "int" else value
        self.workspace.change_config(**{f"hyperparameters__{name}": chosen})
        self.post_message(Changed("config"))

    def _say(self) -> None:
        entry = self.form.entry()
        if entry is None:
            return
        _, tuning = self.workspace.catalog.tuning_of(self.workspace.config.model)
        knob = tuning.hyperparameter(entry.name)
        if knob is not None:
            self.tell([(knob.help, "text")], f"default {number(knob.default)}{self._advised(knob.name)}")

    def _advised(self, name: str) -> str:
        from core.tuning import advise

        planned = self._planned
        found = advise(planned.model, planned.forecast.records) if planned else []
        band = next((each for each in found if each.parameter == name and each.low is not None), None)
        return f", advised {number(band.low or 0)} to {number(band.high or 0)}" if band else ""

    def _lines(self, width: int) -> list[Line]:
        if self._planned is None:
            if self._error is not None:
                return error_lines(self._error, width)
            return [[("THIS JOB", "accent")], [("working out the plan…", "dim")]]
        shown = [fact for fact in _facts(self._planned) if fact[0] != "values"]  # the form has them
        return [[("THIS JOB", "accent")], *fact_lines(shown, width, 11)]

    def _advice(self, width: int) -> list[Line]:
        from core.tuning import advise

        if self._planned is None:
            return []
        found = advise(self._planned.model, self._planned.forecast.records)
        lines: list[Line] = [[(f"ADVICE FOR {count(self._planned.forecast.records)} RECORDS", "accent")]]
        for each in found:
            value = self._planned.values.get(each.parameter)
            outside = value is not None and each.low is not None and each.high is not None
            off = outside and not float(each.low or 0) <= float(value or 0) <= float(each.high or 0)
            mark = "! " if off else "· "
            for at, line in enumerate(wrap(each.text, width - 2)):
                lines.append(
                    [(mark if at == 0 else "  ", "warn" if off else "dim"), (line, "warn" if off else "text")]
                )
        if found and found[0].source:
            lines += [[(line, "dim")] for line in wrap(f"from {found[0].source}", width)]
        return lines


def _facts(planned: "Submission") -> list[tuple[str, str]]:
    forecast = planned.forecast
    steps = f"{count(forecast.steps)} ({count(forecast.steps_per_epoch or 0)} an epoch)" if forecast.steps else "?"
    values = ", ".join(f"{name} {number(value)}" for name, value in planned.values.items())
    return [
        ("where", f"{planned.location} {planned.location.as_of}".strip()),
        ("model", planned.model.name),
        ("training", count(planned.export.records("train"), "record")),
        ("validation", count(planned.export.records("validation"), "record")),
        ("values", values or "Bedrock's defaults"),
        ("steps", steps),
        ("billed", f"≈ {count(forecast.billed_tokens)} tokens"),
        (
            "cost",
            money(forecast.dollars) + ("" if forecast.dollars is not None else ": add a price to the catalogue"),
        ),
        ("job", planned.request.name),
    ]
