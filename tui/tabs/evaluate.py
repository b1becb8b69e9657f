"""Stage 6 on screen: is the tuned model better, by how much, and why. `tui/evaluation` holds what it is made of."""

from tui import keys
from tui.evaluation.examining import Examining


class EvaluateTab(Examining):
    """The Evaluate tab."""

    SCOPE = "evaluate"
    BINDINGS = keys.bindings("evaluate")
