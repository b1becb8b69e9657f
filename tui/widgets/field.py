"""A field to type a line in, as the bar, the palette and a confirmation have it."""

import re
from collections.abc import Callable, Mapping, Sequence

from textual.widgets import Input

from tui import keys

Complete = Callable[[str], Sequence[str]]
"""What the beginning of a word may become, best first."""

_BEGUN = re.compile(r"\w*$")


class Field(Input):
    """An input whose cursor does not blink, which would write to the line all the time.

    Attributes:
        complete: What tab completes words with; None where it completes nothing.
        earlier: What was typed here before, the newest first, for the arrows to recall.
    """

    DEFAULT_CSS = "Field { height: 1; border: none; padding: 0; background: $panel; }"
    BINDINGS = keys.bindings("field")

    def __init__(self) -> None:
        super().__init__(compact=True, id="field")
        self.cursor_blink = False
        self.complete: Complete | None = None
        self.earlier: Sequence[str] = ()
        self._turn: tuple[str, int, Sequence[str], int] = ("", 0, (), 0)  # what tab made, from where, of what
        self._back = 0  # how far an arrow has gone back
        self._typed = ""  # before that

    def begin(self, value: str, complete: Complete | None = None, earlier: Sequence[str] = ()) -> None:
        """Starts with a value, the cursor behind it.

        Args:
            value: To begin with.
            complete: What tab completes words with.
            earlier: What the arrows recall, the newest first.
        """
        self._put(value)
        self.complete = complete
        self.earlier = [text for text in earlier if text != value]
        self._back = 0

    def shown_keys(self, keymap: Mapping[str, str]) -> list[tuple[str, str]]:
        """The keys that do something here, for the footer."""
        idle = {"field.complete": self.complete is None, "field.earlier": not self.earlier}
        found = [key for key in keys.in_scope("field") if key.footer and not idle.get(key.id)]
        return [*((keys.first(key, keymap), key.label) for key in found), ("esc", "back")]

    def action_complete(self, by: int) -> None:
        """Tab completes a word, and again to the next one that fits; it never leaves the field.

        Letters typed elsewhere would decide something: only an answer or escape leads out.
        """
        if self.complete is None:
            return
        made, start, fitting, number = self._turn
        before = self.value[: self.cursor_position]
        if not fitting or before != made:
            begun = _BEGUN.search(before)
            start = begun.start() if begun else len(before)
            fitting, number = self.complete(before[start:]), -1 if by > 0 else 0
        if fitting:
            number = (number + by) % len(fitting)
            after, made = self.value[self.cursor_position :], before[:start] + fitting[number]
            self.value, self.cursor_position = made + after, len(made)
            self._turn = (made, start, fitting, number)

    def action_recall(self, by: int) -> None:
        """What was typed here earlier, or back towards what stood there first."""
        back = max(0, min(self._back + by, len(self.earlier)))
        if back == self._back:
            return
        if not self._back:
            self._typed = self.value
        self._back = back
        self._put(self.earlier[back - 1] if back else self._typed)

    def _put(self, text: str) -> None:
        self.value, self.cursor_position = text, len(text)
