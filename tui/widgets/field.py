"""A field to type a line in, as the bar, the palette and a confirmation have it."""

import re
from collections.abc import Callable, Sequence

from textual.binding import Binding
from textual.widgets import Input

Complete = Callable[[str], Sequence[str]]
"""What the beginning of a word may become, best first."""

_BEGUN = re.compile(r"\w*$")


class Field(Input):
    """An input whose cursor does not blink, which would write to the line all the time; tab completes words."""

    DEFAULT_CSS = "Field { height: 1; border: none; padding: 0; background: $panel; }"
    BINDINGS = [Binding("tab,shift+tab", "stay", show=False)]

    def __init__(self) -> None:
        super().__init__(compact=True, id="field")
        self.cursor_blink = False
        self._complete: Complete | None = None
        self._turn: tuple[str, int, Sequence[str], int] = ("", 0, (), 0)  # what tab made, from where, of what

    def begin(self, value: str, complete: Complete | None = None) -> None:
        """Starts with a value, the cursor behind it.

        Args:
            value: To begin with.
            complete: What tab completes words with.
        """
        self.value = value
        self.cursor_position = len(value)
        self._complete = complete

    def action_stay(self) -> None:
        """Tab completes a word, and again to the next one that fits; it never leaves the field.

        Letters typed elsewhere would decide something: only an answer or escape leads out.
        """
        if self._complete is None:
            return
        made, start, fitting, number = self._turn
        before = self.value[: self.cursor_position]
        if not fitting or before != made:
            begun = _BEGUN.search(before)
            start = begun.start() if begun else len(before)
            fitting, number = self._complete(before[start:]), -1
        if fitting:
            number = (number + 1) % len(fitting)
            after, made = self.value[self.cursor_position :], before[:start] + fitting[number]
            self.value, self.cursor_position = made + after, len(made)
            self._turn = (made, start, fitting, number)
