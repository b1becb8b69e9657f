"""The record beside the rows, whole: as it is read or as its line, and the other questions of its table."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.timer import Timer

from core.data import Decided
from core.text import count
from tui.present.line import Line
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Action, Stage
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.data import DatasetRow

Lines = Callable[[int], list[Line]]
"""Lines of text, for a width in cells."""

_AFTER = 0.06  # seconds of rest before the record is drawn, so that a held key scrolls only the list


class RecordPane:
    """Draws the record under the cursor, with what others know to say above and below it."""

    def __init__(
        self,
        stage: Stage,
        selection: DataSelection,
        *,
        above: "Callable[[DatasetRow], Lines]",
        below: Sequence[Callable[[int], Lines]],
        go_to: Callable[[int], None],
    ) -> None:
        """Prepares the pane.

        Args:
            stage: The tab.
            selection: What the user looks at.
            above: Says something above a record.
            below: Say something below it, by the row's number; in that order.
            go_to: Puts the cursor on a row.
        """
        self._stage, self._selection = stage, selection
        self._above, self._below, self._go_to = above, below, go_to
        self._raw = False  # the record is shown as its line
        self._drawn: tuple[int, bool] | None = None  # the row that is drawn, and True where as its line
        self._rest: Timer | None = None
        self.pane = TextView(id="record")

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"view": self.turn, "sibling": self.sibling}

    def draw(self) -> None:
        """Draws the record under the cursor."""
        self._rest = None
        self._stage.attempt(self._draw)

    def draw_soon(self) -> None:
        """Draws it once the cursor rests."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self._stage.set_timer(_AFTER, self.draw)

    def draw_at_once(self) -> None:
        """Draws a record that waits for the cursor to rest."""
        if self._rest is not None:
            self._rest.stop()
            self.draw()

    def turn(self) -> None:
        """The record as it is read, or its line as it stands."""
        self._raw = not self._raw
        self.draw()

    def sibling(self, by: int) -> None:
        """To the next or previous question of the same table."""
        number, view = self._selection.number, self._selection.view
        if number is None or view is None:
            return
        siblings = view.siblings(number)
        at = siblings.index(number) + by
        if 0 <= at < len(siblings):
            self._go_to(siblings[at])
        else:
            end = "last" if by > 0 else "first"
            self._stage.say(f"{count(len(siblings), 'question')} to this table; this is the {end}", "text")

    def _draw(self) -> None:
        number, file, view = self._selection.number, self._selection.file, self._selection.view
        if number is None or file is None:
            self._drawn = None
            self.pane.show(lambda _width: [])
            return
        same, self._drawn = self._drawn == (number, self._raw), (number, self._raw)
        from tui.widgets.record_view import raw_lines, record_lines

        if self._selection.table.wanted is None:
            self._stage.shell.settings.keep("data.row", number)
        row = view.row(number) if view else file.dataset.row(number)
        blind = view is None or self._selection.queue is not None  # in a queue nobody sees what others decided
        decided = Decided() if view is None or blind else view.decision(number)
        disputed = "" if view is None or blind else view.disputed(number)
        stale = bool(view and view.stale(row))
        siblings = view.siblings(number) if view else [number]
        place = f"q {siblings.index(number) + 1} of {len(siblings)}" if len(siblings) > 1 else ""
        if self._raw:
            self.pane.show(lambda width: raw_lines(row, place, width), keep_place=same)
            return
        above, below = self._above(row), [each(number) for each in self._below]
        calibration = view.facts.calibration if view else None
        folded = self._stage.front() is self._selection.table

        def lines(width: int) -> list[Line]:
            told = record_lines(
                row, decided, place, width, stale=stale, disputed=disputed, calibration=calibration, folded=folded
            )
            return [*above(width), *told, *(line for each in below for line in each(width))]

        self.pane.show(lines, keep_place=same)
