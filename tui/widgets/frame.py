"""The frame of every stage: the status line, the line of stages, and the line of keys."""

from collections.abc import Sequence

from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.keys import STAGES
from tui.present.line import Span, cells, fit, sized
from tui.theme import looked
from tui.widgets.strip import strip

_GAP = 2  # blanks between two keys


class StatusLine(Widget):
    """Where you are, what runs, what bills; where room is short, the name gives way, never the place."""

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
        named = min(cells(self._project), 12)  # this much of the name is worth more than a fuller wording
        place = next((each for each in self._places if cells(each) + named + 4 <= room), self._places[-1])
        title: list[Span] = [(" Outcrop", "panel_dim")] if room >= cells(self._project + place) + 12 else []
        beside = room - cells(place) - 2 - sum(cells(text) for text, _ in title)
        name = fit(self._project, min(cells(self._project), max(0, beside - 2)))
        left: list[Span] = [*title, (f"  {name}" if title else f" {name}", "panel"), (f"  {place}", "panel_dim")]
        return [*sized(left, room, "panel"), *right]


class TabStrip(Widget):
    """Draws the stages; a click asks for one."""

    DEFAULT_CSS = "TabStrip { height: 1; width: 1fr; }"

    class Asked(Message):
        """Somebody clicked on a stage."""

        def __init__(self, stage: int) -> None:
            super().__init__()
            self.stage = stage

    def __init__(self) -> None:
        super().__init__()
        self._stage = 1

    def show(self, stage: int) -> None:
        """Marks another stage as the present one."""
        if stage != self._stage:
            self._stage = stage
            self.refresh()

    def on_click(self, event: Click) -> None:
        """Finds the stage below the pointer."""
        right = 0
        for number, (text, _) in enumerate(self._spans(), 1):
            right += len(text)
            if event.x < right:
                self.post_message(self.Asked(number))
                return

    def render_line(self, y: int) -> Strip:
        """The one line."""
        del y
        return strip(self._spans(), self.size.width, looked(self))

    def _spans(self) -> list[Span]:
        narrow = self.size.width < sum(len(name) + 4 for name in STAGES)
        spans: list[Span] = []
        for number, name in enumerate(STAGES, 1):
            here = number == self._stage
            text = f" {number} {name.upper() if here else name} "
            if narrow and not here:
                text = f" {number} "
            spans.append((text, "cursor" if here else "text"))
        return spans


class KeyLine(Widget):
    """Key and label, as many as fit; the last one is always shown."""

    DEFAULT_CSS = "KeyLine { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[tuple[str, str]] = ()

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows other keys, each with its label."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        del y
        return strip(self.spans(self.size.width), self.size.width, looked(self))

    def spans(self, width: int) -> list[Span]:
        """The line at a width in cells."""
        sizes = [cells(f"{key} {label}") + _GAP for key, label in self._keys]
        room = width - 1 - sum(sizes[-1:])
        shown = []
        for pair, size in zip(self._keys[:-1], sizes, strict=False):
            if size > room:
                break
            room -= size
            shown.append(pair)
        spans: list[Span] = [(" ", "panel")]
        for key, label in [*shown, *self._keys[-1:]]:
            spans += [(key, "panel_accent"), (f" {label}{' ' * _GAP}", "panel_dim")]
        return [*spans, (" " * width, "panel")]
