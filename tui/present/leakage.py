"""How a split's leakage is told: shares of the test rows, and what a memoriser makes of them."""

from typing import TYPE_CHECKING

from core.text import count

if TYPE_CHECKING:
    from core.formatting import Leakage
    from core.formatting.memoriser import Memoriser


def share(value: float, *, measured: bool) -> str:
    """A share of the test rows; `–` where there are none that it could be of."""
    return f"{value:.0%}" if measured else "–"


def shares(leaked: "Leakage", *, measured: bool) -> str:
    """What training has seen of the test rows.

    Args:
        leaked: The shares.
        measured: Whether there are rows to train on and to test.
    """
    record, question, table = (
        share(each, measured=measured) for each in (leaked.record, leaked.question, leaked.table)
    )
    seen = f"the record {record}, the question {question}, the table {table}"
    return f"of the test rows, training has seen {seen}"


def said(found: "Memoriser") -> str:
    """What a memoriser scores, where the question has leaked and where it has not."""
    asked = f"a memoriser, asked {count(found.asked, 'test row')}, scores F1 {found.score:.1f}"
    if found.leaked is None:
        return f"{asked}: no question has leaked"
    if found.others is None or found.lift is None:
        return f"{asked}: every question has leaked, so this score says nothing of other questions"
    apart = f"{found.leaked:.1f} where the question has leaked, {found.others:.1f} elsewhere"
    return f"{asked}: {apart}; leakage may flatter a model by up to {found.lift:.1f}"
