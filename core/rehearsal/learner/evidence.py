"""What table and prose each bring to a question: candidates, and what can be said of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.rehearsal.learner.candidate import Candidate, CandidateType


class Profile(NamedTuple):
    """The traits of a candidate that are joined to the words of the question.

    Attributes:
        type: What it is.
        column: Its column, the far ones as one; 0 for a quote.
        best_row: Whether no other row's label, or no other sentence, matches the question better.
        best_column: Whether no other column's header does; False for a quote.
        extreme: Whether the comparison that the question makes points at it.
        percent: Whether it speaks of per cent.
    """

    type: CandidateType
    column: int
    best_row: bool
    best_column: bool
    extreme: bool
    percent: bool


class Evidence(NamedTuple):
    """Candidates from one source.

    Attributes:
        candidates: `n` of them.
        dense: Shape `(n, features of this source)`.
        profiles: One for each candidate.
    """

    candidates: tuple[Candidate, ...]
    dense: NDArray[np.float64]
    profiles: tuple[Profile, ...]


NOTHING = Evidence((), np.zeros((0, 0)), ())
