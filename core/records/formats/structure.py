"""How a wire format explains a line that is not of its shape: rule, field, reason."""

import json
from collections.abc import Collection, Iterator, Mapping

import msgspec

from core.records.record import Chat


class TwiceError(ValueError):
    """A key stands twice in an object."""


class FormatProblem(msgspec.Struct, frozen=True):
    """Why a line does not fit."""

    rule: str
    field: str
    message: str


def mapping(
    value: object, field: str, required: Collection[str], optional: Collection[str]
) -> Iterator[FormatProblem]:
    """What is wrong with an object's keys."""
    if not isinstance(value, Mapping):
        yield FormatProblem("schema", field, f"{field or 'the line'} must be an object, not {json_kind(value)}")
        return
    for key in required:
        if key not in value:
            yield FormatProblem("schema", join(field, key), f"{join(field, key)} is missing")
    for key in value:
        if key not in required and key not in optional:
            yield FormatProblem("extra-key", join(field, str(key)), f"{join(field, str(key))} is not allowed here")


def text(value: object, field: str) -> Iterator[FormatProblem]:
    """What is wrong with what should be a string."""
    if not isinstance(value, str):
        yield FormatProblem("schema", field, f"{field} must be text, not {json_kind(value)}")


def refuse_doubled(line: bytes | memoryview, strings: int, chat: Chat) -> Chat:
    """The chat of a line, unless a key stands twice in it, of which msgspec silently takes the last.

    Quotes are counted, which takes a thirtieth of looking at each key: JSON has two around every string, and those
    within texts. Only where that does not come out is the line read again.

    Args:
        line: What was read.
        strings: Keys and values that are strings in a line of this format.
        chat: What it was read as.

    Raises:
        msgspec.ValidationError: A key stands twice.
    """
    raw = bytes(line)
    more = raw.count(b'"') - 2 * strings
    texts = (chat.system or "", *(turn.content for turn in chat.messages)) if more else ()
    if more != sum([text.count('"') for text in texts]):
        try:
            json.loads(raw, object_pairs_hook=undoubled)
        except TwiceError as error:
            raise msgspec.ValidationError(str(error)) from error
    return chat


def undoubled(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object's keys and values, for the standard library's decoder.

    Raises:
        TwiceError: A key stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise TwiceError(f"the key {twice!r} stands twice")
    return found


def misfit(error: msgspec.ValidationError) -> FormatProblem:
    """What msgspec says of a value that does not fit a struct: ``Expected `str`, got `int` - at `$.id` ``."""
    reason, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".")
    return FormatProblem("schema", field, f"{field}: {reason}" if field else reason)


def join(field: str, key: str) -> str:
    """`messages[1]` and `role` make `messages[1].role`."""
    return f"{field}.{key}" if field else key


def json_kind(value: object) -> str:
    """A value's JSON type, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
