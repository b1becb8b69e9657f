"""Importing into the project: a file is looked at, its reading settled, then a task writes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.text import count
from tui.messages import Changed
from tui.tabs.stage import Action, Stage
from tui.work import start_task

if TYPE_CHECKING:
    from core.data.import_offer import Came, ImportTarget, Offer
    from core.tasks import Task


class ImportActions:
    """Imports files by the plain command, as a task that outlives the dashboard."""

    def __init__(self, stage: Stage) -> None:
        """Prepares the action.

        Args:
            stage: The tab.
        """
        self._stage = stage
        self._targets: dict[str, ImportTarget] = {}  # of the imports that were started here, by task

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"load": self.ask}

    def ask(self) -> None:
        """Imports a file, once what it would give is confirmed."""
        self._stage.shell.refuse_if_read_only()
        self._stage.bar.ask("file or s3:// address to import", "", self._look_at)

    def ended(self, task: "Task") -> None:
        """An import is through, and has said in the project where its records are: they are shown."""
        target = self._targets.pop(task.id, None)
        self._stage.workspace.reread()
        self._stage.post_message(Changed("config"))
        if target is not None:
            from core.data.import_offer import came

            self._stage.in_thread("came", lambda: came(target), lambda found: self._tell(target, found))

    def _look_at(self, typed: str) -> None:
        called, workspace = typed.strip(), self._stage.workspace
        if not called:
            return
        self._stage.say("looking at the first rows")

        def work() -> "Offer":
            from core.data.import_offer import offer

            return offer(workspace, called)

        self._stage.in_thread("offer", work, lambda offer: self._settle(offer, called))

    def _settle(self, offer: "Offer", called: str) -> None:
        from core.data.import_offer import with_plan
        from tui.tabs.format.import_dialog import ImportDialog

        self._stage.say_state()
        workspace = self._stage.workspace
        if self._stage.in_front:
            dialog = ImportDialog(offer, called, lambda before, plan: with_plan(workspace, before, plan))
            self._stage.dialog(dialog, lambda settled: self._import(settled, called) if settled else None)

    def _import(self, offer: "Offer", called: str) -> None:
        from tui.tabs.format.import_dialog import words

        task = start_task(self._stage.workspace, "import", "import", *words(offer, called))
        self._targets[task] = offer.target
        self._stage.say(f"importing {Path(called).name}")

    def _tell(self, target: "ImportTarget", came: "Came") -> None:
        said = f"✓ {count(came.records, 'record')} came in"
        if target.replaces:
            said += f", in place of {count(target.replaces)}"
        source = self._stage.workspace.config.data.source
        if target.before and target.before != source:
            said += f"; data.source is {source} now, no longer {target.before}"
        if came.unmapped:
            said += f"; {count(came.unmapped, 'row')} could not be taken, see {came.report}"
        self._stage.say(said, "good")
