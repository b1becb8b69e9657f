"""Stage 4 on screen: a form made from the catalogue, what it makes of the job, and beside it advice and preflight."""

from pathlib import Path
from typing import Any

import msgspec
from textual.app import ComposeResult

from core.errors import OutcropError, RefusedError
from core.text import number
from tui import keys
from tui.messages import Changed, StageOpened
from tui.tabs.stage import Stage
from tui.tuning import fields, views
from tui.tuning.planned import cost, facts, took
from tui.widgets.form import Entry, Form
from tui.widgets.line import Line, cells, error_lines, fact_lines, wrap
from tui.widgets.table import Column
from tui.widgets.text_view import TextView
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting import Export
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot
    from core.tuning.earlier import Earlier
    from core.tuning.preflight import Preflight
    from core.tuning.submission import Submission

_ADVICE, _PREFLIGHT, _DIFFERENCE = range(3)
_KEEP = "\0keep"  # what the list of presets returns for keeping one; no preset is called that
_WIDE = 110  # columns from which values stand further apart


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


class TuneTab(Stage):
    """The Tune tab."""

    SCOPE = "tune"
    PANES = ("knobs", "plan", "beside")
    BINDINGS = keys.bindings("tune")
    DEFAULT_CSS = """
    TuneTab { layout: grid; grid-size: 2 2; grid-columns: 47 1fr; grid-rows: 11 1fr; }
    TuneTab.-wide { grid-columns: 56 1fr; }
    TuneTab > #knobs { padding-right: 1; }
    TuneTab > #beside { row-span: 2; border-left: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._plan = Plan()
        self._planning = False
        self._outdated = False  # something changed while a plan was being worked out
        self._view = _ADVICE
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

    def opened(self, target: Any = None) -> None:
        """Plans anew: records or the rule may have changed. A target is the ARN of a job to compare with."""
        if isinstance(target, str):
            self._compare(target)
        self.reload()

    def changed(self, topic: str) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config" and self.display:
            self.reload()

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """How long like jobs took may be better known."""
        if self._plan.submission is not None and self.display:
            self._plan = msgspec.structs.replace(
                self._plan, took=took(self.workspace, self._plan.submission, snapshot)
            )
            self._show()

    def reload(self) -> None:
        """Fills the form and works out what would be submitted."""
        try:
            self._fill()
        except OutcropError as error:  # the project names a model that is none
            self.form.fill([])
            self._take(Plan(error=error))
        else:
            self._work_out()
            self._say()

    def on_resize(self, event: Any) -> None:
        """Where there is room, values stand further apart."""
        super().on_resize(event)
        self.set_class(event.size.width >= _WIDE, "-wide")

    def task_advanced(self, task: "Task") -> None:
        """A submit ended: on to the job."""
        if task.argv[:1] == ("submit",) and task.state == "done":
            self.outcrop.action_refresh_stage()
            if self.display:
                self.post_message(StageOpened(keys.STAGE_NAMES.index("jobs") + 1))

    def on_table_moved(self, event: Form.Moved) -> None:
        """What the parameter does stands in the bar, and in full beside the form."""
        event.stop()
        self._say()
        self._show_beside()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Asks for a value, held to its range where it is typed."""
        event.stop()
        entry = event.entry
        if entry.name == fields.PRESET:
            self._choose_preset()
            return
        begin = fields.typed(self.workspace, entry.name)
        self.bar.ask(f"{entry.label} ({entry.note})", begin, lambda text: self._save(entry.name, text))

    # Actions

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.outcrop.refuse_if_read_only()
        self.form.ask_for()

    def action_view(self) -> None:
        """To the next of what stands beside the form."""
        self._turn_to((self._view + 1) % 3)

    def action_preflight(self) -> None:
        """Looks at everything that a submit needs, now."""
        self._turn_to(_PREFLIGHT)
        self._look()

    def action_difference(self) -> None:
        """Chooses an earlier job to compare with."""
        self._choose_earlier(self._compare)

    def action_clone(self) -> None:
        """Takes an earlier job's parameters over."""
        self.outcrop.refuse_if_read_only()
        self._choose_earlier(self._clone)

    def action_submit(self) -> None:
        """Shows the facts, and submits once they are confirmed: by the job's name where it costs much."""
        from core.tuning import confirmation
        from tui.widgets.confirm import Confirm

        self.outcrop.refuse_if_read_only()
        if self._plan.error is not None:
            raise self._plan.error
        planned = self._plan.submission
        if planned is None or self._planning:
            raise RefusedError("The plan is still being worked out", todo="Try again in a moment")
        typed = confirmation.wants_typing(self.workspace, planned)
        shown = facts(planned, self._plan.cost, self._plan.took)
        if self._preflight is not None:
            found = self._preflight
            shown.append(
                ("preflight", f"{found.failed} failed, {found.unknown} unknown at {found.at.astimezone():%H:%M}")
            )
        question = "The same is submitted already. Train it once more?" if self._plan.again else "Submit this job?"
        confirm = Confirm(question, shown, type_name=planned.request.name if typed else "")
        self.app.push_screen(confirm, lambda yes: self._submit(planned, yes=bool(yes)))

    def copied(self) -> str:
        """What helps, where a preflight is in sight; else the pane in front: the plan with the AWS CLI's command."""
        if self._view == _PREFLIGHT and self._preflight is not None:
            helps = views.remedies(self._preflight)
            return helps or self.query_one("#beside", TextView).text()
        if self.front().id == "beside":
            return self.query_one("#beside", TextView).text()
        plan, planned = self.query_one("#plan", TextView).text(), self._plan.submission
        if planned is None:
            return plan
        from core.aws.customization import equivalent_command

        return f"{plan}\n\n{equivalent_command(planned.request, planned.location.region, planned.location.profile)}"

    # Work in threads

    def done(self, what: str, result: Any) -> None:
        """A plan or a preflight is ready."""
        if what == "plan":
            self._take(result)
        else:
            self._looked(result)

    def failed(self, what: str, error: OutcropError) -> None:
        """The error stands where the result would."""
        if what == "plan":
            self._take(Plan(error=error))
        else:
            self._looked(None, f"{error.what}. {error.todo}")

    def _looked(self, found: "Preflight | None", failure: str = "") -> None:
        self._looking, self._preflight, self._preflight_failure = False, found, failure
        if self._look_again:
            self._look()
        self._show_beside()

    def _work_out(self) -> None:
        """Works out what would be submitted, once at a time: it writes the export that would be uploaded."""
        self._outdated = self._planning
        if self._planning:
            return
        self._planning = True
        workspace, known = self.workspace, self.outcrop.jobs

        def work() -> Plan:
            from core.data.training_set import prepare
            from core.tuning import submission

            export, folder = prepare(workspace)
            try:
                planned = submission.prepare(workspace, export, folder)
                again = bool(submission.earlier_job(workspace, planned.subject))
                if again:
                    planned = submission.prepare(workspace, export, folder, again=True)
            except OutcropError as error:
                return Plan(export, folder, error=error)
            price, time = cost(workspace, planned), took(workspace, planned, known)
            return Plan(export, folder, planned, again=again, cost=price, took=time)

        in_thread(self, "plan", work)

    def _look(self) -> None:
        """Runs the preflight, once at a time, on the records of the last plan."""
        export, folder, workspace = self._plan.export, self._plan.folder, self.workspace
        self._look_again = self._looking
        if self._looking or export is None:
            return
        self._looking = True
        self._show_beside()

        def work() -> "Preflight":
            from core.tuning import preflight

            return preflight.run(workspace, export, folder)

        in_thread(self, "preflight", work)

    def _take(self, plan: Plan) -> None:
        self._planning = False
        self._plan = plan
        if self._outdated:
            self._work_out()
        self.attempt(self._fill)
        self._show()
        self._say()
        if self._view == _PREFLIGHT:
            self._look()

    # What a person chose

    def _submit(self, planned: "Submission", *, yes: bool) -> None:
        from core.tuning import confirmation

        if not yes:
            return
        words = ["submit", "--yes", *(["--again"] if self._plan.again else [])]
        if confirmation.wants_typing(self.workspace, planned):  # its name was typed
            words += ["--confirm-cost", confirmation.amount(planned)]
        if self.attempt(lambda: start_task(self.workspace, "submit", *words)):
            self.say("exporting, uploading and submitting")

    def _save(self, name: str, text: str) -> None:
        self.outcrop.refuse_if_read_only()
        fields.save(self.workspace, name, text)
        self.post_message(Changed("config"))

    def _choose_preset(self) -> None:
        from core.tuning import presets
        from tui.widgets.overlay import Choosing

        export = self._plan.export
        found = presets.presets(self.workspace, export.records("train") if export else 0)
        usual = found[presets.DEFAULTS]
        entries = [(name, f"{name:<12}{_changed(values, usual)}", "") for name, values in found.items()]
        entries.append((_KEEP, "keep the present values under a name", ""))
        self.app.push_screen(Choosing(entries), lambda name: self._use_preset(name, found) if name else None)

    def _use_preset(self, name: str, found: dict[str, dict[str, float]]) -> None:
        from core.tuning import presets

        if name == _KEEP:
            self.bar.ask("name of the preset", "", self._keep_preset)
        elif self.attempt(lambda: presets.apply(self.workspace, found[name])):
            self.post_message(Changed("config"))

    def _keep_preset(self, name: str) -> None:
        from core.tuning import presets

        presets.keep(self.workspace, name.strip())
        self.post_message(Changed("config"))

    def _earlier_jobs(self) -> "list[Earlier]":
        from core.tuning.earlier import earlier_jobs

        known = self.outcrop.jobs
        others = {job.arn: job for job in known.jobs if job.hyperparameters} if known else {}
        return earlier_jobs(self.workspace, others)

    def _choose_earlier(self, act: Any) -> None:
        from tui.widgets.overlay import Choosing

        found = self._earlier_jobs()
        if not found:
            raise RefusedError("There is no earlier job", todo="Submit one first")
        entries = [(each.arn, each.name, f"{each.created.astimezone():%d %b %H:%M}") for each in found]
        self.app.push_screen(Choosing(entries), lambda arn: act(arn) if arn else None)

    def _compare(self, arn: str) -> None:
        self._earlier = next((each for each in self._earlier_jobs() if each.arn == arn), None)
        self._turn_to(_DIFFERENCE)

    def _clone(self, arn: str) -> None:
        from core.tuning import earlier

        found = next((each for each in self._earlier_jobs() if each.arn == arn), None)
        if found is not None and self.attempt(lambda: earlier.clone(self.workspace, found)):
            self._compare(arn)
            self.post_message(Changed("config"))

    # What is shown

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
        fits = cells(sentence) + cells(right) + 4 <= self.size.width
        self.tell([(sentence, "text")], right if fits else "")

    def _sentence(self, entry: Entry) -> tuple[str, str]:
        """What an entry is, and its type, range, default and advice or its whole value."""
        _, tuning = self.workspace.catalog.tuning_of(self.workspace.config.model)
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
        return [[("THIS JOB", "accent")], *fact_lines(shown, width, 11)]

    def _beside(self, width: int) -> list[Line]:
        if self._view == _PREFLIGHT:
            return views.preflight_lines(
                self._preflight, width, looking=self._looking, failure=self._preflight_failure or self._unplanned()
            )
        if self._view == _DIFFERENCE:
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


def _changed(values: dict[str, float], usual: dict[str, float]) -> str:
    """A preset's values that are not the defaults."""
    changed = [f"{name} {number(value)}" for name, value in values.items() if value != usual[name]]
    return ", ".join(changed) or "every value at its default"
