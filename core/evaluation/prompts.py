"""What a run sends: each question, after the examples it is shown, as often as it is repeated."""

import random
from collections.abc import Iterator, Sequence

from core.errors import UsageError
from core.formatting import Line
from core.inference import Ask
from core.records.record import Chat

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
    order = list(examples)
    random.Random(_SEED).shuffle(order)  # noqa: S311 - a draw to be repeated, not a secret
    for line in lines:
        chat = line.chat.asked()
        if shots:
            shown = [turn for example in _chosen(order, line.group, shots) for turn in example.chat.messages]
            chat = Chat((*shown, *chat.messages), chat.system)
        for repeat in range(1, repeats + 1):
            yield Ask(ask_id(line.id, repeat), chat)


def ask_id(record: str, repeat: int) -> str:
    """The id of the nth ask about a record."""
    return record if repeat == 1 else f"{record}#{repeat}"


def _chosen(examples: Sequence[Line], group: str, shots: int) -> list[Line]:
    found: dict[str, Line] = {}
    for example in examples:
        if example.group != group:
            found.setdefault(example.group or example.id, example)
        if len(found) == shots:
            return list(found.values())
    raise UsageError(
        f"There are no {shots} examples to show",
        why=f"the training part has records of {len(found)} other tables",
        todo="Show fewer",
    )
