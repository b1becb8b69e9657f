"""Which columns a table shows, and in which order."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.widgets.modal import Modal
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView


class ColumnChoice(Modal[tuple[str, ...] | None]):
    """All columns there are, the shown ones first and in their order."""

    DEFAULT_CSS = """
    ColumnChoice { align: center middle; background: transparent; }
    ColumnChoice > Vertical { width: 48; max-width: 100%; height: 80%; max-height: 100%; border: solid $accent; }
    ColumnChoice #way { height: 2; }
    """
    KEYS = (("↵", "accept"), ("spc", "show or hide"), ("<", "up"), (">", "down"), ("esc", "back"))
    BINDINGS = [
        Binding("escape,q,ctrl+c", "give_up", "back", show=False),
        Binding("enter", "accept", "accept", show=False),
        Binding("space,x", "turn", "show or hide", show=False),
        Binding("less_than_sign,shift+up,K", "move(-1)", "up", show=False),
        Binding("greater_than_sign,shift+down,J", "move(1)", "down", show=False),
    ]

    def __init__(self, shown: Sequence[str], every: Sequence[str]) -> None:
        """Prepares the choice.

        Args:
            shown: The columns that are shown, in order.
            every: All there are.
        """
        super().__init__()
        self._names = [*shown, *(name for name in every if name not in shown)]
        self._shown = set(shown)

    def compose(self) -> ComposeResult:
        """The columns, and the keys."""
        with Vertical():
            yield Table([Column("", 1), Column("column")], id="columns")
            yield TextView(id="way")

    def on_mount(self) -> None:
        """Shows them."""
        self.query_one("#way", TextView).show(
            lambda _width: [
                [("space", "accent"), (" shows or hides, ", "dim"), ("< >", "accent"), (" move it", "dim")],
                [("enter", "accent"), (" takes them, ", "dim"), ("escape", "accent"), (" leaves them", "dim")],
            ]
        )
        self._draw()
        self.set_focus(self._table)

    @property
    def _table(self) -> Table:
        return self.query_one("#columns", Table)

    def action_turn(self) -> None:
        """Shows or hides the column under the cursor; one is always left."""
        name = self._names[self._table.cursor]
        if self._shown != {name}:
            self._shown ^= {name}
        self._draw()

    def action_move(self, by: int) -> None:
        """Moves the column under the cursor."""
        at = self._table.cursor
        to = max(0, min(at + by, len(self._names) - 1))
        self._names.insert(to, self._names.pop(at))
        self._draw()
        self._table.move_to(to)

    def action_accept(self) -> None:
        """Takes what is marked."""
        self.dismiss(tuple(name for name in self._names if name in self._shown))

    def action_give_up(self) -> None:
        """Leaves the columns as they were."""
        self.dismiss(None)

    def _draw(self) -> None:
        self._table.show(len(self._names), self._some)

    def _some(self, start: int, stop: int) -> list[Row]:
        return [
            (("✓", "good") if name in self._shown else ("·", "dim"), (name, "text"))
            for name in self._names[start:stop]
        ]
