"""Structured output: is an answer JSON, does it match a schema, and does it call the tools that it should?"""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core.errors import InputError, Where
from core.evaluation.f1 import References
from core.files import unreadable

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_NOT_JSON = (ValueError, RecursionError)


class JsonScore(msgspec.Struct, frozen=True, gc=False):
    """An answer that is to be JSON; in 0..100.

    Attributes:
        valid: The whole answer is one JSON value; a Markdown fence around it is none.
        schema: It matches the schema; without a schema, as `valid`.
        equal: It is the value that the truth is, whatever the order of members and white space.
    """

    valid: float
    schema: float
    equal: float


class ToolScore(msgspec.Struct, frozen=True, gc=False):
    """An answer that is to call tools; in 0..100.

    Attributes:
        call: The right tools are called, each as often as it should be.
        arguments: The share of the arguments, of both sides' calls, that are the same; 100 where there are none.
        both: Every call with every argument is right.
    """

    call: float
    arguments: float
    both: float


class ToolCall(msgspec.Struct, frozen=True):
    """One call of a tool."""

    name: str
    arguments: dict[str, object]


def read_schema(path: Path) -> "Validator":
    """Reads a JSON Schema.

    Raises:
        InputError: The file cannot be read, or is no schema.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        return schema(msgspec.json.decode(text))
    except _NOT_JSON as error:
        raise InputError("This is not JSON", why=str(error), where=Where(str(path))) from error
    except InputError as error:
        raise InputError(error.what, why=error.why, where=Where(str(path))) from error


def schema(written: object) -> "Validator":
    """A JSON Schema, ready to validate; the draft that `$schema` names, else 2020-12. It fetches nothing.

    Raises:
        InputError: It is not a schema.
    """
    from jsonschema import exceptions, validators
    from referencing import Registry

    kind = validators.validator_for(written, default=validators.Draft202012Validator)
    try:
        kind.check_schema(written)
    except exceptions.SchemaError as error:
        raise InputError("This is not a JSON Schema", why=error.message) from error
    validator: Validator = kind(written, registry=Registry())
    return validator


def json_rule(validator: "Validator | None" = None) -> Callable[[str, References], JsonScore]:
    """The rule of the `json` metric, with a schema or without one."""

    def score(prediction: str, reference: References) -> JsonScore:
        try:
            value = msgspec.json.decode(prediction)
        except _NOT_JSON:
            return JsonScore(0.0, 0.0, 0.0)
        matches = validator is None or _matches(validator, value)
        accepted = (reference,) if isinstance(reference, str) else reference
        return JsonScore(100.0, 100.0 * matches, 100.0 * any(_is(value, each) for each in accepted))

    return score


def tools(prediction: str, reference: References) -> ToolScore:
    """Scores calls of tools; of several accepted answers the best counts.

    An answer is one call or a list of calls: `{"name": …, "arguments": {…}}`, or as Converse (`{"toolUse": {"name",
    "input"}}`), Anthropic (`{"type": "tool_use", "name", "input"}`) and OpenAI (`{"function": {"name", "arguments":
    "…"}}`) write it. Their order does not matter.
    """
    said = calls(prediction)
    if said is None:
        return ToolScore(0.0, 0.0, 0.0)
    accepted = (reference,) if isinstance(reference, str) else reference
    scores = [_compare(said, expected) for each in accepted if (expected := calls(each)) is not None]
    return max(scores, key=lambda each: (each.both, each.call, each.arguments), default=ToolScore(0.0, 0.0, 0.0))


def calls(text: str) -> list[ToolCall] | None:
    """The calls in an answer; None where it is none."""
    try:
        value = msgspec.json.decode(text)
    except _NOT_JSON:
        return None
    found = [_call(each) for each in (value if isinstance(value, list) else [value])]
    return [each for each in found if each is not None] if all(found) else None


def _call(value: object) -> ToolCall | None:
    if not isinstance(value, Mapping):
        return None
    inner = next((value[key] for key in ("toolUse", "function") if isinstance(value.get(key), Mapping)), value)
    given: object = next((inner[key] for key in ("arguments", "input", "parameters") if key in inner), {})
    if isinstance(given, str):
        try:
            given = msgspec.json.decode(given)
        except _NOT_JSON:
            return None
    if not isinstance(inner.get("name"), str) or not isinstance(given, dict):
        return None
    return ToolCall(inner["name"], given)


def _compare(said: list[ToolCall], expected: list[ToolCall]) -> ToolScore:
    right = Counter(call.name for call in said) == Counter(call.name for call in expected)
    same, union = 0, 0
    left = list(expected)
    for call in said:
        partner = max(
            (each for each in left if each.name == call.name), key=lambda each: _shared(call, each), default=None
        )
        if partner is None:
            union += len(call.arguments)
            continue
        left.remove(partner)
        same += _shared(call, partner)
        union += len(call.arguments.keys() | partner.arguments.keys())
    union += sum(len(call.arguments) for call in left)
    arguments = 100 * same / union if union else 100.0 * right
    return ToolScore(100.0 * right, arguments, 100.0 * (right and same == union))


def _shared(first: ToolCall, second: ToolCall) -> int:
    return sum(
        name in second.arguments and _same(value, second.arguments[name]) for name, value in first.arguments.items()
    )


def _is(value: object, written: str) -> bool:
    try:
        return _same(value, msgspec.json.decode(written))
    except _NOT_JSON:
        return False


def _same(first: object, second: object) -> bool:
    """Equality of JSON values, where true is not 1."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_same(value, second[name]) for name, value in first.items())
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    return isinstance(first, bool) == isinstance(second, bool) and bool(first == second)


def _matches(validator: "Validator", value: object) -> bool:
    from referencing.exceptions import Unresolvable

    try:
        return bool(validator.is_valid(value))
    except Unresolvable as error:
        raise InputError(
            "This schema refers to another one",
            why=str(error),
            todo="Write it into the schema under $defs: Outcrop fetches nothing",
        ) from error
    except RecursionError:
        return False
