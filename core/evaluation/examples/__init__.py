"""Test records with both models' answers: which to look at, how their answers differ, what trained beside them."""

from core.evaluation.examples.differences import Piece, differences
from core.evaluation.examples.neighbours import Neighbour, neighbours
from core.evaluation.examples.selection import COLUMNS, OUTCOMES, Selected, select

__all__ = ["COLUMNS", "OUTCOMES", "Neighbour", "Piece", "Selected", "differences", "neighbours", "select"]
