"""What a record is about where its source names no group: its table, else the passage its question is about.

A table goes by its cells, so that it is the same one in every table format. A chat is about the first table that its
user shows, in whichever turn.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from core.errors import InputError
from core.records.record import Chat, text_hash

_TAG, _END = "<table>", "</table>"
_SIGN = re.compile(r"[<|\[\\]")  # every table has one of these
_CELL, _ROW = "\x1f", "\x1e"  # ASCII's unit and record separators


def of_fields(fields: Mapping[str, object]) -> str:
    """The table or the passage among a source record's fields; empty where it has neither, and stands alone.

    Quick, for it is asked of every record that is read and has no group of its own.
    """
    return _of_rows(fields.get("table")) or _of_passage(fields.get("paragraphs"))


def table_of(fields: Mapping[str, object]) -> str:
    """The table of a source record: its field, or the first that its user shows; empty where it has none."""
    return _of_rows(fields.get("table")) or _of_prompts(_asked(fields))


def of_chat(chat: Chat) -> str:
    """The first table in a turn of the user's; empty where there is none."""
    return _of_prompts(turn.content for turn in chat.messages if turn.role == "user")


def of_prompt(prompt: str) -> str:
    """The table in a prompt; empty where there is none.

    Reading a table takes some hundred microseconds; one between tags is read once as long as its chats come together.
    """
    start, end = prompt.find(_TAG), prompt.rfind(_END)
    return _of_tagged(prompt[start : end + len(_END)]) if 0 <= start < end else _of_text(prompt)


def _of_prompts(prompts: Iterable[str]) -> str:
    return next(filter(None, map(of_prompt, prompts)), "")


def _asked(fields: Mapping[str, object]) -> Iterator[str]:
    """What the user says in a source record: in its earlier turns, where it has some, and last."""
    history = fields.get("history")
    for turn in history if isinstance(history, list) else ():
        if isinstance(turn, Mapping) and turn.get("role") == "user":
            yield str(turn.get("content", ""))
    yield str(fields.get("question", ""))


@lru_cache(1 << 12)
def _of_tagged(text: str) -> str:
    return _of_text(text) or _key(text)  # what is no table in any of the formats is the same by its text


def _of_text(text: str) -> str:
    if not _SIGN.search(text):
        return ""
    from core.records import tables

    try:
        found = tables.find(text)
    except InputError:  # larger than a table may be
        return ""
    return _of_rows(found.grid) if found else ""


def _of_rows(rows: object) -> str:
    if not isinstance(rows, list | tuple):
        return ""
    return _key(
        _ROW.join(_CELL.join(map(_plain, row)).rstrip(_CELL) for row in rows if isinstance(row, list | tuple))
    )


def _of_passage(paragraphs: object) -> str:
    if isinstance(paragraphs, str):
        paragraphs = [paragraphs]
    return _key(_ROW.join(map(_plain, paragraphs))) if isinstance(paragraphs, list) else ""


def _plain(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _key(text: str) -> str:
    """16 hex digits for a text, none for one that says nothing."""
    return f"{text_hash(text):016x}" if text.strip(_CELL + _ROW) else ""
