"""What a run sends: each question, after the examples it is shown, as often as it is repeated."""

from collections.abc import Iterator, Sequence

from core.formatting import Line
from core.formatting.examples import Examples, Pool, drawn
from core.inference import Ask

_SEED = 1  # of the order of examples: every run shows the same ones, five hold the first three


def asks(lines: Sequence[Line], examples: Sequence[Line] = (), *, shots: int = 0, repeats: int = 1) -> Iterator[Ask]:
    """The asks of a run.

    Examples stand before the question as earlier turns, the same for every question: each of another table, and never
    of the question's own.

    Args:
        lines: The test records.
        examples: Training records to choose examples from.
        shots: How many each question is shown.
        repeats: How often each question is asked.

    Raises:
        UsageError: There are not enough examples.
    """
    pool = Pool(drawn(examples, lambda each: each.id, _SEED), Examples(shots, seed=_SEED)) if shots else None
    for line in lines:
        chat = (pool.shown(line) if pool else line).chat.asked()
        for repeat in range(1, repeats + 1):
            yield Ask(ask_id(line.id, repeat), chat)


def ask_id(record: str, repeat: int) -> str:
    """The id of the nth ask about a record."""
    return record if repeat == 1 else f"{record}#{repeat}"
