"""Prompts that are answered in two ways."""

from typing import TYPE_CHECKING

from core.data.checks.file_comparison import Columns, Compared, FileRule, QuestionsOf, Reader, Related, quoted
from core.progress import Cancel
from core.records.rule import OUTCROP

if TYPE_CHECKING:
    from core.data.checks.row_keys import Keys, RowNumbers


def contradictions(prompts: "Keys", answers: "Keys") -> "RowNumbers":
    """The rows whose prompt stands elsewhere with another answer, in order: all of them, for any may be right.

    Args:
        prompts: A hash of everything before the answer; 0 where a row cannot be read.
        answers: `normal_form.answer_key`, so that another spelling is no other answer.
    """
    import numpy as np

    from core.data.checks.row_keys import firsts, shared

    rows = np.flatnonzero(shared(prompts))
    rows = rows[prompts[rows] != 0]
    answered = answers[rows]
    first = firsts(prompts[rows])
    contradicted = np.zeros(len(rows), bool)
    contradicted[first[answered != answered[first]]] = True
    found: RowNumbers = rows[contradicted[first]]
    return found


def _find(compared: Compared, questions: QuestionsOf, cancel: Cancel) -> Related:  # noqa: ARG001
    rows = contradictions(compared.known.prompts, compared.known.answers)
    return Related(rows, _opponents(compared.known, rows))


def _opponents(known: Columns, rows: "RowNumbers") -> "RowNumbers":
    """For each contradicted row, the first row that answers its prompt otherwise."""
    import numpy as np

    from core.data.checks.row_keys import firsts

    first = firsts(known.prompts[rows])
    prompts: dict[int, list[int]] = {}
    for place, leader in enumerate(first.tolist()):
        prompts.setdefault(leader, []).append(int(rows[place]))
    answers = known.answers
    found = [
        next(other for other in prompts[leader] if answers[other] != answers[row])
        for row, leader in zip(rows.tolist(), first.tolist(), strict=True)
    ]
    return np.array(found, np.int64)


def _reason(rows: Reader, row: int, other: int, figures: tuple[float, ...]) -> str:  # noqa: ARG001
    theirs, ours = quoted(rows.answer(other)), quoted(rows.answer(row))
    return f"line {other + 1:,} answers the same prompt with {theirs}, this one with {ours}"


RULE = FileRule(
    name="contradiction",
    severities=("warning",),
    finds="The same prompt has different answers, and at most one of them can be right.",
    todo="Decide which one is right and reject the others.",
    source=OUTCROP,
    find=_find,
    reason=_reason,
)
