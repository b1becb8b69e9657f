"""The record beside the rows, whole: as it is read or as its line, and the other questions of its table."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.text import count
from tui.data.browsing import Browsing
from tui.present.line import Line
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.data import Decided
    from core.data import Row as Record
    from core.data.project_view import ProjectView

Beside = Callable[[int], list[Line]]
"""Lines to stand below a record, for a width in cells."""


class Reading(Browsing):
    """Shows one record, with what others know to say above and below it."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._raw = False  # whether the record is shown as its line
        self._beside: tuple[int, bool] | None = None  # the row that stands beside the rows, and whether as its line

    def _show_record(self) -> None:
        number, records, view = self._number(), self._records, self.view
        record = self.query_one("#record", TextView)
        if number is None or records is None:
            self._beside = None
            record.show(lambda _width: [])
            return
        same, self._beside = self._beside == (number, self._raw), (number, self._raw)
        from core.data import Decided
        from tui.widgets.record_view import raw_lines, record_lines

        if self.table.wanted is None:
            self.shell.settings.keep("data.row", number)
        row = view.row(number) if view else records.dataset.row(number)
        decided = self._held(view, number) if view else Decided()
        stale = bool(view and view.stale(row))
        disputed = self._disputed(view, number) if view else ""
        siblings = view.siblings(number) if view else [number]
        place = f"q {siblings.index(number) + 1} of {len(siblings)}" if len(siblings) > 1 else ""
        if self._raw:
            record.show(lambda width: raw_lines(row, place, width), keep_place=same)
            return
        above, below = self._above(row), self._below(number)
        calibration, folded = view.facts.calibration if view else None, self.front() is self.table

        def lines(width: int) -> list[Line]:
            told = record_lines(
                row, decided, place, width, stale=stale, disputed=disputed, calibration=calibration, folded=folded
            )
            return [*above(width), *told, *below(width)]

        record.show(lines, keep_place=same)

    def _held(self, view: "ProjectView", number: int) -> "Decided":
        """What is shown of what was decided about a row."""
        return view.decision(number)

    def _disputed(self, view: "ProjectView", number: int) -> str:
        """Who flagged a row differently, and how."""
        return view.disputed(number)

    def _above(self, row: "Record") -> Beside:
        """What is said above a record."""
        del row
        return lambda _width: []

    def _below(self, number: int) -> Beside:
        """What is said below a record."""
        del number
        return lambda _width: []

    def action_detail(self) -> None:
        """To the record, which a narrow screen shows instead of the list."""
        self._draw_at_once()
        self.bring(self.query_one("#record"))

    def action_view(self) -> None:
        """The record as it is read, or its line as it stands."""
        self._raw = not self._raw
        self._draw_record()

    def action_sibling(self, by: int) -> None:
        """To the next or previous question of the same table."""
        number, view = self._number(), self.view
        if number is None or view is None:
            return
        siblings = view.siblings(number)
        at = siblings.index(number) + by
        if 0 <= at < len(siblings):
            self._go_to(siblings[at])
        else:
            end = "last" if by > 0 else "first"
            self.say(f"{count(len(siblings), 'question')} to this table; this is the {end}", "text")
