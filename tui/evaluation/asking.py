"""Evaluating from the tab: the usual round, or whatever the plain command takes; and the report."""

from typing import Any

import msgspec

from tui.evaluation.viewing import Viewing
from tui.work import in_thread, start_task


class Planned(msgspec.Struct, frozen=True):
    """An evaluation to confirm.

    Attributes:
        question: To the person.
        arguments: Of the plain command.
        facts: What it will take.
        shown: The job whose evaluation is shown when it has ended; empty for the one that is shown now.
    """

    question: str
    arguments: list[str]
    facts: list[tuple[str, str]]
    shown: str = ""


class Asking(Viewing):
    """What is asked of models."""

    def done(self, what: str, result: Any) -> None:
        """What an evaluation would take is known."""
        if what == "plan":
            self._ask(result)
        else:
            super().done(what, result)

    def action_evaluate(self) -> None:
        """Shows the facts, and evaluates once they are confirmed."""
        job = self._candidate()
        if job is None:
            self.say("No job of this project is done yet: 4 goes to Tune", "warn")
            return
        self.shell.refuse_if_read_only()
        self._plan(job.arn, "Evaluate this job against its base model?", shown=job.arn)

    def action_ask(self) -> None:
        """Asks other models, or in another way, as the plain command takes it; once its facts are confirmed."""
        self.shell.refuse_if_read_only()
        job = self._candidate()
        self.bar.ask(
            "evaluate", f"{job.name if job else ''} --shots 0 --shots 3".strip(), self._plan, self._completed
        )

    def _plan(self, words: str, question: str = "Ask these models?", *, shown: str = "") -> None:
        arguments, options = self.shell.command_line.parse("evaluate", words)
        workspace = self.workspace

        def work() -> Planned:
            from core.experiments.evaluation_plan import plan
            from core.experiments.options import wanted
            from tui.present.spending import evaluation_facts

            planned = plan(workspace, wanted(workspace, **options))
            return Planned(question, arguments, evaluation_facts(workspace, planned), shown)

        in_thread(self, "plan", work)
        self.say("forecasting what that takes…")

    def _completed(self, begun: str) -> list[str]:
        """The options of the plain command that begin so."""
        options = self.shell.command_line.options("evaluate")
        return [name for name in options if begun and name.startswith(begun)]

    def _ask(self, planned: "Planned") -> None:
        from tui.widgets.confirm import Confirm

        def begin(yes: bool | None) -> None:
            if yes and self.attempt(
                lambda: start_task(self.workspace, "evaluate", "evaluate", *planned.arguments, "--yes")
            ):
                self.say("evaluating")
                self._job = planned.shown or self._job

        self._say()
        self.app.push_screen(Confirm(planned.question, planned.facts), begin)

    def action_report(self) -> None:
        """Writes the report of what is shown, by the plain command."""
        if self._found is None:
            self.say("Nothing is evaluated yet, so there is nothing to report", "warn")
            return
        run = self._found.run.id
        if self.attempt(lambda: start_task(self.workspace, "report", "report", run)):
            self.say(f"writing {self.workspace.folder / 'reports'}: report.md, .html, .csv, .json")
