"""What a template makes of one record: its tokens, what each table format would cost, what a change changes."""

import difflib
from collections.abc import Sequence
from typing import Literal

import msgspec

from core.formatting.template import Renderer, Template
from core.records import tables
from core.records.record import Chat, Source
from core.records.tokens import estimate

_AROUND = 2  # lines shown before and after a change


class DiffLine(msgspec.Struct, frozen=True):
    """A line of a difference.

    Attributes:
        mark: ` ` in both, `-` before only, `+` now only, `@` where lines are left out.
        text: The line.
    """

    mark: Literal[" ", "-", "+", "@"]
    text: str


def tokens(chat: Chat, examples: Sequence[Chat] = ()) -> dict[str, int]:
    """About how many tokens each part of a chat has: `system`, `user` (all turns but the last) and `assistant`.

    Args:
        chat: The record, without examples.
        examples: What stands before it; they have a part of their own, where there are any.
    """
    found = {"system": estimate(chat.system or "")}
    if examples:
        found["examples"] = sum(estimate(turn.content) for each in examples for turn in each.messages)
    found["user"] = sum(estimate(turn.content) for turn in chat.asked().messages)
    return found | {"assistant": estimate(chat.completion)}


def in_formats(template: Template, source: Source, examples: Sequence[Source] = ()) -> dict[str, int]:
    """About how many tokens a record has with its table in each format; nothing where it has no table.

    Args:
        template: Renders it.
        source: The record.
        examples: What stands before it.

    Raises:
        InputError: The template goes wrong on it.
    """
    if not isinstance(source.fields.get("table"), list):
        return {}
    free, *before = (_free(each) for each in (source, *examples))
    found: dict[str, int] = {}
    for name in tables.FORMATS:
        renderer = Renderer(template, name)
        found[name] = sum(tokens(renderer.chat(free), [renderer.chat(each) for each in before]).values())
    return found


def _free(source: Source) -> Source:
    """A record whose table may be written in any format."""
    facts = {name: value for name, value in source.facts.items() if name != "table_format"}
    return msgspec.structs.replace(source, facts=facts)


def difference(before: Chat, now: Chat) -> tuple[DiffLine, ...]:
    """What differs between two renderings of a record, line by line; nothing where they are the same."""
    found: list[DiffLine] = []
    for line in list(difflib.unified_diff(_lines(before), _lines(now), lineterm="", n=_AROUND))[2:]:
        if line.startswith("@@"):
            found.append(DiffLine("@", ""))
        else:
            mark: Literal[" ", "-", "+"] = "-" if line[0] == "-" else "+" if line[0] == "+" else " "
            found.append(DiffLine(mark, line[1:]))
    return tuple(found)


def _lines(chat: Chat) -> list[str]:
    lines = ["SYSTEM", *(chat.system or "").splitlines()] if chat.system else []
    for turn in chat.messages:
        lines += [turn.role.upper(), *turn.content.splitlines()]
    return lines
