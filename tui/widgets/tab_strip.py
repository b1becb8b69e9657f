"""The line of stages: seven names, the present one in capitals."""

from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.keys import STAGES
from tui.look import looked
from tui.present.line import Span
from tui.widgets.strip import strip


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
