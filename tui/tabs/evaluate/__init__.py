"""Stage 6 on screen: is the tuned model better, by how much, and why."""

from tui.tabs.evaluate.tab import EvaluateTab

__all__ = ["EvaluateTab"]
