"""Prompts without semantic blocks within XML tags, which the article recommends and a file can do without."""

import re
from collections.abc import Iterator
from functools import lru_cache

from core.data.checks.one_record import Record, RecordRule
from core.records.finding import Finding
from core.records.record import Chat
from core.records.rule import ARTICLE

_LAYOUT = (
    "td|th|tr|thead|tbody|tfoot|caption|colgroup|p|b|i|u|em|strong|span|div|a|ul|ol|li|h[1-6]|font|su[bp]|html|body"
)
_CLOSING = re.compile(rf"</(?!(?:{_LAYOUT})\s*>)([A-Za-z_][\w.-]*)\s*>", re.IGNORECASE)
_LONGEST = 40  # characters of a tag that is looked at first


def lacks_blocks(chat: Chat) -> bool:
    """Whether no text before the answer sets a part of it apart with tags such as `<question>`.

    `<table>` is such a part, as in the article; tags of HTML's layout are none.
    """
    for turn in chat.messages:
        if turn.role == "user" and has_block(turn.content):
            return False
    return not (chat.system and has_block(chat.system))


def has_block(text: str) -> bool:
    """Whether a text holds `<name>…</name>` of a name that is not layout."""
    last = text.rfind("</")
    if last < 0:
        return False
    name = _closed(text[last : last + _LONGEST])  # nearly always the one, and its opening is near
    if name and text.rfind(f"<{name}", 0, last) >= 0:
        return True
    return any(text.rfind(f"<{closing[1]}", 0, closing.start()) >= 0 for closing in _CLOSING.finditer(text))


@lru_cache(1 << 8)
def _closed(text: str) -> str:
    """The name of the block that ends where a text begins."""
    closing = _CLOSING.match(text)
    return closing[1] if closing else ""


def _find(record: Record) -> Iterator[Finding]:
    if lacks_blocks(record.chat):
        yield Finding("no-blocks", "advice", "no part of the prompt stands within XML tags", record.line)


RULE = RecordRule(
    name="no-blocks",
    severities=("advice",),
    finds="No part of the prompt is set apart by XML tags, which help the model to tell context from question.",
    todo="Wrap context and question in tags, such as <table> and <question>, in training and at inference.",
    source=ARTICLE,
    find=_find,
    holds=lambda record: lacks_blocks(record.chat),
)
