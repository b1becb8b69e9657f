"""What is laid over a stage: a text to read, such as the help, and a list to choose from, such as the palette."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui import keys
from tui.present.line import cells
from tui.widgets.field import Field
from tui.widgets.modal import Modal
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import Build, TextView

_BESIDE, _MOST_BESIDE = 10, 16  # cells of what stands beside an entry
_CSS = """
{name} {{ align: center middle; background: transparent; }}
{name} > Vertical {{ width: 76; max-width: 100%; height: 80%; min-height: 12; max-height: 100%;
                     border: solid $accent; }}
"""


class Reading(Modal[None]):
    """A text in front of everything."""

    DEFAULT_CSS = _CSS.format(name="Reading")
    BINDINGS = [Binding("escape,q,question_mark,f1,ctrl+c", "give_up", "back", show=False)]

    def __init__(self, build: Build) -> None:
        super().__init__()
        self._build = build

    def compose(self) -> ComposeResult:
        """The text."""
        with Vertical():
            yield TextView(id="reading")

    def on_mount(self) -> None:
        """Shows it."""
        text = self.query_one("#reading", TextView)
        text.show(self._build)
        self.set_focus(text)

    def action_give_up(self) -> None:
        """Back to what is behind."""
        self.dismiss()


class Choosing(Modal[str | None]):
    """Entries, one of which is chosen: keys move as in every list, and `/` narrows it to those with some words.

    Attributes:
        TYPED_AT_ONCE: Letters narrow it from the beginning.
    """

    DEFAULT_CSS = (
        _CSS.format(name="Choosing")
        + """
    Choosing Field { display: none; }
    Choosing.-narrowing Field { display: block; }
    """
    )
    TYPED_AT_ONCE = False
    KEYS = (("↵", "choose"), ("↑↓", "move"), ("/", "filter"), ("esc", "back"))
    TYPING = (("↵", "choose"), ("↑↓", "move"), ("letters", "narrow it"), ("esc", "all of them"))
    BINDINGS = [
        Binding("escape,ctrl+c", "give_up", "back", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", "down", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "up", show=False, priority=True),
        Binding("q", "give_up", "back", show=False),
        Binding("enter", "choose", "choose", show=False),
        *keys.bindings("choice"),
    ]

    def __init__(
        self, entries: Sequence[tuple[str, str, str]], head: tuple[str, str] = ("", ""), *, chosen: str = ""
    ) -> None:
        """Prepares the choice.

        Args:
            entries: What is returned, what it is called, and what stands beside it.
            head: What the two columns are called, where that does not go without saying.
            chosen: What is returned by the entry that the cursor is on at first.
        """
        super().__init__()
        self._entries = entries
        self._matching: Sequence[tuple[str, str, str]] = entries
        beside = max((cells(entry[2]) for entry in entries), default=0)
        columns = [Column(head[0]), Column(head[1], max(_BESIDE, min(beside, _MOST_BESIDE)))]
        self._table = Table(columns, empty=["nothing is called that"])
        self._at = next((at for at, entry in enumerate(entries) if chosen and entry[0] == chosen), 0)

    @property
    def keys_here(self) -> Sequence[tuple[str, str]]:
        """While somebody narrows it, letters are for that."""
        return self.TYPING if self._narrowing else self.KEYS

    @property
    def _narrowing(self) -> bool:
        return self.has_class("-narrowing")

    def compose(self) -> ComposeResult:
        """The field above, once it is wanted, the entries below."""
        with Vertical():
            yield Field()
            yield self._table

    def on_mount(self) -> None:
        """Shows everything at first."""
        self._show(self._at)
        self.set_focus(self._table)
        if self.TYPED_AT_ONCE:
            self.action_narrow()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fewer entries with each letter."""
        event.stop()
        words = event.value.lower().split()
        self._matching = [
            entry for entry in self._entries if all(word in f"{entry[1]} {entry[2]}".lower() for word in words)
        ]
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Chooses what the cursor is on."""
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Takes what the cursor is on."""
        self.dismiss(self._matching[self._table.cursor][0] if self._matching else None)

    def action_narrow(self) -> None:
        """Asks for words."""
        self.add_class("-narrowing")
        self.set_focus(self.query_one(Field))
        self.post_message(self.Turned())

    def action_move(self, by: int) -> None:
        """The arrows move in the list while one types, too."""
        self._table.action_cursor(by)

    def action_give_up(self) -> None:
        """Out of the field to all entries, then back without a choice."""
        if self.TYPED_AT_ONCE or not self._narrowing:
            self.dismiss(None)
            return
        self.remove_class("-narrowing")
        self.query_one(Field).begin("")
        self.set_focus(self._table)
        self.post_message(self.Turned())

    def _show(self, at: int = 0) -> None:
        self._table.cursor = at
        self._table.show(len(self._matching), self._some)

    def _some(self, start: int, stop: int) -> list[Row]:
        return [(entry[1], (entry[2], "dim")) for entry in self._matching[start:stop]]


class Palette(Choosing):
    """A choice of so many that one types at once."""

    TYPED_AT_ONCE = True
    TYPING = (*Choosing.TYPING[:-1], ("esc", "back"))
