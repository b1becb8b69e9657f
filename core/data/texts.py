"""Texts of many rows, read again for a condition or a sort: only what is asked for is decoded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from core.data.dataset import SOURCE, Dataset
from core.data.search import exact
from core.errors import OutcropError
from core.records import formats
from core.records.formats import source_record
from core.records.record import Chat, Source

T = TypeVar("T")

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OutcropError)
_GAP = 8  # rows between two wanted ones that are read along rather than sought anew

_OF_CHAT: dict[str, Callable[[Chat], str | None]] = {
    "prompt": lambda chat: chat.prompt,
    "system": lambda chat: chat.system,
    "question": lambda chat: chat.question,
    "answer": lambda chat: chat.completion,
}


def read(dataset: Dataset, names: Sequence[str], rows: Sequence[int]) -> dict[str, list[str | None]]:
    """Some texts of some rows; None where a line cannot be read or has no such text.

    Args:
        dataset: Where.
        names: Of `prompt`, `system`, `question`, `answer`.
        rows: In rising order.
    """
    found: dict[str, list[str | None]] = {name: [] for name in names}
    take = [(_OF_CHAT[name], found[name].append) for name in names]
    plain = dataset.format == SOURCE and not {"prompt", "system"} & set(names)
    if plain:
        fields = [(name, found[name].append) for name in names]
        for source in _decoded(dataset, rows, source_record.decode):
            for name, keep in fields:
                keep(None if source is None else str(source.fields.get(name, "")))
        return found
    for chat in _decoded(dataset, rows, _chat_decoder(dataset)):
        for of_chat, keep in take:
            keep(None if chat is None else of_chat(chat))
    return found


def hold(dataset: Dataset, line: bytes, words: str) -> bool:
    """Whether a record's own texts hold some words: no keys or facts, and nothing that a template writes.

    Args:
        dataset: Where the line is from.
        line: The record's; one that cannot be read is all text.
        words: In any case, unless a capital is among them.
    """
    fold = str if exact(words) else str.lower
    wanted = fold(words)
    try:
        if dataset.format == SOURCE:
            said = _strings(source_record.decode(line).fields)
        else:
            chat = _chat_decoder(dataset)(line)
            said = iter((chat.system or "", *(turn.content for turn in chat.messages)))
    except _UNREADABLE:
        return True
    return any(wanted in fold(text) for text in said)


def of_chat(chat: Chat, name: str) -> str | None:
    """One text of a chat, by its column's name."""
    return _OF_CHAT[name](chat)


def _chat_decoder(dataset: Dataset) -> Callable[[bytes], Chat]:
    if dataset.format != SOURCE:
        decode: Callable[[bytes], Chat] = formats.named(dataset.format).decode
        return decode
    renderer = dataset.renderer

    def rendered(raw: bytes) -> Chat:
        source: Source = source_record.decode(raw)
        return renderer.chat(source) if renderer else Chat(())

    return rendered


def _strings(value: object) -> Iterator[str]:
    """All texts and numbers in a value."""
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list):
        yield str(value)
        return
    for each in value:
        yield from _strings(each)


def _decoded(dataset: Dataset, rows: Sequence[int], decode: Callable[[bytes], T]) -> Iterator[T | None]:
    for raw in _lines(dataset, rows):
        try:
            yield decode(raw)
        except _UNREADABLE:
            yield None


def _lines(dataset: Dataset, rows: Sequence[int]) -> Iterator[bytes]:
    """The lines of rows, neighbours read together."""
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and rows[end] - rows[end - 1] <= _GAP:
            end += 1
        wanted = set(rows[at:end])
        for number, raw in enumerate(dataset.index.lines(rows[at], rows[end - 1] + 1), rows[at]):
            if number in wanted:
                yield raw
        at = end
