"""The first line: where you are, what runs, what bills. Only the cells that change are redrawn."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.look import looked
from tui.widgets.line import Span, fit, strip


class StatusLine(Widget):
    """Fields between fixed gaps; the last ones stand at the right."""

    DEFAULT_CSS = "StatusLine { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._left: list[Span] = [("Outcrop", "panel")]
        self._right: list[Span] = []
        self._drawn = ""

    def show(self, left: list[Span], right: list[Span]) -> None:
        """Shows other fields.

        Args:
            left: The project and where it runs.
            right: Jobs, dollars an hour, and whether everything is saved.
        """
        self._left, self._right = left, right
        text = "".join(span[0] for span in self._spans())
        before, self._drawn = self._drawn, text
        changed = [at for at, (old, new) in enumerate(zip(before, text, strict=False)) if old != new]
        if len(before) != len(text) or not before:
            self.refresh()
        elif changed:
            self.refresh(Region(changed[0], 0, changed[-1] - changed[0] + 1, 1))

    def on_resize(self) -> None:
        """The fields spread anew."""
        self._drawn = ""

    def render_line(self, y: int) -> Strip:
        """The one line."""
        del y
        look = looked(self)
        return strip(self._spans(), self.size.width, look).apply_style(look.panel)

    def _spans(self) -> list[Span]:
        width = self.size.width
        right = [(f"  {text}", style) for text, style in self._right]
        taken = sum(len(text) for text, _ in right)
        left: list[Span] = []
        room = max(0, width - taken)
        for text, style in self._left:
            part = fit(text, min(len(text) + 2, room))
            left.append((part, style))
            room -= len(part)
        return [*left, (" " * max(0, room), "panel"), *right]
