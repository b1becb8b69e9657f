"""Stage 5 on screen: every job live, its phases with their times, its loss curves when done, why it failed."""

from tui.tabs.jobs.tab import JobsTab

__all__ = ["JobsTab"]
