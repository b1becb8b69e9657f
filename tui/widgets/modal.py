"""What is laid over a stage and is left once."""

from collections.abc import Sequence
from typing import Generic

from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.screen import ModalScreen, ScreenResultType

from tui.messages import Delivered


class Modal(ModalScreen[ScreenResultType], Generic[ScreenResultType]):
    """A screen in front of everything, which ends with a result.

    Attributes:
        KEYS: What the footer shows while this is in front: a key and what it does, how to leave at the end.
    """

    KEYS: Sequence[tuple[str, str]] = (("↑↓", "move"), ("esc", "back"))

    class Turned(Message):
        """Other keys work here now."""

    def on_delivered(self, event: Delivered) -> None:
        """A thread brings something."""
        event.stop()
        event.act()

    @property
    def keys_here(self) -> Sequence[tuple[str, str]]:
        """The keys that work at this moment."""
        return self.KEYS

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Ends it; a second answer, typed before the first was taken, is none and must not close what is below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
