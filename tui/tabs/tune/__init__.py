"""Stage 4 on screen: a form made from the catalogue, what it makes of the job, and beside it advice and preflight."""

from tui.tabs.tune.tab import TuneTab

__all__ = ["TuneTab"]
