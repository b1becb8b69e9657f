"""Dialogs over a stage: a text to read, a list to choose from, and a question before something costs or destroys."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui import keys
from tui.present.line import Line, cells, fact_lines, wrap
from tui.widgets.field import Field
from tui.widgets.modal import Modal
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import Build, TextView

_BESIDE, _MOST_BESIDE = 10, 16  # cells of what stands beside an entry
_CONFIRM_WIDTH = 76
_AROUND = 4  # cells of border and margins of a question
_CSS = """
{name} {{ align: center middle; background: transparent; }}
{name} > Vertical {{ width: 76; max-width: 100%; height: 80%; min-height: 12; max-height: 100%;
                     border: solid $accent; }}
"""


class TextDialog(Modal[None]):
    """A text in front of everything."""

    DEFAULT_CSS = _CSS.format(name="TextDialog")
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


class ChoiceDialog(Modal[str | None]):
    """Entries, one of which is chosen: keys move as in every list, and `/` narrows it to those with some words.

    Attributes:
        TYPED_AT_ONCE: Letters narrow it from the beginning.
    """

    DEFAULT_CSS = (
        _CSS.format(name="ChoiceDialog")
        + """
    ChoiceDialog Field { display: none; }
    ChoiceDialog.-narrowing Field { display: block; }
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
        self.entries = entries
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
            entry for entry in self.entries if all(word in f"{entry[1]} {entry[2]}".lower() for word in words)
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


class Palette(ChoiceDialog):
    """A choice of so many that one types at once."""

    TYPED_AT_ONCE = True
    TYPING = (*ChoiceDialog.TYPING[:-1], ("esc", "back"))


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
        wanted = len(self._lines(min(self.app.size.width, _CONFIRM_WIDTH) - _AROUND))
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
