"""What every stage's tab is: it owns what it shows, reloads it when asked, and knows no other tab.

A tab consists of panes. On a narrow screen one of them is in front and hides the others; the tab key goes round.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.containers import Container
from textual.events import DescendantFocus, Resize
from textual.widget import Widget

from core.errors import CancelledError, OutcropError
from core.workspace import Workspace
from tui.messages import Done
from tui.widgets.bar import Bar
from tui.widgets.line import Span

if TYPE_CHECKING:
    from tui.app import Outcrop

NARROW = 64  # columns below which a tab shows one pane at a time
LOW = 10  # lines, the same


class Stage(Container):
    """A tab.

    Attributes:
        SCOPE: Its scope in the table of keys.
        PANES: The ids of its panes, the one that has the keys at first before the others.
    """

    SCOPE = ""
    PANES: tuple[str, ...] = ()
    DEFAULT_CSS = """
    Stage { height: 1fr; width: 1fr; }
    Stage.-single { layout: vertical; }
    Stage.-single > .pane { display: none !important; width: 1fr !important; height: 1fr !important;
                            border: none !important; padding: 0 !important; }
    Stage.-single > .pane.-front { display: block !important; }
    """

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

    # What tabs fill in

    def begin(self) -> None:
        """Shows what is known, once the panes are there."""

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

    def done(self, what: str, result: Any) -> None:
        """Work in a thread ended."""

    def failed(self, what: str, error: OutcropError) -> None:
        """Work in a thread went wrong."""
        del what
        self.outcrop.complain(error)

    @property
    def in_front(self) -> bool:
        """Whether the user looks at this tab, with nothing laid over it and nobody typing."""
        return self.display and len(self.app.screen_stack) == 1 and not self.bar.asking

    # Panes

    def panes(self) -> list[Widget]:
        """The panes that there are now, in the order of the tab key."""
        return [self.query_one(f"#{name}") for name in self.PANES]

    def bring(self, pane: Widget) -> None:
        """Puts a pane in front and gives it the keys, at once."""
        self._mark(pane)
        if self.display:
            self.screen.set_focus(pane)

    def front(self) -> Widget:
        """The pane that has the keys, or had them last."""
        panes = self.panes()
        return next((pane for pane in panes if pane.has_class("-front")), panes[0])

    def turn_pane(self) -> None:
        """To the next pane."""
        panes = self.panes()
        at = panes.index(self.front()) if self.front() in panes else -1
        self.bring(panes[(at + 1) % len(panes)])

    def leave_detail(self) -> bool:
        """Back to the first pane; False where that is in front already."""
        panes = self.panes()
        if self.front() is panes[0]:
            return False
        self.bring(panes[0])
        return True

    def _mark(self, front: Widget) -> None:
        for name in self.PANES:
            pane = self.query_one(f"#{name}")
            pane.set_class(pane is front, "-front")

    # Events

    def on_mount(self) -> None:
        """Opens itself."""
        for name in self.PANES:
            self.query_one(f"#{name}").add_class("pane")
        self.attempt(self.begin)
        self.open(self._target)

    def open(self, target: Any = None) -> None:
        """Takes the keys."""
        self.bring(self.front())
        self.attempt(lambda: self.opened(target))

    def on_resize(self, event: Resize) -> None:
        """A narrow screen shows one pane at a time."""
        self.set_class(event.size.width < NARROW or event.size.height < LOW, "-single")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """A click brings a pane to the front as the tab key does."""
        if event.widget in self.panes():
            self._mark(event.widget)

    def on_done(self, event: Done) -> None:
        """Work in a thread ended; what was cancelled needs no word."""
        event.stop()
        if event.error is None:
            self.attempt(lambda: self.done(event.what, event.result))
        elif not isinstance(event.error, CancelledError):
            error = event.error
            self.attempt(lambda: self.failed(event.what, error))

    # Saying something

    def attempt(self, act: Callable[[], object]) -> bool:
        """Does something that may be refused, and says why if it is; True where it was done."""
        try:
            act()
        except OutcropError as error:
            self.outcrop.complain(error)
            return False
        return True

    def say(self, text: str, style: str = "dim") -> None:
        """Says something in the bar, unless another tab is in front.

        Args:
            text: The words.
            style: Dim words stand until others come; all others until the next key.
        """
        if style == "dim":
            self.tell([(text, style)])
        elif self.display:
            self.bar.say([(text, style)])

    def tell(self, left: list[Span], right: str = "") -> None:
        """Shows a line in the bar, unless another tab is in front."""
        if self.display:
            self.bar.show(left, right)
