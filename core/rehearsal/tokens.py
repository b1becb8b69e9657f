"""The rehearsal's tokenizer: a plain rule, roughly four characters a token, that says nothing about Claude's."""

import re

from core.records.record import Chat

_PIECE = re.compile(r"[^\W\d_]{1,5}|\d{1,3}|[^\w\s]|_")
_TURN = 4  # tokens that mark one turn


def count(text: str) -> int:
    """Tokens of a text: pieces of words of up to five letters, of up to three digits, and single signs."""
    return len(_PIECE.findall(text))


def count_chat(chat: Chat) -> int:
    """Tokens of a prompt, the marks of its turns included."""
    return count(chat.system or "") + sum(_TURN + count(turn.content) for turn in chat.messages)


def cut(text: str, most: int) -> str:
    """The first `most` tokens of a text."""
    for number, piece in enumerate(_PIECE.finditer(text)):
        if number == most:
            return text[: piece.start()].rstrip()
    return text
