"""Words that a model reserves to tell turns apart."""

from collections.abc import Iterator

from core.records.finding import Finding
from core.records.record import Chat
from core.records.requirements import Requirements
from core.records.rule import SAMPLE, ChatRule


def _find(chat: Chat, number: int, requirements: Requirements) -> Iterator[Finding]:
    for field, text in chat.texts():
        for word in requirements.reserved:
            if word in text:
                said = f"{field} contains {word.strip()!r}, which the model reserves"
                yield Finding("reserved-keyword", "error", said, number, field)


RULE = ChatRule(
    name="reserved-keyword",
    severities=("error",),
    finds="A text holds a word that the model uses to tell turns apart, so that it would read the record wrongly.",
    todo="Word it differently.",
    source=SAMPLE,
    find=_find,
)
