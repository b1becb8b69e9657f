"""The last line: the keys that work here, made from the one table."""

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from tui.look import looked
from tui.widgets.line import Span, strip


class KeyLine(Widget):
    """Key and label, as many as fit; the last ones are always shown."""

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
        look = looked(self)
        return strip(self._spans(), self.size.width, look).apply_style(look.panel)

    def _spans(self) -> list[Span]:
        room = self.size.width - 1
        last = self._keys[-1:]
        reserved = sum(len(key) + len(label) + 3 for key, label in last)
        spans: list[Span] = [(" ", "panel")]
        for key, label in self._keys[:-1]:
            size = len(key) + len(label) + 3
            if size + reserved > room:
                break
            room -= size
            spans += [(key, "accent"), (f" {label}  ", "panel_dim")]
        for key, label in last:
            spans += [(key, "accent"), (f" {label}", "panel_dim")]
        return spans
