"""Stage 2 on screen: look at every record, decide once."""

from tui.tabs.data.tab import DataTab

__all__ = ["DataTab"]
