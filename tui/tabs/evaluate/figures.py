"""Figures and charts that threads make: each once for what it follows from, and anew when that changes."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from core.errors import OutcropError
from tui.tabs.stage import Stage

Figure = TypeVar("Figure")


class Figures:
    """Keeps one figure a name, with the basis that it was made from."""

    def __init__(self, stage: Stage, made: Callable[[], None]) -> None:
        """Begins with none.

        Args:
            stage: The tab.
            made: Called when a figure is there, or why it could not be made.
        """
        self._stage, self._tell = stage, made
        self._made: dict[str, tuple[Hashable, Any]] = {}
        self._wanted: dict[str, Hashable] = {}

    @property
    def busy(self) -> bool:
        """A thread makes one."""
        return bool(self._wanted)

    def get(self, name: str, basis: Hashable, work: Callable[[], Figure]) -> Figure | None:
        """The figure of a name that was made from just this basis; None while a thread makes it.

        Args:
            name: Of the figure.
            basis: All that it follows from, such as the run and the size of the pane.
            work: Makes it, in a thread.

        Raises:
            OutcropError: It could not be made.
        """
        if name in self._made and self._made[name][0] == basis:
            figure: Figure | OutcropError = self._made[name][1]
            if isinstance(figure, OutcropError):
                raise figure
            return figure
        if name not in self._wanted or self._wanted[name] != basis:
            self._wanted[name] = basis

            def keep(made: Figure | OutcropError) -> None:
                self._keep(name, basis, made)

            self._stage.in_thread(name, work, keep, keep)
        return None

    def _keep(self, name: str, basis: Hashable, made: object) -> None:
        if self._wanted.get(name) == basis:  # else it is for a basis that nobody wants any more
            del self._wanted[name]
            self._made[name] = basis, made
        self._tell()
