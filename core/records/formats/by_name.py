"""The models' wire formats, by name."""

from types import ModuleType

import msgspec

from core.errors import InputError
from core.records.formats import anthropic, conversation, prompt_completion

FORMATS: dict[str, ModuleType] = {module.NAME: module for module in (anthropic, conversation, prompt_completion)}


def named(name: str) -> ModuleType:
    """The format of that name: a module with `decode`, `encode` and `explain`."""
    return FORMATS[name]


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
