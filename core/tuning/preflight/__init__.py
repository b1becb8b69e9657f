"""Preflight: everything that a submit needs, asked before it, each with its remedy."""

from core.tuning.preflight.line import Line
from core.tuning.preflight.run import Preflight, lines, run

__all__ = ["Line", "Preflight", "lines", "run"]
