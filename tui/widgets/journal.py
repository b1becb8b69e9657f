"""The journal of decisions: who, when, what; searched by words, undone from here."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from core.clock import Clock
from core.data import sharing
from core.data.decisions import Entry
from core.errors import OutcropError
from core.store import Store
from core.text import count, when
from tui import glyphs
from tui.widgets.field import Field
from tui.widgets.line import Line, Span
from tui.widgets.modal import Modal
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView

_COLUMNS = (
    Column("when", 12),
    Column("who", 10),
    Column("what", 6),
    Column("", 22),
    Column("question"),
)


class Journal(Modal[str | None]):
    """Everything that was ever decided, newest first; returns the record to go to."""

    DEFAULT_CSS = """
    Journal { align: center middle; background: transparent; }
    Journal > Vertical { width: 100%; height: 80%; min-height: 8; max-height: 100%; border: solid $accent; }
    Journal TextView { height: 1; }
    Journal Field { display: none; }
    Journal.-asking Field { display: block; }
    """
    KEYS = (("↵", "record"), ("/", "search"), ("u", "undo, or do again"), ("esc", "back"))
    BINDINGS = [
        Binding("escape,q,H,ctrl+c", "give_up", "back", show=False),
        Binding("slash", "ask", "search", show=False),
        Binding("u,U", "turn", "undo", show=False),
        Binding("enter", "go", "go to it", show=False),
    ]

    def __init__(
        self, store: Store, clock: Clock, question: Callable[[str], str], turn: Callable[[Entry], str]
    ) -> None:
        """Prepares the journal.

        Args:
            store: The project's.
            clock: To say how long ago.
            question: What a record asks, by its identity.
            turn: Undoes an entry, or does it again; returns what to say.
        """
        super().__init__()
        self._store, self._clock, self._question, self._turn = store, clock, question, turn
        self._words = ""
        self._entries: list[Entry] = []

    def compose(self) -> ComposeResult:
        """The entries, and below them what can be done."""
        with Vertical():
            yield Table(_COLUMNS, empty=["Nothing was decided yet, or nothing with these words."], id="entries")
            yield TextView(id="said")
            yield Field()

    def on_mount(self) -> None:
        """Shows everything."""
        self._read()
        self._say("")
        self.set_focus(self._table)

    @property
    def _table(self) -> Table:
        return self.query_one("#entries", Table)

    def action_ask(self) -> None:
        """Asks for words to search."""
        self.add_class("-asking")
        field = self.query_one(Field)
        field.begin(self._words)
        self.set_focus(field)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fewer entries with each letter."""
        event.stop()
        self._words = event.value
        self._read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the entries that are left."""
        event.stop()
        self._leave_field()

    def action_turn(self) -> None:
        """Undoes what the cursor is on, or does it again; a bulk as one."""
        if not self._entries:
            return
        try:
            said = self._turn(self._entries[self._table.cursor])
        except OutcropError as error:
            said = f"{error.what}. {error.todo}"
        self._read()
        self._say(said)

    def action_go(self) -> None:
        """To the record."""
        if self.has_class("-asking"):
            self._leave_field()
        elif self._entries:
            self.dismiss(self._entries[self._table.cursor].record)

    def action_give_up(self) -> None:
        """Out of the field, then back to the tab."""
        if self.has_class("-asking"):
            self._words = ""
            self._read()
            self._leave_field()
        else:
            self.dismiss(None)

    def _leave_field(self) -> None:
        self.remove_class("-asking")
        self.set_focus(self._table)
        self._say("")

    def _read(self) -> None:
        self._entries = sharing.history(self._store, self._words)
        self._table.show(len(self._entries), self._some)

    def _say(self, said: str) -> None:
        many = f"{count(len(self._entries), 'entry', 'entries')}" + (f" with {self._words}" if self._words else "")
        keys: Line = [(f"{said or many}   ", "accent"), ("/ search  u undo, or do again  enter record  esc", "dim")]
        self.query_one("#said", TextView).show(lambda _width: [keys])

    def _some(self, start: int, stop: int) -> list[Row]:
        return [self._row(entry) for entry in self._entries[start:stop]]

    def _row(self, entry: Entry) -> Row:
        style = "dim" if entry.undone else "text"
        return [
            (when(entry.at, self._clock.now()), "dim"),
            (entry.who, style),
            (entry.kind, style),
            _value(entry),
            (self._undoing(entry) + self._question(entry.record), style),
        ]

    def _undoing(self, entry: Entry) -> str:
        """By whom and when an entry was undone."""
        if entry.undone is None:
            return ""
        who = f"by {entry.undone_by} " if entry.undone_by else ""
        return f"{who}{when(entry.undone, self._clock.now())} · "


def _value(entry: Entry) -> Span:
    if entry.undone:
        return f"undone: {entry.value or 'none'}", "dim"
    if entry.value is None:
        return "· taken away", "dim"
    if entry.kind == "flag" and entry.value in glyphs.FLAGS:
        glyph, style = glyphs.FLAGS[entry.value]
        return f"{glyph} {entry.value}", style
    return entry.value, "text"
