"""Rationales: a model writes the reasoning before each answer, once what that takes is confirmed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.text import count
from tui.present.spending import rationale_facts
from tui.tabs.stage import Action, Stage
from tui.work import start_task

if TYPE_CHECKING:
    from core.data.annotation.rationale import RationalePlan

_SOME = 50  # records that a rationale is offered for at first


class RationaleActions:
    """Has rationales written by the plain command."""

    def __init__(self, stage: Stage) -> None:
        """Prepares the action.

        Args:
            stage: The tab.
        """
        self._stage = stage

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"rationale": self.ask}

    def ask(self) -> None:
        """Asks for how many records a model is to write the reasoning; then says what that takes, and asks again."""
        self._stage.shell.refuse_if_read_only()
        self._stage.bar.ask("rationales for how many, by chance (or `all`)", str(_SOME), self._plan)

    def _plan(self, typed: str) -> None:
        wanted = typed.strip().lower()
        if wanted != "all" and not (wanted.isdecimal() and int(wanted)):
            raise UsageError(f"Expected a whole number of records or `all`, got {typed.strip()!r}")
        sample, workspace = None if wanted == "all" else int(wanted), self._stage.workspace
        self._stage.say("working out what that takes")

        def work() -> "RationalePlan":
            from core.data.annotation.rationale import prepare

            return prepare(workspace, sample=sample)

        self._stage.in_thread("plan", work, lambda planned: self._confirm(sample, planned))

    def _confirm(self, sample: int | None, planned: "RationalePlan") -> None:
        self._stage.say_state()
        if not self._stage.in_front:
            return
        if not planned.forecast.records:
            self._stage.say("Every record that trains has a rationale already", "good")
            return
        workspace, many = self._stage.workspace, count(planned.forecast.records, "record")
        words = ("--all",) if sample is None else ("--sample", str(sample))
        self._stage.confirm(
            f"Let {planned.annotator.model} write the reasoning of {many}?",
            rationale_facts(workspace, planned),
            lambda: start_task(workspace, "rationale", "rationale", *words, "--yes", "--json"),
        )
