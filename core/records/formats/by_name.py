"""The models' wire formats, by name."""

import msgspec

from core.errors import InputError
from core.records.formats import source_record
from core.records.formats.anthropic import ANTHROPIC
from core.records.formats.conversation import CONVERSATION
from core.records.formats.prompt_completion import PROMPT_COMPLETION
from core.records.formats.wire_format import WireFormat
from core.records.record import Chat, Source

FORMATS: dict[str, WireFormat] = {each.name: each for each in (ANTHROPIC, CONVERSATION, PROMPT_COMPLETION)}


def named(name: str) -> WireFormat:
    """The format of that name."""
    return FORMATS[name]


def decode(line: bytes, name: str) -> Chat | Source:
    """Reads a line of a wire format, or a source record where the name is `source`.

    Raises:
        msgspec.MsgspecError: It is not of this shape.
    """
    if name == source_record.NAME:
        return source_record.decode(line)
    return named(name).decode(line)


def encode(record: Chat | Source, name: str) -> bytes:
    """Writes a line of a wire format, or a source record, without its line break."""
    if isinstance(record, Source):
        return msgspec.json.encode(record)
    return named(name).encode(record)


def sniff(line: bytes) -> str:
    """The name of the format a line is written in.

    Raises:
        InputError: None of them.
    """
    for each in FORMATS.values():
        try:
            each.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            continue
        return each.name
    raise InputError(
        "This line is in none of the formats Outcrop knows",
        why=f"it is neither {', nor '.join(each.title for each in FORMATS.values())}",
        todo="Run `outcrop check` on the file to see what is wrong with it",
    )
