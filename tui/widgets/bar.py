"""The line above the keys: the filter and its count, progress, a message, or a question with a field to answer in."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from core.errors import OutcropError, TypedError
from tui.present.line import Line, Span, cells, flow, sized, wrap
from tui.theme import looked
from tui.widgets.strip import strip

if TYPE_CHECKING:
    from textual.widgets import Input

    from tui.widgets.field import Complete, Field

TakeAnswer = Callable[[str], None]
_APART = 4  # blanks around what stands at the two ends
_MOST_LINES = 8  # of a mistake above the field
_OF_SCREEN = 4  # of its height, the part that something said may take


class BarText(Widget):
    """What stands there while nobody types, or around a field."""

    DEFAULT_CSS = "BarText { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._right = ""

    def show(self, lines: Sequence[Line], right: str = "") -> None:
        """Shows lines.

        Args:
            lines: Each cut to the width.
            right: What stands at the end of the first.
        """
        self._lines, self._right = lines, right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        right = f"  {self._right} " if self._right and not y else ""
        line = self._lines[y] if y < len(self._lines) else ()
        left = sized([(" ", "text"), *line], max(0, width - cells(right)))
        return strip([*left, (right, "dim")], width, looked(self))


class Bar(Container):
    """Shows a line, or asks for one; what is wrong with an answer stands whole above it."""

    DEFAULT_CSS = """
    Bar { layout: horizontal; height: 1; width: 1fr; }
    Bar > #field { display: none; width: 1fr; }
    Bar.-asking > #field { display: block; }
    Bar.-tall { height: auto; }
    Bar.-wrong { layout: vertical; height: auto; }
    Bar.-wrong > #field { margin-left: 1; }
    """

    class Turned(Message):
        """Somebody begins or ceases to type."""

    def __init__(self) -> None:
        super().__init__()
        self._text = BarText()
        self._field: Field | None = None
        self._answered: TakeAnswer | None = None
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

    @property
    def field(self) -> "Field | None":
        """The field while somebody is typing."""
        return self._field if self.asking else None

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
        return (self.field,) if self.field is not None else ()

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
        """Says something that happened, whole: it stays until the next key, whatever else goes on."""
        self._said = spans
        self._draw_line()

    def heard(self) -> None:
        """A key was pressed: what was said has been read."""
        if self._said:
            self._said = []
            self._draw_line()

    def ask(
        self,
        label: str,
        value: str,
        answered: TakeAnswer,
        complete: "Complete | None" = None,
        earlier: Sequence[str] = (),
    ) -> None:
        """Asks for a line.

        Args:
            label: What for.
            value: What the field begins with.
            answered: Called with the text on enter; an `OutcropError` it raises is shown, and the field stays, its
                cursor on the mistake where that is known.
            complete: What tab completes words with.
            earlier: What the arrows recall, the newest first.
        """
        field = self._made()  # even before the first paint: what is typed behind the question's key is the answer
        self._back_to = self.screen.focused
        self._answered = answered
        self.add_class("-asking")
        self._on_one_line()
        self._text.styles.width = min(cells(label) + 2, self.size.width * 2 // 3)
        self._text.show([[(label, "accent")]])
        field.begin(value, complete, earlier)
        self.screen.set_focus(field)  # at once: what is typed next must not reach the list
        self.post_message(self.Turned())

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
            self._object(error)
            if isinstance(error, TypedError):
                event.input.cursor_position = error.at
            return
        if self._answered is answered:
            self._close()

    def _object(self, error: OutcropError) -> None:
        """Says above the field, all of it, what is wrong."""
        lines = wrap(str(error), max(2, self.size.width - 2))[:_MOST_LINES]
        self.add_class("-wrong")
        self._text.styles.width, self._text.styles.height = "1fr", len(lines)
        self._text.show([[(line, "bad")] for line in lines])

    def _close(self) -> None:
        self._answered = None
        self.remove_class("-asking")
        self._on_one_line()
        self._draw_line()
        back = self._back_to
        self.screen.set_focus(back if back is not None and back.is_attached else None)
        self.post_message(self.Turned())

    def _on_one_line(self) -> None:
        self.remove_class("-wrong", "-tall")
        self._text.styles.width, self._text.styles.height = "1fr", 1

    def on_resize(self) -> None:
        """What is said needs more lines on a narrower screen."""
        if self._said:
            self._draw_line()

    def _draw_line(self) -> None:
        if self.asking:
            return
        left, right = self._standing
        lines: Sequence[Line] = [left]
        if self._said:
            lines = self._whole(self._said)
            fits = cells("".join(text for text, _ in self._said)) + cells(right) + _APART < self.size.width
            right = right if fits else ""
        self._text.styles.height = len(lines)
        self.set_class(len(lines) > 1, "-tall")
        self._text.show(lines, right)

    def _whole(self, spans: list[Span]) -> Sequence[Line]:
        """On one line where it fits, else on as many as a screen of this height can spare."""
        width, most = self.app.size.width - 2, max(1, self.app.size.height // _OF_SCREEN)
        if most == 1 or cells("".join(text for text, _ in spans)) <= width:
            return [spans]
        words = [(part, style) for text, style in spans for word in text.split() for part in wrap(word, width)]
        lines = flow([[word] for word in words], width, 1)
        return lines if len(lines) <= most else [*lines[: most - 1], [*lines[most - 1], (" …", "dim")]]
