"""The Anthropic messages format: `system` and every `content` are plain strings.

Source: AWS, "Prepare data for fine-tuning" (model-customization-prepare), and Anthropic's cookbook, which adds
that no extraneous keys are allowed.
"""

from collections.abc import Iterator

import msgspec

from core.records.formats import structure
from core.records.formats.wire_format import WireFormat
from core.records.record import Chat

_decode = msgspec.json.Decoder(Chat).decode  # a chat is of this very shape


def _read(line: bytes | memoryview) -> Chat:
    """Reads a line.

    Raises:
        msgspec.MsgspecError: It is not of this shape; `_explain` says why.
    """
    chat = _decode(line)
    strings = 1 + 4 * len(chat.messages) + (2 if chat.system is not None else 0)
    return structure.refuse_doubled(line, strings, chat)


def _write(chat: Chat) -> bytes:
    """Writes a line, without its line break; key order as in AWS's examples."""
    body: dict[str, object] = {"system": chat.system} if chat.system is not None else {}
    body["messages"] = [{"role": turn.role, "content": turn.content} for turn in chat.messages]
    return msgspec.json.encode(body)


def _explain(value: object) -> Iterator[structure.FormatProblem]:
    """Why a decoded line is not of this shape."""
    yield from structure.mapping(value, "", ("messages",), ("system",))
    if not isinstance(value, dict):
        return
    if value.get("system") is not None:
        yield from structure.text(value["system"], "system")
    turns = value.get("messages", [])
    if not isinstance(turns, list):
        yield structure.FormatProblem(
            "schema", "messages", f"messages must be a list, not {structure.json_kind(turns)}"
        )
        return
    for number, turn in enumerate(turns):
        field = f"messages[{number}]"
        yield from structure.mapping(turn, field, ("role", "content"), ())
        if isinstance(turn, dict):
            for key in ("role", "content"):
                if key in turn:
                    yield from structure.text(turn[key], f"{field}.{key}")


ANTHROPIC = WireFormat(
    name="anthropic-messages",
    title="Anthropic messages",
    decode=_read,
    encode=_write,
    explain=_explain,
    syntax=("messages", "role", "user", "assistant", "content", "system"),
)
