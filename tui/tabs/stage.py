"""The tab of a stage: it owns what it shows, reloads it when asked, and knows no other tab.

A tab consists of panes. On a narrow screen one of them is in front and hides the others; the tab key goes round.

A tab that does much is made of plain objects, each named after its subject. They get what they need when they are
made, supply the actions of their keys, share one selection that the tab owns, and report by callbacks. They never
call each other.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from textual.containers import Container
from textual.events import DescendantFocus, Resize
from textual.screen import Screen
from textual.widget import Widget

from core.errors import CancelledError, OutcropError
from core.workspace import Workspace
from tui.command_line import CommandLine
from tui.messages import Delivered, Topic
from tui.present.line import Span
from tui.settings import Settings
from tui.widgets.bar import Bar
from tui.work import in_thread

if TYPE_CHECKING:
    from core.deployment.endpoints import EndpointsSnapshot
    from core.deployment.last_known import LastKnown
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot

NARROW = 64  # columns below which a tab shows one pane at a time
LOW = 10  # lines, the same

Result = TypeVar("Result")
Action = Callable[..., object]
"""What a key does. It may be a coroutine function, and takes the arguments that the table of keys gives it."""


class Shell(Protocol):
    """The dashboard, as a tab sees it.

    Attributes:
        bar: The line above the keys.
        command_line: Reads a plain command's options that somebody types in the bar.
        settings: What the dashboard remembers between two starts.
        workspace: The project.
        jobs: All jobs, as AWS answered last; None before it has.
        endpoints: All endpoints, the same.
        known_endpoints: The last answer about endpoints, of this start or of one before; None where there was none.
        endpoints_silence: Why the last question about endpoints was not answered; None where it was.
        silence: Why the last question to AWS was not answered; None where it was.
        read_only: Nothing may be changed.
    """

    bar: Bar
    command_line: CommandLine
    settings: Settings
    workspace: Workspace
    jobs: "JobsSnapshot | None"
    endpoints: "EndpointsSnapshot | None"
    known_endpoints: "LastKnown | None"
    endpoints_silence: OutcropError | None
    silence: OutcropError | None

    @property
    def read_only(self) -> bool: ...  # noqa: D102

    def complain(self, error: OutcropError) -> None:
        """Shows an error in the bar."""

    def refuse_if_read_only(self) -> None:
        """Raises `RefusedError` where nothing may be changed."""

    def refresh_stage(self) -> None:
        """Reads and asks again, now."""


class Supplier(Protocol):
    """A piece of a tab that keys act on.

    Attributes:
        actions: What its keys do, by the names that the table of keys gives them.
    """

    @property
    def actions(self) -> Mapping[str, Action]: ...  # noqa: D102


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
    def shell(self) -> Shell:
        """The dashboard around the tab."""
        return cast("Shell", self.app)

    @property
    def workspace(self) -> Workspace:
        """The project."""
        return self.shell.workspace

    @property
    def bar(self) -> Bar:
        """The line above the keys."""
        return self.shell.bar

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__()
        self._target = target

    def bind_actions(self, *suppliers: Supplier) -> None:
        """Makes what its pieces supply actions of the tab.

        Raises:
            ValueError: Two of them, or one of them and the tab, have an action of one name.
        """
        for supplier in suppliers:
            for name, action in supplier.actions.items():
                if hasattr(self, f"action_{name}"):
                    raise ValueError(f"{type(self).__name__} has the action {name} twice")
                setattr(self, f"action_{name}", action)

    # What tabs fill in

    def begin(self) -> None:
        """Shows what is known, once the panes are there."""

    def opened(self, target: int | str | None = None) -> None:
        """The tab was brought to the front, perhaps for something in particular."""

    def reload(self) -> None:
        """Reads again what it shows."""

    def back(self) -> bool:
        """Escape: gives something up; False where there is nothing to give up."""
        return False

    def say_state(self) -> None:
        """Has the bar say what is in sight; it stands there while nothing else is said."""

    def copied(self) -> str:
        """What `copy` takes from here."""
        return ""

    def jobs_polled(self, snapshot: "JobsSnapshot") -> None:
        """All jobs, as of now."""

    def endpoints_polled(self, snapshot: "EndpointsSnapshot") -> None:
        """All endpoints, as of now."""

    def poll_failed(self, error: OutcropError) -> None:
        """AWS did not answer."""

    def changed(self, topic: Topic) -> None:
        """The store or the project was written to; `Changed` has the topics."""

    def task_advanced(self, task: "Task") -> None:
        """A task came further, or ended."""

    @property
    def in_front(self) -> bool:
        """The user looks at this tab, with nothing laid over it and nobody typing."""
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

    def pane_came(self, pane: Widget) -> None:
        """A pane came to the front."""

    def _mark(self, front: Widget) -> None:
        for name in self.PANES:
            pane = self.query_one(f"#{name}")
            pane.set_class(pane is front, "-front")
        self.pane_came(front)

    # Events

    def on_mount(self) -> None:
        """Opens itself."""
        for name in self.PANES:
            self.query_one(f"#{name}").add_class("pane")
        self.attempt(self.begin)
        self.open(self._target)

    def open(self, target: int | str | None = None) -> None:
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

    def on_delivered(self, event: Delivered) -> None:
        """A thread brings something."""
        event.stop()
        self.attempt(event.act)

    # Working and asking

    def in_thread(
        self,
        title: str,
        work: Callable[[], Result],
        then: Callable[[Result], object],
        failed: Callable[[OutcropError], object] | None = None,
    ) -> None:
        """Runs something off the screen's thread.

        Args:
            title: Names the work in an error that nobody foresaw.
            work: Runs in a thread.
            then: Takes the result, back in the screen's thread.
            failed: Takes the error there; without it the error stands in the bar. Cancelled work ends silently.
        """
        tell = failed or self.shell.complain

        def ended(error: OutcropError) -> None:
            if not isinstance(error, CancelledError):
                tell(error)

        in_thread(self, title, work, then, ended)

    def dialog(self, screen: Screen[Result], then: Callable[[Result | None], object]) -> None:
        """Lays a dialog over the tab.

        Args:
            screen: The dialog.
            then: Takes its answer; an answer that is refused is said in the bar.
        """
        self.app.push_screen(screen, lambda answer: self._answered(then, answer))

    def confirm(
        self, question: str, facts: Sequence[tuple[str, str]], then: Callable[[], object], *, type_name: str = ""
    ) -> None:
        """Asks before something costs money or destroys.

        Args:
            question: Names what is about to happen.
            facts: Names and values: where, what, at which price.
            then: Called once the user has said yes.
            type_name: A name that the user has to type, above the cost threshold.
        """
        from tui.widgets.dialogs import Confirm  # brings Textual's input field, which the first paint does not need

        self.dialog(Confirm(question, facts, type_name=type_name), lambda yes: then() if yes else None)

    def _answered(self, then: Callable[[Result | None], object], answer: Result | None) -> None:
        self.attempt(lambda: then(answer))

    # Saying something

    def attempt(self, act: Callable[[], object]) -> bool:
        """Does something that may be refused, and says why if it is; True where it was done."""
        try:
            act()
        except OutcropError as error:
            self.shell.complain(error)
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
