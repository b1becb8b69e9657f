"""A text to read and scroll: lines of styled spans, made anew for each width."""

from collections.abc import Callable, Sequence

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from core.errors import OutcropError
from tui import keys
from tui.present.line import Line, error_lines, sized
from tui.theme import looked
from tui.widgets.strip import strip

Build = Callable[[int], Sequence[Line]]


class TextView(ScrollView, can_focus=True):
    """Draws what a function makes of the pane's width."""

    DEFAULT_CSS = """
    TextView { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; padding: 0; }
    """
    BINDINGS = keys.bindings("text")

    def __init__(self, *, id: str | None = None, margin: str = " ") -> None:  # noqa: A002
        """An empty text.

        Args:
            id: The widget's.
            margin: What stands before each line.
        """
        super().__init__(id=id)
        self._margin = margin
        self._build: Build = lambda _width: ()
        self._lines: Sequence[Line] = ()
        self._made_for = -1

    def show(self, build: Build, *, keep_place: bool = False) -> None:
        """Shows another text.

        Args:
            build: Makes its lines for a width in cells.
            keep_place: Stay where the reader is, for the same text made anew.
        """
        self._build = build
        self._made_for = -1
        self._make()
        if not keep_place:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.refresh()

    def on_resize(self) -> None:
        """Lines break anew."""
        self._made_for = -1
        self._make()

    def text(self) -> str:
        """All of it as plain text, for copying."""
        return "\n".join("".join(span[0] for span in line).rstrip() for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """One line of the screen; at its end, an arrow where there is more above or below."""
        self._make()
        number = self.scroll_offset.y + y
        line: Line = self._lines[number] if number < len(self._lines) else ()
        text = sized([(self._margin, "text"), *line], max(0, self.size.width - 1))
        return strip([*text, (self._more(y), "dim")], self.size.width, looked(self))

    def _more(self, y: int) -> str:
        above = self.scroll_offset.y
        if y == 0 and above:
            return "↑"
        below = len(self._lines) - above - self.size.height
        return "↓" if y == self.size.height - 1 and below > 0 else " "

    def _make(self) -> None:
        width = self.size.width - len(self._margin) - 1
        if width <= 0 or self._made_for == width:
            return
        self._made_for = width
        try:
            self._lines = self._build(width)
        except OutcropError as error:
            self._lines = error_lines(error, width)
        self.virtual_size = Size(self.size.width, len(self._lines))
