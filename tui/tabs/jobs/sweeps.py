"""The sweeps that jobs belong to: how they stand, planned, begun, paused and gone on with."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import OutcropError, RefusedError
from tui.present.sweep import facts
from tui.tabs.jobs.actions import carry_out
from tui.tabs.jobs.rows import Item
from tui.tabs.jobs.selection import JobsSelection
from tui.tabs.stage import Action, Stage
from tui.work import start_task

if TYPE_CHECKING:
    from core.experiments.sweep import Sweep
    from core.experiments.sweep_run import SweepSnapshot


class Sweeps:
    """Knows how every sweep stands.

    Attributes:
        known: The sweeps, as of the last answer about jobs.
    """

    def __init__(self, stage: Stage, selection: JobsSelection, found: Callable[[], None]) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the tab shows.
            found: Called when it is known how the sweeps stand.
        """
        self._stage, self._selection, self._found = stage, selection, found
        self.known: list[SweepSnapshot] = []
        self._asking = False

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"sweep": self.start, "pause": self.pause_or_resume}

    def of(self, item: Item | None) -> "SweepSnapshot | None":
        """The sweep that a job belongs to."""
        if item is None:
            return None
        return next((each for each in self.known if any(cell.job == item.name for cell in each.sweep.cells)), None)

    def ask(self) -> None:
        """Works out how the sweeps stand, where there are any."""
        snapshot, workspace = self._selection.jobs, self._stage.workspace
        if snapshot is None or self._asking or workspace.store.row("SELECT 1 FROM sweeps LIMIT 1") is None:
            return
        self._asking = True

        def work() -> "list[SweepSnapshot]":
            from core.experiments.sweep import listing
            from core.experiments.sweep_run import standing

            return [
                standing(workspace.store, workspace.hidden, each, snapshot)
                for each in listing(workspace.store, snapshot.location.key)
            ]

        self._stage.in_thread("sweeps", work, self._take, self._failed)

    def start(self) -> None:
        """Asks for a sweep as the plain command takes it, plans it, and starts it once its facts are confirmed."""
        self._stage.shell.refuse_if_read_only()
        self._stage.bar.ask("sweep", "NAME --vary learningRateMultiplier=0.5,1 --size 500", self._plan)

    def pause_or_resume(self) -> None:
        """Lets the sweep that a job belongs to submit no more, or go on."""
        found, workspace = self.of(self._selection.item), self._stage.workspace
        self._stage.shell.refuse_if_read_only()
        if found is None:
            raise RefusedError("No job of a sweep is under the cursor", todo="Start one with `outcrop sweep start`")
        name = found.sweep.wish.name
        if found.word == "done":
            raise RefusedError(f"The sweep {name} is done")
        if found.word in ("paused", "interrupted"):
            start_task(workspace, f"sweep {name}", "sweep", "resume", name)
            self._stage.say(f"going on with {name}")
            return

        def work() -> str:
            from core.experiments.sweep_run import pause_sweep

            pause_sweep(workspace.connection, workspace.store, name)
            return f"{name} submits no more; jobs under way go on"

        carry_out(self._stage, "pause", work)

    def _plan(self, words: str) -> None:
        from core.experiments.options import wish

        _, options = self._stage.shell.command_line.parse("sweep start", words)
        options.pop("yes")
        workspace = self._stage.workspace
        wanted = wish(workspace, **options)

        def work() -> "Sweep":
            from core.experiments import sweep

            return sweep.plan(workspace, wanted)

        self._stage.in_thread("plan", work, self._confirm)
        self._stage.say(f"planning {wanted.name}: which jobs, on which records…")

    def _confirm(self, planned: "Sweep") -> None:
        workspace, name = self._stage.workspace, planned.wish.name

        def begin() -> str:
            from core.experiments import sweep

            sweep.keep(workspace.store, workspace.connection.location.key, planned)
            start_task(workspace, f"sweep {name}", "sweep", "resume", name)
            return f"{name} has begun"

        self._stage.confirm(
            "Start this sweep?", facts(workspace, planned), lambda: carry_out(self._stage, "begin", begin)
        )

    def _take(self, found: "list[SweepSnapshot]") -> None:
        self._asking, self.known = False, found
        self._found()

    def _failed(self, error: OutcropError) -> None:
        self._asking = False
        self._stage.shell.complain(error)
