"""Evaluating from the tab: the usual round, or whatever the plain command takes; and the report."""

from typing import Any

import msgspec

from tui.evaluation.viewing import Viewing
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job


class Planned(msgspec.Struct, frozen=True):
    """An evaluation to confirm: the plain command's arguments, and what it will take."""

    arguments: list[str]
    facts: list[tuple[str, str]]


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
        self.outcrop.refuse_if_read_only()
        from core.experiments.evaluation_round import facts
        from tui.widgets.confirm import Confirm

        question = Confirm("Evaluate this job against its base model?", facts(self.workspace, job))
        self.app.push_screen(question, lambda yes: self._evaluate(job) if yes else None)

    def action_ask(self) -> None:
        """Asks other models, or in another way, as the plain command takes it; once its facts are confirmed."""
        self.outcrop.refuse_if_read_only()
        job = self._candidate()
        self.bar.ask("evaluate", f"{job.name if job else ''} --shots 0 --shots 3".strip(), self._plan, _completed)

    def _plan(self, words: str) -> None:
        from tui.commands.evaluate import command, facts, wanted_of
        from tui.commands.words import parse

        arguments, options = parse(command, "evaluate", words)
        workspace = self.workspace

        def work() -> Planned:
            from core.experiments.evaluation_plan import plan

            return Planned(arguments, facts(workspace, plan(workspace, wanted_of(workspace, **options))))

        in_thread(self, "plan", work)
        self.say("forecasting what that takes…")

    def _ask(self, planned: "Planned") -> None:
        from tui.widgets.confirm import Confirm

        def begin(yes: bool | None) -> None:
            if yes and self.attempt(
                lambda: start_task(self.workspace, "evaluate", "evaluate", *planned.arguments, "--yes")
            ):
                self.say("evaluating")

        self._say()
        self.app.push_screen(Confirm("Ask these models?", planned.facts), begin)

    def action_report(self) -> None:
        """Writes the report of what is shown, by the plain command."""
        if self._found is None:
            self.say("Nothing is evaluated yet, so there is nothing to report", "warn")
            return
        run = self._found.run.id
        if self.attempt(lambda: start_task(self.workspace, "report", "report", run)):
            self.say(f"writing {self.workspace.folder / 'reports'}: report.md, .html, .csv, .json")

    def _evaluate(self, job: "Job") -> None:
        self._job = job.arn
        if self.attempt(lambda: start_task(self.workspace, "evaluate", "evaluate", job.arn, "--yes")):
            self.say(f"evaluating {job.name}")


def _completed(begun: str) -> list[str]:
    """The options of the plain command that begin so."""
    from tui.commands.evaluate import command

    options = sorted(name for each in command.params for name in each.opts if name.startswith("--"))
    return [name for name in options if begun and name.startswith(begun)]
