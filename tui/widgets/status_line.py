"""The first line: where you are, what runs, what bills. Only what changes is redrawn."""

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from tui.look import looked
from tui.present.line import Span, cells, fit, sized
from tui.widgets.strip import strip


class StatusLine(Widget):
    """Fields from the left and from the right; where room is short, the name gives way, never the place."""

    DEFAULT_CSS = "StatusLine { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._project = ""
        self._places: Sequence[str] = ("",)
        self._right: Sequence[Span] = ()

    def show(self, name: str, places: Sequence[str], right: Sequence[Span]) -> None:
        """Shows other fields.

        Args:
            name: The project's.
            places: Where it runs, from the fullest wording to the shortest.
            right: Jobs, dollars an hour, and what else there is.
        """
        if (name, places, right) != (self._project, self._places, self._right):
            self._project, self._places, self._right = name, places, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        del y
        return strip(self._spans(self.size.width), self.size.width, looked(self))

    def _spans(self, width: int) -> list[Span]:
        right: list[Span] = [(f"  {text}", style) for text, style in self._right] + [(" ", "panel")]
        room = max(0, width - sum(cells(text) for text, _ in right))
        named = min(
            cells(self._project), 12
        )  # of the name, this much is worth more than a fuller wording of the place
        place = next((each for each in self._places if cells(each) + named + 4 <= room), self._places[-1])
        title: list[Span] = [(" Outcrop", "panel_dim")] if room >= cells(self._project + place) + 12 else []
        beside = room - cells(place) - 2 - sum(cells(text) for text, _ in title)
        name = fit(self._project, min(cells(self._project), max(0, beside - 2)))
        left: list[Span] = [*title, (f"  {name}" if title else f" {name}", "panel"), (f"  {place}", "panel_dim")]
        return [*sized(left, room, "panel"), *right]
