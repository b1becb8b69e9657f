"""The styles in force, for whoever draws."""

from typing import Protocol, cast

from textual.widget import Widget

from tui.theme import Look


class _Looks(Protocol):
    look: Look


def looked(widget: Widget) -> Look:
    """The styles of the app that a widget belongs to."""
    return cast(_Looks, widget.app).look
