"""The prompt/completion format of Llama 3.1: one prompt, one completion, no roles.

Source: AWS, "Prepare data for fine-tuning" of Meta Llama.
"""

from collections.abc import Iterator

import msgspec

from core.errors import InputError
from core.records.formats import structure
from core.records.formats.wire_format import WireFormat
from core.records.record import Chat, Message


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    prompt: str
    completion: str


_decode = msgspec.json.Decoder(_Line).decode


def _read(line: bytes | memoryview) -> Chat:
    """Reads a line.

    Raises:
        msgspec.MsgspecError: It is not of this shape; `_explain` says why.
    """
    read = _decode(line)
    chat = Chat((Message("user", read.prompt), Message("assistant", read.completion)))
    return structure.refuse_doubled(line, 4, chat)


def _write(chat: Chat) -> bytes:
    """Writes a line, without its line break; a system prompt stands before the prompt, a blank line between.

    Raises:
        InputError: The chat has more than one exchange, which this format cannot hold.
    """
    if len(chat.messages) != 2:
        raise InputError(
            "A conversation of several turns does not fit the prompt/completion format",
            why=f"this one has {len(chat.messages)} messages",
            todo="Choose a model whose format takes conversations, or keep one exchange a record",
        )
    prompt = f"{chat.system}\n\n{chat.prompt}" if chat.system else chat.prompt
    return msgspec.json.encode({"prompt": prompt, "completion": chat.completion})


def _explain(value: object) -> Iterator[structure.FormatProblem]:
    """Why a decoded line is not of this shape."""
    yield from structure.mapping(value, "", ("prompt", "completion"), ())
    if isinstance(value, dict):
        for key in ("prompt", "completion"):
            if key in value:
                yield from structure.text(value[key], key)


PROMPT_COMPLETION = WireFormat(
    name="prompt-completion",
    title="prompt/completion",
    decode=_read,
    encode=_write,
    explain=_explain,
    syntax=("prompt", "completion"),
    system_prompt=False,
    conversations=False,
)
