"""Labels of a classification task that are much rarer than others: a model learns to hardly ever give them."""

from typing import TYPE_CHECKING

from core.data.checks.file_comparison import Compared, FileRule, QuestionsOf, Reader, Related, alone, quoted
from core.progress import Cancel
from core.records.rule import OUTCROP
from core.text import count

if TYPE_CHECKING:
    from core.data.checks.row_keys import Keys, RowNumbers

MOST_LABELS = 50
LEAST_ROWS_A_LABEL = 10.0  # on average; with fewer, answers are texts and no labels
RARE = 0.1  # of the share that each label would have if all were equally frequent


def find(answers: "Keys") -> "RowNumbers":
    """The rows that give a rare label, in order; none where answers are no labels, or labels are balanced.

    Args:
        answers: `normal_form.answer_key` of each row.
    """
    import numpy as np

    ordered = np.sort(answers)
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    if not 1 < len(begins) <= MOST_LABELS or len(answers) < LEAST_ROWS_A_LABEL * len(begins):
        return np.empty(0, np.int64)
    counts = np.diff(begins, append=len(ordered))
    rare = ordered[begins][counts < RARE * len(answers) / len(begins)]
    found: RowNumbers = np.flatnonzero(np.isin(answers, rare))
    return found


def _find(compared: Compared, questions: QuestionsOf, cancel: Cancel) -> Related:  # noqa: ARG001
    readable = compared.readable
    return alone(readable[find(compared.known.answers[readable])])


def _reason(rows: Reader, row: int, other: int, figures: tuple[float, ...]) -> str:  # noqa: ARG001
    answer = quoted(rows.answer(row))
    return f"{answer} is the answer of {rows.alike(row):,} of {count(rows.count, 'record')} only"


RULE = FileRule(
    name="imbalance",
    severities=("advice",),
    finds="A label of this classification is much rarer than the others, and the model will hardly ever give it.",
    todo="Add records with it, or keep fewer of the others.",
    source=OUTCROP,
    find=_find,
    reason=_reason,
)
