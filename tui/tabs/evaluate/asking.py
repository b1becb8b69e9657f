"""Evaluating from the tab: the usual round, or whatever the plain command takes; and the report."""

from collections.abc import Mapping

import msgspec

from tui.present.spending import evaluation_facts
from tui.tabs.evaluate.selection import EvaluateSelection
from tui.tabs.stage import Action, Stage
from tui.work import start_task


class Planned(msgspec.Struct, frozen=True):
    """An evaluation to confirm.

    Attributes:
        question: To the user.
        arguments: Of the plain command.
        facts: What it will take.
        wanted: The job whose evaluation is shown when it has ended; empty for the one that is shown now.
    """

    question: str
    arguments: list[str]
    facts: list[tuple[str, str]]
    wanted: str = ""


class EvaluateActions:
    """Asks models, by the plain command as a child."""

    def __init__(self, stage: Stage, selection: EvaluateSelection) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: The evaluation in sight.
        """
        self._stage, self._selection = stage, selection

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"evaluate": self.evaluate, "ask": self.ask, "report": self.report}

    def evaluate(self) -> None:
        """Shows the facts, and evaluates once they are confirmed."""
        job = self._selection.candidate(self._stage.shell.jobs)
        if job is None:
            self._stage.say("No job of this project is done yet: 4 goes to Tune", "warn")
            return
        self._stage.shell.refuse_if_read_only()
        self._plan(job.arn, "Evaluate this job against its base model?", wanted=job.arn)

    def ask(self) -> None:
        """Asks other models, or in another way, as the plain command takes it; once its facts are confirmed."""
        self._stage.shell.refuse_if_read_only()
        job = self._selection.candidate(self._stage.shell.jobs)
        begin = f"{job.name if job else ''} --shots 0 --shots 3".strip()
        self._stage.bar.ask("evaluate", begin, self._plan, self._completed)

    def report(self) -> None:
        """Writes the report of what is shown, by the plain command."""
        workspace, found = self._stage.workspace, self._selection.found
        if found is None:
            self._stage.say("Nothing is evaluated yet, so there is nothing to report", "warn")
            return
        start_task(workspace, "report", "report", found.run.id)
        self._stage.say(f"writing {workspace.folder / 'reports'}: report.md, .html, .csv, .json")

    def _plan(self, words: str, question: str = "Ask these models?", *, wanted: str = "") -> None:
        arguments, given = self._stage.shell.command_line.parse("evaluate", words)
        workspace = self._stage.workspace

        def work() -> Planned:
            from core.experiments import options
            from core.experiments.evaluation_plan import plan

            planned = plan(workspace, options.wanted(workspace, **given))
            return Planned(question, arguments, evaluation_facts(workspace, planned), wanted)

        self._stage.in_thread("plan", work, self._confirm)
        self._stage.say("forecasting what that takes…")

    def _completed(self, begun: str) -> list[str]:
        """The options of the plain command that begin so."""
        options = self._stage.shell.command_line.options("evaluate")
        return [name for name in options if begun and name.startswith(begun)]

    def _confirm(self, planned: Planned) -> None:
        def begin() -> None:
            start_task(self._stage.workspace, "evaluate", "evaluate", *planned.arguments, "--yes")
            self._stage.say("evaluating")
            self._selection.wanted = planned.wanted or self._selection.wanted

        self._stage.say_state()
        self._stage.confirm(planned.question, planned.facts, begin)
