"""The models' wire formats, by name."""

from types import ModuleType

import msgspec

from core.errors import InputError
from core.records.formats import anthropic, conversation, prompt_completion, source_record
from core.records.record import Chat, Source

FORMATS: dict[str, ModuleType] = {module.NAME: module for module in (anthropic, conversation, prompt_completion)}


def named(name: str) -> ModuleType:
    """The format of that name: a module with `decode`, `encode` and `explain`."""
    return FORMATS[name]


def decode(line: bytes, name: str) -> Chat | Source:
    """Reads a line of a wire format, or a source record where the name is `source`.

    Raises:
        msgspec.MsgspecError: It is not of this shape.
    """
    if name == source_record.NAME:
        return source_record.decode(line)
    chat: Chat = named(name).decode(line)
    return chat


def encode(record: Chat | Source, name: str) -> bytes:
    """Writes a line of a wire format, or a source record, without its line break."""
    if isinstance(record, Source):
        return msgspec.json.encode(record)
    line: bytes = named(name).encode(record)
    return line


def sniff(line: bytes) -> str:
    """The name of the format a line is written in.

    Raises:
        InputError: None of them.
    """
    for name, module in FORMATS.items():
        try:
            module.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            continue
        return name
    raise InputError(
        "This line is in none of the formats Outcrop knows",
        why="it is neither Anthropic messages, nor bedrock-conversation-2024, nor prompt/completion",
        todo="Run `outcrop check` on the file to see what is wrong with it",
    )
