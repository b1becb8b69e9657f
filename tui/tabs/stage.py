"""What every stage's tab is: it owns what it shows, reloads it when asked, and knows no other tab."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.containers import Container

from core.errors import OutcropError
from core.workspace import Workspace
from tui.widgets.bar import Bar

if TYPE_CHECKING:
    from tui.app import Outcrop


class Stage(Container):
    """A tab.

    Attributes:
        SCOPE: Its scope in the table of keys.
    """

    SCOPE = ""
    DEFAULT_CSS = "Stage { height: 1fr; width: 1fr; layout: vertical; }"

    @property
    def outcrop(self) -> "Outcrop":
        """The application."""
        return cast("Outcrop", self.app)

    @property
    def workspace(self) -> Workspace:
        """The project."""
        return self.outcrop.workspace

    @property
    def bar(self) -> Bar:
        """The line above the keys."""
        return self.outcrop.bar

    def __init__(self, target: Any = None) -> None:
        super().__init__()
        self._target = target

    def on_mount(self) -> None:
        """Opens itself, once whatever the tab does on mounting is done."""
        self.opened(self._target)

    def opened(self, target: Any = None) -> None:
        """The tab was brought to the front, perhaps for something in particular."""

    def reload(self) -> None:
        """Reads again what it shows."""

    def back(self) -> bool:
        """Escape: gives something up; False where there is nothing to give up."""
        return False

    def copied(self) -> str:
        """What `copy` takes from here."""
        return ""

    def attempt(self, act: Callable[[], object]) -> bool:
        """Does something that may be refused, and says why if it is; True where it was done."""
        try:
            act()
        except OutcropError as error:
            self.outcrop.complain(error)
            return False
        return True

    def say(self, text: str, style: str = "dim") -> None:
        """Says something in the bar."""
        self.bar.show([(text, style)])
