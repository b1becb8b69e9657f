"""Figures about the rows: what a column holds, how many tokens the model counts, which records train."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.present.statistics import lines, trained
from tui.tabs.data.selection import DataSelection, work_on_file
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.data.calibration import Calibration


class StatisticsActions:
    """Works figures out in threads, and shows them over the tab."""

    def __init__(self, stage: Stage, selection: DataSelection, redraw: Callable[[], None]) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            selection: What the user looks at.
            redraw: Draws rows and record again.
        """
        self._stage, self._selection, self._redraw = stage, selection, redraw

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"statistics": self.of_column, "tokens": self.count_tokens, "trained": self.trained}

    def of_column(self) -> None:
        """What the column under the cursor holds, over the rows that are shown."""
        _, view = self._selection.known()
        column, words = self._selection.table.column_name, self._selection.filter
        from core.data.statistics import statistics
        from tui.widgets.dialogs import TextDialog

        work_on_file(
            self._stage,
            self._selection,
            "statistics",
            lambda: statistics(view, column),
            lambda found: self._stage.app.push_screen(TextDialog(lambda width: lines(found, words, width))),
        )

    def count_tokens(self) -> None:
        """Counts the tokens of a sample with the model, so that estimates are calibrated and have an error."""
        file, view = self._selection.complete()
        workspace = self._stage.workspace
        from core.data.token_estimate import calibrate

        def take(found: "Calibration") -> None:
            view.facts.calibration, self._selection.progress = found, ""
            self._redraw()
            self._stage.say(f"✓ tokens ≈ {found}", "good")

        work_on_file(
            self._stage, self._selection, "tokens", lambda: calibrate(workspace, view, report=file.tell), take
        )

    def trained(self) -> None:
        """How many records the project's rule takes, and why it leaves the others."""
        _, view = self._selection.complete()
        workspace = self._stage.workspace
        from core.data.selection import select
        from tui.widgets.dialogs import TextDialog

        include = workspace.config.data.include
        work_on_file(
            self._stage,
            self._selection,
            "trained",
            lambda: select(workspace.config, workspace.folder, view),
            lambda found: self._stage.app.push_screen(TextDialog(lambda width: trained(include, found, width))),
        )
