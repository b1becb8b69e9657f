"""Asks before money is spent or something is destroyed: the facts first, then enter, or a name to type."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.widgets.bar import Field
from tui.widgets.line import Line, fact_lines
from tui.widgets.text_view import TextView

_WIDTH = 76


class Confirm(ModalScreen[bool]):
    """Facts, a question, and two ways out."""

    DEFAULT_CSS = """
    Confirm { align: center middle; background: transparent; }
    Confirm > Vertical { width: 76; max-width: 100%; height: auto; max-height: 100%; background: $panel;
                         border: solid $accent; }
    Confirm TextView { height: auto; max-height: 18; }
    Confirm #field { width: 1fr; height: 1; border: none; background: $panel; }
    """
    BINDINGS = [
        Binding("enter", "yes", "yes", show=False),
        Binding("escape,q,n", "give_up", "no", show=False),
    ]

    def __init__(self, question: str, facts: Sequence[tuple[str, str]], *, type_name: str = "") -> None:
        """Prepares the question.

        Args:
            question: What is about to happen.
            facts: Names and values: where, what, at which price.
            type_name: A name that must be typed, above the cost threshold.
        """
        super().__init__()
        self._question, self._facts, self._name = question, facts, type_name
        self._field = Field()

    def compose(self) -> ComposeResult:
        """The facts, and the field where a name is wanted."""
        with Vertical():
            yield TextView(id="facts")
            if self._name:
                yield self._field

    def on_mount(self) -> None:
        """Shows the facts."""
        facts = self.query_one("#facts", TextView)
        facts.styles.height = len(self._lines(min(self.app.size.width, _WIDTH) - 4))
        facts.show(self._lines)
        (self._field if self._name else facts).focus()

    def _lines(self, width: int) -> list[Line]:
        wide = max((len(name) for name, _ in self._facts), default=0)
        lines: list[Line] = [[(self._question, "strong")], []]
        lines += fact_lines(self._facts, width, wide + 2)
        lines.append([])
        if self._name:
            lines.append([("Type ", "dim"), (self._name, "accent"), (" and enter; escape leaves it", "dim")])
        else:
            lines.append([("enter", "accent"), (" does it, ", "dim"), ("escape", "accent"), (" leaves it", "dim")])
        return lines

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The name was typed, or something else."""
        event.stop()
        if event.value == self._name:
            self.dismiss(result=True)

    def action_yes(self) -> None:
        """Enter, where no name is wanted."""
        if not self._name:
            self.dismiss(result=True)

    def action_give_up(self) -> None:
        """Escape."""
        self.dismiss(result=False)
