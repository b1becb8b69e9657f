"""What the article recommends and a file can do without: a system prompt, and semantic blocks within XML tags."""

import re
from functools import lru_cache

from core.records.record import Chat

_LAYOUT = (
    "td|th|tr|thead|tbody|tfoot|caption|colgroup|p|b|i|u|em|strong|span|div|a|ul|ol|li|h[1-6]|font|su[bp]|html|body"
)
_CLOSING = re.compile(rf"</(?!(?:{_LAYOUT})\s*>)([A-Za-z_][\w.-]*)\s*>", re.IGNORECASE)
_LONGEST = 40  # characters of a tag that is looked at first


def lacks_system_prompt(chat: Chat) -> bool:
    """Whether nothing defines the model's role and task."""
    return chat.system is None or not chat.system or chat.system.isspace()


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
