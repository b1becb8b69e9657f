"""Records that are longer than the model takes, by characters: the model's tokenizer is not at hand.

AWS's data validation sample for Claude 3 Haiku estimates three characters a token; the documentation plans with six.
"""

from collections.abc import Iterator

from core.records.finding import Finding
from core.records.record import Chat
from core.records.requirements import Requirements
from core.records.rule import SAMPLE, ChatRule

SURELY = 6  # characters a token: even at this rate the record exceeds the limit
LIKELY = 3  # characters a token: AWS's own estimate, which errs on the safe side


def _find(chat: Chat, number: int, requirements: Requirements) -> Iterator[Finding]:
    limit = requirements.limits.record_tokens
    characters = sum(len(text) for _, text in chat.texts())
    if limit is None or characters <= limit * LIKELY:
        return
    if characters > limit * SURELY:
        said = f"{characters:,} characters are more than {limit:,} tokens even at six characters a token"
        yield Finding("too-long", "error", said, number)
    else:
        said = f"{characters:,} characters may be more than {limit:,} tokens, at three characters a token"
        yield Finding("too-long", "warning", said, number)


RULE = ChatRule(
    name="too-long",
    severities=("error", "warning"),
    finds="The record is longer than the model takes: surely at six characters a token, likely at three.",
    todo="Shorten its context or reject it.",
    source=SAMPLE,
    find=_find,
)
