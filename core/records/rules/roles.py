"""The order of turns: user first, alternating, the assistant last."""

from collections.abc import Iterator

from core.records.finding import Finding
from core.records.record import Chat
from core.records.requirements import Requirements
from core.records.rule import SAMPLE, ChatRule


def _find(chat: Chat, number: int, requirements: Requirements) -> Iterator[Finding]:  # noqa: ARG001
    turns = chat.messages
    if len(turns) < 2:  # no order of turns mends that
        yield Finding("schema", "error", "needs at least a user and an assistant message", number, "messages")
        return
    for index, turn in enumerate(turns):
        expected = "assistant" if index % 2 else "user"
        if turn.role != expected:
            field = f"messages[{index}].role"
            said = f"{field} is {turn.role!r}, expected {expected!r}: roles alternate, user first"
            yield Finding("roles", "error", said, number, field)
            return
    if turns[-1].role != "assistant":
        yield Finding("roles", "error", "the last message must be the assistant's", number, "messages")


RULE = ChatRule(
    name="roles",
    severities=("error",),
    finds="Turns must alternate between user and assistant, begin with the user and end with the assistant.",
    todo="Merge or drop turns until they alternate.",
    source=SAMPLE,
    find=_find,
)
