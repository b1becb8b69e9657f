"""Stage 2 on screen: look at every record, decide once. `tui/data` holds what can be done here, a module a thing."""

from tui import keys
from tui.data.judging import Judging


class DataTab(Judging):
    """The Data tab."""

    SCOPE = "data"
    BINDINGS = keys.bindings("data")
