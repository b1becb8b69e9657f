"""Stage 3 on screen: template, table format and split, and what they make of the record under Data's cursor.

`tui/format` holds what it is made of.
"""

from tui import keys
from tui.format.bringing import Bringing


class FormatTab(Bringing):
    """The Format tab."""

    SCOPE = "format"
    BINDINGS = keys.bindings("format")
