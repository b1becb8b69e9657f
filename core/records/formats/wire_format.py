"""What a wire format is: the shape that a model's training files have."""

from collections.abc import Callable, Iterator

import msgspec

from core.records.formats.structure import FormatProblem
from core.records.record import Chat


class WireFormat(msgspec.Struct, frozen=True, kw_only=True):
    """One wire format.

    Attributes:
        name: As the catalogue and `outcrop.yaml` have it: `anthropic-messages`.
        title: As a sentence has it: `Anthropic messages`.
        decode: Reads a line; raises `msgspec.MsgspecError` where it is not of this shape.
        encode: Writes a line, without its line break; raises `InputError` where the format cannot hold the chat.
        explain: Says why a decoded line is not of this shape.
        syntax: Words that the format itself writes in every line, in small letters; a search leaves them out.
        system_prompt: Whether it has a place for one.
        conversations: Whether it holds more than one exchange a record.
    """

    name: str
    title: str
    decode: Callable[[bytes | memoryview], Chat]
    encode: Callable[[Chat], bytes]
    explain: Callable[[object], Iterator[FormatProblem]]
    syntax: tuple[str, ...]
    system_prompt: bool = True
    conversations: bool = True
