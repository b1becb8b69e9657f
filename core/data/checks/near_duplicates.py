"""Questions about the same table or document that differ in wording only; `rewording` finds them."""

from core.data.checks.file_comparison import Compared, FileRule, QuestionsOf, Reader, Reject, Related, quoted
from core.data.checks.normal_form import answer_key
from core.progress import Cancel
from core.records.rule import OUTCROP


def _find(compared: Compared, questions: QuestionsOf, cancel: Cancel) -> Related:
    """Near-duplicates among different prompts; of equal prompts the first stands for all."""
    import numpy as np

    from core.data.checks import rewording
    from core.data.checks.row_keys import repeats

    known = compared.known
    first = known.prompts != 0
    first[repeats(known.prompts)[0]] = False
    rows = rewording.suspects(known, np.flatnonzero(first))
    cancel.check()
    pairs = rewording.pairs(known, rows, questions(rows.tolist()), cancel)
    return Related(
        np.array([pair.row for pair in pairs], np.int64), np.array([pair.first for pair in pairs], np.int64)
    )


def _reason(rows: Reader, row: int, other: int, figures: tuple[float, ...]) -> str:  # noqa: ARG001
    same = _answer_alike(rows, row, other)
    answered = "with the same answer" if same else f"and is answered with {quoted(rows.answer(other))}"
    return f"line {other + 1:,} asks the same in other words, {answered}"


def _answer_alike(rows: Reader, row: int, other: int) -> bool:
    return answer_key(rows.answer(row)) == answer_key(rows.answer(other))


RULE = FileRule(
    name="near-duplicate",
    severities=("warning",),
    finds="Another question about the same table or document asks the same in other words.",
    todo="Where the answers are equal, keep one; where they differ, find out which is right.",
    source=OUTCROP,
    find=_find,
    reason=_reason,
    reject=Reject("rejects those whose answer is that of the earlier question", _answer_alike),
)
