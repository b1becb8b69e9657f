"""Reads a reply: the reasoning in `<reason>`, or why there is none."""

import re
from typing import Literal

import msgspec

Outcome = Literal["written", "refused", "blank", "cut off", "without <reason>"]

_REASON = re.compile(r"<\s*reason\s*>(.*?)(?:<\s*/\s*reason\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_CLOSED = re.compile(r"<\s*/\s*reason\s*>", re.IGNORECASE)
_REFUSALS = frozenset({"content_filtered", "guardrail_intervened", "refusal"})  # as Converse names why it stopped


class Reply(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        outcome: Whether there is a rationale in it, else why not.
        text: The rationale, or nothing.
    """

    outcome: Outcome
    text: str = ""


def parse(reply: str, stop_reason: str = "end_turn") -> Reply:
    """Reads a reply; the last `<reason>` counts.

    Args:
        reply: The completion.
        stop_reason: Why it ended, as Converse names it.
    """
    if stop_reason in _REFUSALS:
        return Reply("refused")
    if not reply.strip():
        return Reply("blank")
    if stop_reason == "max_tokens" and not _CLOSED.search(reply):
        return Reply("cut off")
    found = [text.strip() for text in _REASON.findall(reply)]
    if not found:
        return Reply("without <reason>")
    return Reply("written", found[-1]) if found[-1] else Reply("blank")
