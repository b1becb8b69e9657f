"""What views need and threads make: each thing once for what it is made from, and anew when that changes."""

from collections.abc import Callable
from typing import Any

from textual.message_pump import MessagePump

from core.errors import OutcropError
from tui.work import in_thread

_MARK = "made "


class Making:
    """Figures and charts by name, each with the basis that it was made from."""

    def __init__(self, owner: MessagePump) -> None:
        """Prepares it.

        Args:
            owner: Is told by `Done` when something is made, and hands that on to `take` or `fail`.
        """
        self._owner = owner
        self._made: dict[str, tuple[object, Any]] = {}
        self._wanted: dict[str, object] = {}

    @property
    def busy(self) -> bool:
        """Whether a thread is at something."""
        return bool(self._wanted)

    def get(self, name: str, basis: object, work: Callable[[], Any]) -> Any:
        """What was made under a name from just this basis; None while a thread is at it.

        Args:
            name: Of the thing.
            basis: What it follows from, such as the run and the size of the pane.
            work: Makes it, in a thread.

        Raises:
            OutcropError: It could not be made.
        """
        made = self._made.get(name)
        if made is not None and made[0] == basis:
            if isinstance(made[1], OutcropError):
                raise made[1]
            return made[1]
        if name not in self._wanted or self._wanted[name] != basis:
            self._wanted[name] = basis
            in_thread(self._owner, _MARK + name, lambda: (basis, work()))
        return None

    def take(self, what: str, result: Any) -> bool:
        """Keeps what a thread has made; False where `what` is nothing of this."""
        name = what.removeprefix(_MARK)
        if name == what:
            return False
        basis, value = result
        if name in self._wanted and self._wanted[name] == basis:  # else it is for a basis that nobody wants any more
            del self._wanted[name]
            self._made[name] = basis, value
        return True

    def fail(self, what: str, error: OutcropError) -> bool:
        """Keeps why something was not made; False where `what` is nothing of this."""
        name = what.removeprefix(_MARK)
        if name == what:
            return False
        if name in self._wanted:
            self._made[name] = self._wanted.pop(name), error
        return True
