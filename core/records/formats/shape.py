"""How a wire format explains a line that is not of its shape: rule, field, reason."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """Why a line does not fit."""

    rule: str
    field: str
    message: str


def mapping(value: Any, field: str, required: Collection[str], optional: Collection[str]) -> Iterator[Problem]:
    """What is wrong with an object's keys."""
    if not isinstance(value, Mapping):
        yield Problem("schema", field, f"{field or 'the line'} must be an object, not {kind(value)}")
        return
    for key in required:
        if key not in value:
            yield Problem("schema", join(field, key), f"{join(field, key)} is missing")
    for key in value:
        if key not in required and key not in optional:
            yield Problem("extra-key", join(field, str(key)), f"{join(field, str(key))} is not allowed here")


def text(value: Any, field: str) -> Iterator[Problem]:
    """What is wrong with what should be a string."""
    if not isinstance(value, str):
        yield Problem("schema", field, f"{field} must be text, not {kind(value)}")


def misfit(error: msgspec.ValidationError) -> Problem:
    """What msgspec says of a value that does not fit a struct: ``Expected `str`, got `int` - at `$.id` ``."""
    reason, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".")
    return Problem("schema", field, f"{field}: {reason}" if field else reason)


def join(field: str, key: str) -> str:
    """`messages[1]` and `role` make `messages[1].role`."""
    return f"{field}.{key}" if field else key


def kind(value: Any) -> str:
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
