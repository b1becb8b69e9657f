"""Texts that say nothing."""

from collections.abc import Iterator

from core.records.finding import Finding
from core.records.record import Chat
from core.records.requirements import Requirements
from core.records.rule import ChatRule


def _find(chat: Chat, number: int, requirements: Requirements) -> Iterator[Finding]:  # noqa: ARG001
    for field, text in chat.texts():
        if not text or text.isspace():
            yield Finding("empty-content", "warning", f"{field} is empty", number, field)


RULE = ChatRule(
    name="empty-content",
    severities=("warning",),
    finds="A text is empty or only white space: the model would learn to say nothing, or from nothing.",
    todo="Fill it in or reject the record.",
    source="not settled: AWS's sample lets it pass, third parties do not",
    find=_find,
)
