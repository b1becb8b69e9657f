"""The same glyphs everywhere: each with the name of the style that says the same in colour."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.present.line import Span

CHECKS: dict[str, "Span"] = {"pass": ("✓", "good"), "fail": ("✗", "bad"), "unknown": ("?", "warn")}
FLAGS: dict[str, "Span"] = {"keep": ("✓", "good"), "reject": ("✗", "bad"), "fix": ("~", "warn")}
JOBS: dict[str, "Span"] = {
    "InProgress": ("◐", "accent"),
    "Completed": ("✓", "good"),
    "Failed": ("✗", "bad"),
    "Stopping": ("■", "warn"),
    "Stopped": ("■", "warn"),
    "NotStarted": ("◌", "dim"),
}
BATCHES: dict[str, "Span"] = JOBS | {
    "Submitted": ("◌", "dim"),
    "Validating": ("◌", "dim"),
    "Scheduled": ("◌", "dim"),
    "PartiallyCompleted": ("!", "warn"),
    "Expired": ("✗", "bad"),
}
ENDPOINTS: dict[str, "Span"] = {
    "creating": ("◌", "warn"),
    "ready": ("✓", "good"),
    "updating": ("◐", "accent"),
    "failed": ("✗", "bad"),
}
UNKNOWN: "Span" = ("?", "dim")  # a word that AWS did not have when this was written
