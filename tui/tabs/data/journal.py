"""The journal of decisions: who, when, what, about how many; searched by words, undone from here."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from core.clock import Clock
from core.data import journal
from core.data.journal import JournalEntry
from core.errors import OutcropError
from core.store import Store
from core.text import count, when
from tui.present import glyphs
from tui.present.line import Line, Span
from tui.widgets.field import Field
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


ToggleEntry = Callable[[JournalEntry, Callable[[str], None]], None]


class Journal(Modal[str | None]):
    """Every action that ever decided, newest first, and the records of each; returns the record to go to."""

    DEFAULT_CSS = """
    Journal { align: center middle; background: transparent; }
    Journal > Vertical { width: 100%; height: 80%; min-height: 8; max-height: 100%; border: solid $accent; }
    Journal TextView { height: 1; }
    Journal Field { display: none; }
    Journal.-asking Field { display: block; }
    """
    KEYS = (("↵", "open"), ("/", "search"), ("u", "undo, or do again"), ("esc", "back"))
    BINDINGS = [
        Binding("escape,q,H,ctrl+c", "give_up", "back", show=False),
        Binding("slash", "ask", "search", show=False),
        Binding("u,U", "turn", "undo", show=False),
        Binding("enter", "open", "open", show=False),
    ]

    def __init__(self, store: Store, clock: Clock, question: Callable[[str], str], turn: ToggleEntry) -> None:
        """Prepares the journal.

        Args:
            store: The project's.
            clock: To say how long ago.
            question: What a record asks, by its identity.
            turn: Undoes an action, or does it again, and says then what was done.
        """
        super().__init__()
        self._store, self._clock, self._question, self._turn = store, clock, question, turn
        self._words = ""
        self._entries: list[JournalEntry] = []
        self._bulk: JournalEntry | None = None  # whose records are shown
        self._left = ("", 0)  # the words and the row that it was opened from

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
        action = self._bulk or self._entries[self._table.cursor]
        try:
            self._turn(action, self._turned)
        except OutcropError as error:
            self._turned(f"{error.what}. {error.todo}")

    def _turned(self, said: str) -> None:
        """Shows an action that was undone, or done again; a large one, as soon as that is written."""
        if self.is_attached:
            self._read()
            self._say(said)

    def action_open(self) -> None:
        """The records of a bulk, or to the record."""
        if self.has_class("-asking"):
            self._leave_field()
        elif self._entries:
            entry = self._entries[self._table.cursor]
            if entry.records == 1:
                self.dismiss(entry.record)
            else:
                self._left = self._words, self._table.cursor
                self._enter(entry, self._words, 0)

    def action_give_up(self) -> None:
        """Out of the field, then out of a bulk, then back to the tab."""
        if self.has_class("-asking"):
            self._words = ""
            self._read()
            self._leave_field()
        elif self._bulk:
            self._enter(None, *self._left)
        else:
            self.dismiss(None)

    def _enter(self, bulk: JournalEntry | None, words: str, row: int) -> None:
        """Shows the records of a bulk, or all actions again."""
        self._bulk, self._words = bulk, words
        self._read()
        self._table.move_to(row)
        self._say("")

    def _leave_field(self) -> None:
        self.remove_class("-asking")
        self.set_focus(self._table)
        self._say("")

    def _read(self) -> None:
        store, bulk, words = self._store, self._bulk, self._words
        self._entries = journal.records(store, bulk.batch, words) if bulk else journal.actions(store, words)
        self._table.show(len(self._entries), self._some)

    def _say(self, said: str) -> None:
        many = _many(len(self._entries), self._bulk) + (f" with {self._words}" if self._words else "")
        keys: Line = [(f"{said or many}   ", "accent"), ("/ search  u undo, or do again  enter open  esc", "dim")]
        self.query_one("#said", TextView).show(lambda _width: [keys])

    def _some(self, start: int, stop: int) -> list[Row]:
        return [self._row(entry) for entry in self._entries[start:stop]]

    def _row(self, entry: JournalEntry) -> Row:
        style = "dim" if entry.undone else "text"
        return [
            (when(entry.at, self._clock.now()), "dim"),
            (entry.who, style),
            (entry.kind, style),
            _value(entry),
            (self._undoing(entry) + self._about(entry), style),
        ]

    def _about(self, entry: JournalEntry) -> str:
        return self._question(entry.record) if entry.records == 1 else count(entry.records, "record")

    def _undoing(self, entry: JournalEntry) -> str:
        """By whom and when an entry was undone."""
        if entry.undone is None:
            return ""
        who = f"by {entry.undone_by} " if entry.undone_by else ""
        return f"{who}{when(entry.undone, self._clock.now())} · "


def _many(shown: int, bulk: JournalEntry | None) -> str:
    if bulk is None:
        return count(shown, "entry", "entries")
    return count(bulk.records, "record") if shown == bulk.records else f"{shown:,} of {count(bulk.records, 'record')}"


def _value(entry: JournalEntry) -> Span:
    if entry.undone:
        return f"undone: {entry.value or 'none'}", "dim"
    if entry.value is None:
        return "· taken away", "dim"
    if entry.kind == "flag" and entry.value in glyphs.FLAGS:
        glyph, style = glyphs.FLAGS[entry.value]
        return f"{glyph} {entry.value}", style
    return entry.value, "text"
