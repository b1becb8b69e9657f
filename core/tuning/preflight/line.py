"""The lines of a preflight are those of every list of checks."""

from core.line import Line, failed, passed, unknown

__all__ = ["Line", "failed", "passed", "unknown"]
