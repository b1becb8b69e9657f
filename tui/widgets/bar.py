"""The line above the keys: the filter and its count, progress, a message, or a question with a field to answer in."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from core.errors import OutcropError
from tui.look import looked
from tui.widgets.line import Span, fit, strip

Answered = Callable[[str], None]


class Field(Input):
    """The field, without a blinking cursor, which would write to the line all the time."""

    def __init__(self) -> None:
        super().__init__(compact=True, id="field")
        self.cursor_blink = False


class BarText(Widget):
    """The line while nobody types."""

    DEFAULT_CSS = "BarText { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.left: list[Span] = []
        self.right = ""

    def render_line(self, y: int) -> Strip:
        """The one line."""
        del y
        look, width = looked(self), self.size.width
        room = max(0, width - len(self.right) - 2)
        left: list[Span] = [(" ", "text")]
        room -= 1
        for text, style in self.left:
            part = fit(text, min(len(text), room)) if len(text) > room else text
            left.append((part, style))
            room -= len(part)
        return strip([*left, (" " * max(0, room), "text"), (self.right, "dim")], width, look)


class Bar(Horizontal):
    """Shows a line, or asks for one."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; }
    Bar > #field { display: none; width: 1fr; height: 1; border: none; padding: 0; background: $panel; }
    Bar.-asking > #field { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = BarText()
        self._field = Field()
        self._answered: Answered | None = None
        self._back_to: Widget | None = None
        self._label = ""
        self._shown: tuple[list[Span], str] = ([], "")

    def compose(self) -> ComposeResult:
        """A text and a field, of which one is hidden."""
        yield self._text
        yield self._field

    @property
    def asking(self) -> bool:
        """Whether somebody is typing."""
        return self._answered is not None

    def show(self, left: str | list[Span], right: str = "") -> None:
        """Shows a line.

        Args:
            left: Text, or spans of it.
            right: What stands at the end.
        """
        spans = [(left, "dim")] if isinstance(left, str) else left
        if self._shown == (spans, right):
            return
        self._shown = (spans, right)
        if not self.asking:
            self._draw(spans, right)

    def ask(self, label: str, value: str, answered: Answered) -> None:
        """Asks for a line.

        Args:
            label: What for.
            value: What the field begins with.
            answered: Called with the text on enter; an `OutcropError` it raises is shown, and the field stays.
        """
        self._back_to = self.screen.focused
        self._answered, self._label = answered, label
        self.add_class("-asking")
        self._text.styles.width = len(label) + 2
        self._draw([(label, "accent")], "")
        self._field.value = value
        self._field.cursor_position = len(value)
        self._field.focus()

    def give_up(self) -> bool:
        """Closes the field without an answer; False where none was open."""
        if not self.asking:
            return False
        self._close()
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hands the answer on."""
        event.stop()
        answered = self._answered
        if answered is None:
            return
        try:
            answered(event.value)
        except OutcropError as error:
            said = f"{error.what}. {error.todo}" if error.todo else error.what
            room = max(self.size.width // 3, self.size.width - len(event.value) - 3)
            self._text.styles.width = min(len(said) + 3, room)
            self._draw([(said, "bad")], "")
            return
        if self._answered is answered:
            self._close()

    def _close(self) -> None:
        self._answered = None
        self.remove_class("-asking")
        self._text.styles.width = "1fr"
        self._draw(*self._shown)
        if self._back_to is not None and self._back_to.is_attached:
            self._back_to.focus()

    def _draw(self, left: list[Span], right: str) -> None:
        self._text.left, self._text.right = left, right
        self._text.refresh()
