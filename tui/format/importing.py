"""What comes into a project: looked at, its reading settled, then written by a task that outlives the dashboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.text import count
from tui.format.templating import Templating
from tui.messages import Changed
from tui.work import in_thread, start_task

if TYPE_CHECKING:
    from core.data.import_offer import Came, Offer, Target
    from core.tasks import Task


class Importing(Templating):
    """The Format tab, with files to be imported."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._called = ""
        self._targets: dict[str, Target] = {}  # of the imports that were started here, by task

    def action_load(self) -> None:
        """Imports a file, once what it would give is confirmed."""
        self.shell.refuse_if_read_only()
        self.bar.ask("file or s3:// address to import", "", self._look_at)

    def done(self, what: str, result: Any) -> None:
        """Work in a thread ended: a file was looked at, or what came in was counted."""
        super().done(what, result)
        if what == "looked":
            self._settle(result)
        elif what == "came":
            self._tell_what_came(result)

    def imported(self, task: "Task") -> None:
        """An import is through, and has said in the project where its records are: they are shown."""
        target = self._targets.pop(task.id, None)
        self.workspace.reread()
        self.post_message(Changed("config"))
        if target is not None:

            def work() -> "tuple[Target, Came]":
                from core.data.import_offer import came

                return target, came(target)

            in_thread(self, "came", work)

    def _look_at(self, text: str) -> None:
        self._called = called = text.strip()
        if not called:
            return
        self.say("looking at the first rows")
        workspace = self.workspace

        def work() -> "Offer":
            from core.data.import_offer import offer

            return offer(workspace, called)

        in_thread(self, "looked", work)

    def _settle(self, offer: "Offer") -> None:
        from core.data.import_offer import with_plan
        from tui.format.offering import Offering

        self._say()
        workspace = self.workspace
        if self.in_front:
            asked = Offering(offer, self._called, lambda before, plan: with_plan(workspace, before, plan))
            self.app.push_screen(asked, self._settled)

    def _settled(self, offer: "Offer | None") -> None:
        if offer is not None:
            self.attempt(lambda: self._import(offer))

    def _import(self, offer: "Offer") -> None:
        from tui.format.offering import words

        task = start_task(self.workspace, "import", "import", *words(offer, self._called))
        self._targets[task] = offer.target
        self.say(f"importing {Path(self._called).name}")

    def _tell_what_came(self, found: "tuple[Target, Came]") -> None:
        target, came = found
        said = f"✓ {count(came.records, 'record')} came in"
        if target.replaces:
            said += f", in place of {count(target.replaces)}"
        source = self.workspace.config.data.source
        if target.before and target.before != source:
            said += f"; data.source is {source} now, no longer {target.before}"
        if came.unmapped:
            said += f"; {count(came.unmapped, 'row')} could not be taken, see {came.report}"
        self.say(said, "good")
