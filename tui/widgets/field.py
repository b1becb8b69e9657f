"""A field to type a line in, as the bar, the palette and a confirmation have it."""

from textual.binding import Binding
from textual.widgets import Input


class Field(Input):
    """An input whose cursor does not blink, which would write to the line all the time."""

    DEFAULT_CSS = "Field { height: 1; border: none; padding: 0; background: $panel; }"
    BINDINGS = [Binding("tab,shift+tab", "stay", show=False)]

    def __init__(self) -> None:
        super().__init__(compact=True, id="field")
        self.cursor_blink = False

    def begin(self, value: str) -> None:
        """Starts with a value, the cursor behind it."""
        self.value = value
        self.cursor_position = len(value)

    def action_stay(self) -> None:
        """Tab leaves the field only by an answer or escape: letters typed elsewhere would decide something."""
