"""What is laid over a stage and is left once."""

from typing import Generic

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType], Generic[ScreenResultType]):
    """A screen in front of everything, which ends with a result."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Ends it; a second answer, typed before the first was taken, is none and must not close what is below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
