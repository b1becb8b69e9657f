"""Stage 3 on screen: template, table format and split, and what they make of the record under Data's cursor."""

from tui.tabs.format.tab import FormatTab

__all__ = ["FormatTab"]
