"""A form: names, values and what to know about each, edited in place of the bar below."""

from collections.abc import Sequence

import msgspec
from textual.message import Message

from tui.widgets.table import Column, Row, Table


class FormEntry(msgspec.Struct, frozen=True):
    """One line of a form.

    Attributes:
        name: What `Changed` calls it.
        label: What the user sees.
        value: As text.
        note: Range, default, or what it does.
        changed: Whether it differs from its default, which a mark shows.
        choices: Values to go round through; empty for free text.
        fixed: Shown only.
    """

    name: str
    label: str
    value: str
    note: str = ""
    changed: bool = False
    choices: Sequence[str] = ()
    fixed: bool = False


class Form(Table):
    """Lists entries; the tab asks for new values when told that one is to change."""

    class Wanted(Message):
        """Somebody wants to change an entry."""

        def __init__(self, entry: FormEntry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        """An empty form.

        Args:
            columns: Name, value and note.
            id: The widget's.
        """
        super().__init__(columns, id=id)
        self.entries: Sequence[FormEntry] = ()

    def fill(self, entries: Sequence[FormEntry]) -> None:
        """Shows other entries, or the same with other values."""
        self.entries = entries
        self.show(len(entries), self._some)

    def entry(self) -> FormEntry | None:
        """The one under the cursor."""
        return self.entries[self.cursor] if self.entries else None

    def ask_for(self) -> None:
        """Says that the entry under the cursor is to change, unless it is fixed."""
        entry = self.entry()
        if entry is not None and not entry.fixed:
            self.post_message(self.Wanted(entry))

    def _some(self, start: int, stop: int) -> list[Row]:
        return [
            (
                (entry.label, "dim" if entry.fixed else "text"),
                (entry.value + ("*" if entry.changed else ""), "accent" if entry.changed else "text"),
                (entry.note, "dim"),
            )
            for entry in self.entries[start:stop]
        ]


def next_choice(entry: FormEntry) -> str:
    """The value after the present one, going round."""
    at = entry.choices.index(entry.value) if entry.value in entry.choices else -1
    return entry.choices[(at + 1) % len(entry.choices)]
