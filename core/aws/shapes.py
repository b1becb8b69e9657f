"""Does a request or an answer fit botocore's model of the service?

boto3 itself checks required members, types and minimum lengths only: no pattern, no enum, no maximum. This module
checks them all, before a submit, in the rehearsal for what comes in, and in the tests for what goes out.
"""

import functools
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from botocore.loaders import create_loader
from botocore.model import ServiceModel, Shape

from core.clock import from_iso

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (datetime, str),
    "blob": (bytes, bytearray, str),
}

Payload = dict[str, Any]
"""What a request or an answer carries: its members by name, as botocore has them."""


class ShapeMisfit(msgspec.Struct, frozen=True):
    """One member that does not fit: its path and the reason, in AWS's words where AWS has words for it."""

    path: str
    reason: str


@functools.cache
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service, read once; nothing in the user's configuration has a part in it."""
    return ServiceModel(create_loader().load_service_model(service, "service-2"), service)


def check_request(service: str, operation: str, parameters: Payload) -> list[ShapeMisfit]:
    """What is wrong with a request.

    Args:
        service: `bedrock` or `bedrock-runtime`.
        operation: AWS's name, such as `CreateModelCustomizationJob`.
        parameters: As boto3 takes them.
    """
    return list(misfits(parameters, service_model(service).operation_model(operation).input_shape))


def check_answer(service: str, operation: str, answer: Payload) -> list[ShapeMisfit]:
    """What is wrong with an answer, before it is written to the wire."""
    shape = service_model(service).operation_model(operation).output_shape
    return list(misfits(answer, shape)) if shape is not None else []


def misfits(value: object, shape: Shape, path: str = "") -> Iterator[ShapeMisfit]:
    """Walks a value along its shape; yields every unknown, missing or ill-formed member."""
    kind = shape.type_name
    if kind == "structure":
        yield from _structure(value, shape, path)
    elif kind == "list":
        yield from _sequence(value, shape, path)
    elif kind == "map":
        yield from _map(value, shape, path)
    else:
        yield from _scalar(value, shape, path)


def _structure(value: object, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    if shape.is_document_type:
        return
    if not isinstance(value, dict):
        yield ShapeMisfit(path, "must be a structure")
        return
    for name in shape.required_members:
        if name not in value:
            yield ShapeMisfit(_join(path, name), "is required")
    if shape.is_tagged_union and len(value) != 1:
        yield ShapeMisfit(path, f"must have exactly one of {', '.join(shape.members)}")
    for name, member in value.items():
        if name not in shape.members:
            yield ShapeMisfit(_join(path, name), "is not a member of this structure")
        else:
            yield from misfits(member, shape.members[name], _join(path, name))


def _sequence(value: object, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    if not isinstance(value, list | tuple):
        yield ShapeMisfit(path, "must be a list")
        return
    yield from _length(len(value), shape, path)
    for number, item in enumerate(value):
        yield from misfits(item, shape.member, f"{path}[{number}]")


def _map(value: object, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    if not isinstance(value, dict):
        yield ShapeMisfit(path, "must be a map")
        return
    yield from _length(len(value), shape, path)
    for key, item in value.items():
        yield from misfits(key, shape.key, f"{path} (key)")
        yield from misfits(item, shape.value, _join(path, str(key)))


def _scalar(value: Any, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    expected = _TYPES.get(shape.type_name)
    wrong_bool = isinstance(value, bool) and shape.type_name != "boolean"
    if expected and (not isinstance(value, expected) or wrong_bool):
        yield ShapeMisfit(path, f"must be of type {shape.type_name}")
        return
    if shape.type_name == "string":
        yield from _length(len(value), shape, path)
        yield from _words(value, shape, path)
    elif shape.type_name == "blob":
        yield from _length(len(value), shape, path)
    elif shape.type_name == "timestamp":
        yield from _moment(value, path)
    elif isinstance(value, int | float):
        yield from _range(value, shape, path)


def _moment(value: datetime | str, path: str) -> Iterator[ShapeMisfit]:
    try:
        if isinstance(value, str):
            from_iso(value)
    except ValueError:
        yield ShapeMisfit(path, "must be a timestamp in ISO 8601")


def _words(value: str, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    if shape.enum and value not in shape.enum:
        yield ShapeMisfit(
            path, f"failed to satisfy constraint: Member must satisfy enum value set: {sorted(shape.enum)}"
        )
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield ShapeMisfit(
            path, f"failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
        )


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # `(-*[…\\-…])*` can match a dash in two ways, which makes Python's engine take exponential time.
    unambiguous = re.sub(r"\(-\*(\[[^\]]*\\-[^\]]*\])\)(?:\*|\{0,63\})", r"\1*", pattern)
    try:
        return re.compile(unambiguous)
    except re.error:  # three of botocore's 129 patterns are no Python patterns; such a member is not held to it
        return re.compile(r"(?s).*")


def _length(length: int, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        yield ShapeMisfit(
            path, f"failed to satisfy constraint: Member must have length greater than or equal to {least}"
        )
    if most is not None and length > most:
        yield ShapeMisfit(path, f"failed to satisfy constraint: Member must have length less than or equal to {most}")


def _range(value: float, shape: Shape, path: str) -> Iterator[ShapeMisfit]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield ShapeMisfit(
            path, f"failed to satisfy constraint: Member must have value greater than or equal to {least}"
        )
    if most is not None and value > most:
        yield ShapeMisfit(path, f"failed to satisfy constraint: Member must have value less than or equal to {most}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
