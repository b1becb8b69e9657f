"""Texts that are far longer or far shorter than the rest of their file.

Lengths spread by factors, not by differences, and seldom evenly to both sides: so each side is measured by its own
decile, on a logarithmic scale. Outliers move neither the median nor a decile as long as they are fewer than a tenth.
"""

import math
from typing import TYPE_CHECKING

import msgspec

from core.data.checks.file_comparison import Compared, FileRule, QuestionsOf, Reader, Related, alone
from core.progress import Cancel
from core.records.rule import OUTCROP
from core.text import count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.data.checks.row_keys import RowNumbers

FAR = 2.5  # distances of the outer decile from the median; 3.2 standard deviations where logarithms are normal
FEWEST = 20  # texts below which nothing is said
_FEW = 40  # characters more or less than the median that are ordinary in any file
_LEAST = math.log(1.25)  # where nearly all texts are of one length, a quarter more is still ordinary


class Bounds(msgspec.Struct, frozen=True):
    """From which to which length a text is ordinary, in characters."""

    shortest: float
    longest: float

    def holds(self, length: int) -> bool:
        """Whether a length is ordinary; an empty text has a rule of its own."""
        return not length or self.shortest <= length <= self.longest


def bounds(lengths: "NDArray[np.integer]") -> Bounds:
    """The ordinary lengths of a column of texts; empty texts have a rule of their own and do not count."""
    import numpy as np

    ordered = np.sort(lengths[lengths > 0])
    if len(ordered) < FEWEST:
        return Bounds(0, np.inf)
    low, middle, high = (_quantile(ordered, share) for share in (0.1, 0.5, 0.9))
    shortest = middle - FAR * max(middle - low, _LEAST)
    longest = middle + FAR * max(high - middle, _LEAST)
    median = float(np.exp(middle))
    return Bounds(min(float(np.exp(shortest)), median - _FEW), max(float(np.exp(longest)), median + _FEW))


def _quantile(ordered: "NDArray[np.integer]", share: float) -> float:
    """A quantile of the logarithms of rising numbers, between two of them in proportion."""
    import numpy as np

    place = share * (len(ordered) - 1)
    below = int(place)
    one, next_one = np.log(ordered[[below, min(below + 1, len(ordered) - 1)]].astype(float)).tolist()
    return float(one + (place - below) * (next_one - one))


def find(lengths: "NDArray[np.integer]") -> "RowNumbers":
    """The rows whose text is out of bounds, in order.

    Args:
        lengths: Characters of all prompts, or of all answers; the two are never mixed.
    """
    import numpy as np

    ordinary = bounds(lengths)
    out = (lengths > ordinary.longest) | (lengths < ordinary.shortest)
    found: RowNumbers = np.flatnonzero(out & (lengths > 0))
    return found


def _find(compared: Compared, questions: QuestionsOf, cancel: Cancel) -> Related:  # noqa: ARG001
    import numpy as np

    columns = (compared.prompts, compared.answers)
    found = np.zeros(len(compared.prompts), dtype=bool)
    for lengths in columns:
        found[find(lengths)] = True
    out = np.flatnonzero(found)  # `union1d` would do, but brings `numpy.ma`, which takes 10 ms
    ordinary = [bounds(lengths) for lengths in columns]
    return alone(out, tuple(limit for each in ordinary for limit in (each.shortest, each.longest)))


def _reason(rows: Reader, row: int, other: int, figures: tuple[float, ...]) -> str:  # noqa: ARG001
    asked, answered = rows.characters(row)
    prompts, answers = Bounds(*figures[:2]), Bounds(*figures[2:])
    what, length, ordinary = ("answer", answered, answers) if prompts.holds(asked) else ("prompt", asked, prompts)
    shortest = f"{ordinary.shortest:,.0f}" if ordinary.shortest >= 1 else "up"
    usual = f"{shortest} to {ordinary.longest:,.0f} are usual in this file"
    return f"the {what} has {count(length, 'character')}; {usual}"


RULE = FileRule(
    name="length-outlier",
    severities=("warning",),
    finds="The prompt or the answer is far longer or shorter than those of the rest of the file.",
    todo="Look whether something was cut off, repeated or pasted in.",
    source=OUTCROP,
    find=_find,
    reason=_reason,
)
