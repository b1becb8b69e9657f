"""Preflight: everything that a submit needs, asked before it, each with its remedy."""

from core.checklist import CheckLine
from core.tuning.preflight.checks import Preflight, lines, run

__all__ = ["CheckLine", "Preflight", "lines", "run"]
