"""Asks before money is spent or something is destroyed: the facts first, then enter, or a name to type."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.present.line import Line, fact_lines, wrap
from tui.widgets.field import Field
from tui.widgets.modal import Modal
from tui.widgets.text_view import TextView

_WIDTH = 76
_AROUND = 4  # cells of border and margins


class Confirm(Modal[bool]):
    """Facts, a question, and two ways out."""

    DEFAULT_CSS = """
    Confirm { align: center middle; background: transparent; }
    Confirm > Vertical { width: 76; max-width: 100%; height: auto; max-height: 100%; border: solid $accent; }
    Confirm #way { height: 1; }
    """
    KEYS = (("↵", "yes"), ("esc", "no"))
    BINDINGS = [
        Binding("enter", "yes", "yes", show=False),
        Binding("escape,q,n,ctrl+c", "give_up", "no", show=False),
    ]

    def __init__(self, question: str, facts: Sequence[tuple[str, str]], *, type_name: str = "") -> None:
        """Prepares the question.

        Args:
            question: What is about to happen.
            facts: Names and values: where, what, at which price.
            type_name: A name that must be typed, above the cost threshold.
        """
        super().__init__()
        self._question, self._facts, self._wanted = question, facts, type_name
        self._field = Field()
        self._seen = False  # what was typed before the facts were there to read is no answer

    def compose(self) -> ComposeResult:
        """The facts, the ways out, and the field where a name is wanted."""
        with Vertical():
            yield TextView(id="facts")
            yield TextView(id="way")
            if self._wanted:
                yield self._field

    def on_mount(self) -> None:
        """Shows the facts."""
        self.query_one("#facts", TextView).show(self._lines)
        self.query_one("#way", TextView).show(lambda _width: [self._way()])
        self.set_focus(self._field if self._wanted else self.query_one("#facts", TextView))
        self.call_after_refresh(self._now_seen)

    def _now_seen(self) -> None:
        self._seen = True

    def on_resize(self) -> None:
        """As high as the facts, where there is room; the ways out stay in sight."""
        wanted = len(self._lines(min(self.app.size.width, _WIDTH) - _AROUND))
        self.query_one("#facts", TextView).styles.height = min(wanted, self.app.size.height - 3 - bool(self._wanted))

    def _lines(self, width: int) -> list[Line]:
        wide = max((len(name) for name, _ in self._facts), default=0)
        asked: list[Line] = [[(line, "strong")] for line in wrap(self._question, width)]
        return [*asked, [], *fact_lines(self._facts, width, wide + 2), []]

    def _way(self) -> Line:
        if self._wanted:
            return [("type ", "dim"), (self._wanted, "accent"), (" and enter; escape leaves it", "dim")]
        return [("enter", "accent"), (" does it, ", "dim"), ("escape", "accent"), (" leaves it", "dim")]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The name was typed, or something else."""
        event.stop()
        if event.value == self._wanted:
            self.dismiss(result=True)

    def action_yes(self) -> None:
        """Enter, where no name is wanted."""
        if self._seen and not self._wanted:
            self.dismiss(result=True)

    def action_give_up(self) -> None:
        """Escape."""
        self.dismiss(result=False)
