"""What trained beside a test record, in front of everything: a warning, the record, its neighbours to choose from."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from core.evaluation.comparison import Example
from core.evaluation.examples import Neighbour
from core.text import count
from tui.present.line import Line, Span, fit, wrap
from tui.widgets.modal import Modal
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView

_WARNING = (
    "This is a test record. It must not become a training record: its score would then measure memory. Look at what"
    " trained beside it instead: mend that, or add more of its kind."
)


class Neighbours(Modal[str | None]):
    """Asks which neighbour to open in Data; answers with its identity."""

    DEFAULT_CSS = """
    Neighbours { align: center middle; background: transparent; }
    Neighbours > Vertical { width: 100%; max-width: 110; height: 80%; min-height: 12; max-height: 100%;
                            border: solid $accent; }
    Neighbours #warning { height: 6; }
    Neighbours #way { height: 1; }
    """
    BINDINGS = [
        Binding("enter", "choose", "open", show=False),
        Binding("escape,q,ctrl+c", "give_up", "back", show=False),
    ]

    def __init__(self, example: Example, neighbours: tuple[Neighbour, ...]) -> None:
        """Prepares the choice.

        Args:
            example: Of the test set.
            neighbours: Among the training records, the most similar first.
        """
        super().__init__()
        self._example, self._neighbours = example, neighbours
        columns = [Column("like", 4, right=True), Column("question trained on"), Column("answer", 22, least=56)]
        self._table = Table(columns, empty=["No training record shares a word with it."])

    def compose(self) -> ComposeResult:
        """The warning above, the neighbours, and the ways out."""
        with Vertical():
            yield TextView(id="warning")
            yield self._table
            yield TextView(id="way")

    def on_mount(self) -> None:
        """Shows them."""
        self.query_one("#warning", TextView).show(self.about)
        self.query_one("#way", TextView).show(lambda _width: [self._way()])
        self._table.show(len(self._neighbours), self.rows)
        self.set_focus(self._table)

    def action_choose(self) -> None:
        """The one under the cursor."""
        self.dismiss(self._neighbours[self._table.cursor].id if self._neighbours else None)

    def action_give_up(self) -> None:
        """Back without a choice."""
        self.dismiss(None)

    def about(self, width: int) -> list[Line]:
        """The warning and the record, at a width in cells."""
        lines: list[Line] = [[(line, "warn")] for line in wrap(_WARNING, width)]
        shown = (("asked ", self._example.question), ("truth ", self._example.truth))
        return [*lines, *([(name, "dim"), (fit(text, width - 6), "text")] for name, text in shown)]

    def _way(self) -> Line:
        if not self._neighbours:
            return [("escape", "accent"), (" goes back", "dim")]
        ways: list[Span] = [("enter", "accent"), (" opens one in Data, ", "dim"), ("escape", "accent")]
        return [(f"{count(len(self._neighbours), 'neighbour')}: ", "dim"), *ways, (" goes back", "dim")]

    def rows(self, start: int, stop: int) -> list[Row]:
        """Some of the neighbours, a row each."""
        shown = self._neighbours[start:stop]
        return [((f"{each.similarity:.0%}", "strong"), each.question, each.answer) for each in shown]
