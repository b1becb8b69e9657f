"""The `bedrock-conversation-2024` format of Nova and Llama 3.2 and later: contents are lists of text blocks.

Source: AWS, "Prepare data for fine-tuning" of Amazon Nova.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from core.records.formats import structure
from core.records.formats.wire_format import WireFormat
from core.records.record import Chat, Message

_NAME = "bedrock-conversation-2024"


class _Block(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class _Turn(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    content: list[_Block]


class _Line(msgspec.Struct, forbid_unknown_fields=True, rename={"version": "schemaVersion"}):
    version: Literal["bedrock-conversation-2024"]
    messages: list[_Turn]
    system: list[_Block] | None = None


_decode = msgspec.json.Decoder(_Line).decode


def _read(line: bytes | memoryview) -> Chat:
    """Reads a line; several text blocks of one turn become one text.

    Raises:
        msgspec.MsgspecError: It is not of this shape; `_explain` says why.
    """
    read = _decode(line)
    turns = tuple([Message(turn.role, _joined(turn.content)) for turn in read.messages])
    strings = 3 + sum([3 + 2 * len(turn.content) for turn in read.messages])
    if read.system is None:
        return structure.refuse_doubled(line, strings, Chat(turns))
    return structure.refuse_doubled(line, strings + 1 + 2 * len(read.system), Chat(turns, _joined(read.system)))


def _write(chat: Chat) -> bytes:
    """Writes a line, without its line break."""
    body: dict[str, object] = {"schemaVersion": _NAME}
    if chat.system is not None:
        body["system"] = [{"text": chat.system}]
    body["messages"] = [{"role": turn.role, "content": [{"text": turn.content}]} for turn in chat.messages]
    return msgspec.json.encode(body)


def _explain(value: object) -> Iterator[structure.FormatProblem]:
    """Why a decoded line is not of this shape."""
    yield from structure.mapping(value, "", ("schemaVersion", "messages"), ("system",))
    if not isinstance(value, dict):
        return
    if value.get("schemaVersion", _NAME) != _NAME:
        yield structure.FormatProblem("schema", "schemaVersion", f"schemaVersion must be {_NAME}")
    if value.get("system") is not None:
        yield from _explain_blocks(value["system"], "system")
    turns = value.get("messages", [])
    if not isinstance(turns, list):
        yield structure.FormatProblem(
            "schema", "messages", f"messages must be a list, not {structure.json_kind(turns)}"
        )
        return
    for number, turn in enumerate(turns):
        field = f"messages[{number}]"
        yield from structure.mapping(turn, field, ("role", "content"), ())
        if isinstance(turn, dict) and "role" in turn:
            yield from structure.text(turn["role"], f"{field}.role")
        if isinstance(turn, dict) and "content" in turn:
            yield from _explain_blocks(turn["content"], f"{field}.content")


def _explain_blocks(blocks: object, field: str) -> Iterator[structure.FormatProblem]:
    if not isinstance(blocks, list):
        yield structure.FormatProblem(
            "schema", field, f"{field} must be a list of text blocks, not {structure.json_kind(blocks)}"
        )
        return
    for number, block in enumerate(blocks):
        yield from structure.mapping(block, f"{field}[{number}]", ("text",), ())
        if isinstance(block, dict) and "text" in block:
            yield from structure.text(block["text"], f"{field}[{number}].text")


def _joined(blocks: list[_Block]) -> str:
    return "\n".join(block.text for block in blocks)


CONVERSATION = WireFormat(
    name=_NAME,
    title="bedrock-conversation-2024",
    decode=_read,
    encode=_write,
    explain=_explain,
    syntax=("messages", "role", "user", "assistant", "content", "system", "text", "schemaversion", _NAME),
)
