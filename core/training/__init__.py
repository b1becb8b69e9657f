"""Stage 5, Jobs: every job, its phases and loss curves, stopped when asked, explained when it fails."""

from core.training.failures import Explanation, explain

__all__ = ["Explanation", "explain"]
