"""The last line: the keys that work here, made from the one table."""

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from tui.look import looked
from tui.present.line import Span, cells
from tui.widgets.strip import strip

_GAP = 2


class KeyLine(Widget):
    """Key and label, as many as fit; the last one is always shown."""

    DEFAULT_CSS = "KeyLine { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[tuple[str, str]] = ()

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows other keys, each with its label."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        del y
        return strip(self._spans(self.size.width), self.size.width, looked(self))

    def _spans(self, width: int) -> list[Span]:
        sizes = [cells(f"{key} {label}") + _GAP for key, label in self._keys]
        room = width - 1 - sum(sizes[-1:])
        shown = []
        for pair, size in zip(self._keys[:-1], sizes, strict=False):
            if size > room:
                break
            room -= size
            shown.append(pair)
        spans: list[Span] = [(" ", "panel")]
        for key, label in [*shown, *self._keys[-1:]]:
            spans += [(key, "panel_accent"), (f" {label}{' ' * _GAP}", "panel_dim")]
        return [*spans, (" " * width, "panel")]
