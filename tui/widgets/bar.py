"""The line above the keys: the filter and its count, progress, a message, or a question with a field to answer in."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget

from core.errors import OutcropError, TypedError
from tui.look import looked
from tui.widgets.line import Span, cells, sized, strip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from textual.widgets import Input

    from tui.widgets.field import Complete, Field

Answered = Callable[[str], None]
_APART = 4  # blanks around what stands at the two ends


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
        width = self.size.width
        right = f"  {self.right} " if self.right else ""
        left = sized([(" ", "text"), *self.left], max(0, width - cells(right)))
        return strip([*left, (right, "dim")], width, looked(self))


class Bar(Horizontal):
    """Shows a line, or asks for one."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; }
    Bar > #field { display: none; width: 1fr; }
    Bar.-asking > #field { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = BarText()
        self._field: Field | None = None
        self._answered: Answered | None = None
        self._back_to: Widget | None = None
        self._standing: tuple[list[Span], str] = ([], "")
        self._said: list[Span] = []

    def compose(self) -> ComposeResult:
        """The text; the field comes after the first paint."""
        yield self._text

    @property
    def asking(self) -> bool:
        """Whether somebody is typing."""
        return self._answered is not None

    def prepare(self) -> None:
        """Makes the field, which takes its time to import."""
        self._made()

    def _made(self) -> "Field":
        if self._field is None:
            from tui.widgets.field import Field

            self._field = Field()
            self.mount(self._field)
        return self._field

    @property
    def awaited(self) -> "tuple[Field, ...]":
        """The field while somebody types: one that was asked for at once takes a moment."""
        return (self._field,) if self._field is not None and self.asking else ()

    def show(self, left: str | list[Span], right: str = "") -> None:
        """Shows a line, as soon as nothing that was said is in its place.

        Args:
            left: Text, or spans of it.
            right: What stands at the end.
        """
        spans = [(left, "dim")] if isinstance(left, str) else left
        if self._standing != (spans, right):
            self._standing = (spans, right)
            self._draw_line()

    def say(self, spans: list[Span]) -> None:
        """Says something that happened: it stays until the next key, whatever else goes on."""
        self._said = spans
        self._draw_line()

    def heard(self) -> None:
        """A key was pressed: what was said has been read."""
        if self._said:
            self._said = []
            self._draw_line()

    def ask(self, label: str, value: str, answered: Answered, complete: "Complete | None" = None) -> None:
        """Asks for a line.

        Args:
            label: What for.
            value: What the field begins with.
            answered: Called with the text on enter; an `OutcropError` it raises is shown, and the field stays, its
                cursor on the mistake where that is known.
            complete: What tab completes words with.
        """
        field = self._made()  # even before the first paint: what is typed behind the question's key is the answer
        self._back_to = self.screen.focused
        self._answered = answered
        self.add_class("-asking")
        self._say(label, "accent")
        field.begin(value, complete)
        self.screen.set_focus(field)  # at once: what is typed next must not reach the list

    def give_up(self) -> bool:
        """Closes the field without an answer; False where none was open."""
        if not self.asking:
            return False
        self._close()
        return True

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        """Hands the answer on."""
        event.stop()
        answered = self._answered
        if answered is None:
            return
        try:
            answered(event.value)
        except OutcropError as error:
            self._say(f"{error.what}. {error.todo}" if error.todo else error.what, "bad", beside=event.value)
            if isinstance(error, TypedError):
                event.input.cursor_position = error.at
            return
        if self._answered is answered:
            self._close()

    def _close(self) -> None:
        self._answered = None
        self.remove_class("-asking")
        self._text.styles.width = "1fr"
        self._draw_line()
        back = self._back_to
        self.screen.set_focus(back if back is not None and back.is_attached else None)

    def _say(self, text: str, style: str, *, beside: str = "") -> None:
        """Before the field, leaving room for what is typed."""
        room = max(self.size.width // 3, self.size.width - cells(beside) - 3)
        self._text.styles.width = min(cells(text) + 2, room)
        self._draw([(text, style)], "")

    def _draw_line(self) -> None:
        if self.asking:
            return
        left, right = self._standing
        if self._said:
            fits = cells("".join(text for text, _ in self._said)) + cells(right) + _APART < self.size.width
            left, right = self._said, right if fits else ""
        self._draw(left, right)

    def _draw(self, left: list[Span], right: str) -> None:
        self._text.left, self._text.right = left, right
        self._text.refresh()
