"""One strict YAML loader: duplicate keys are errors, `1e-5` is a number, and every mistake has a line."""

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from core.errors import InputError, Where
from core.files import unreadable

T = TypeVar("T")


_REPLACED = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")  # a date stays text: msgspec reads it


class _StrictLoader(yaml.SafeLoader):
    """YAML 1.1 as PyYAML reads it, minus its traps."""


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF")
)
_StrictLoader.add_implicit_resolver(  # PyYAML wants a dot before the exponent
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(text: str, path: str = "") -> Any:
    """Reads one YAML document.

    Args:
        text: The document.
        path: What to call it in an error.

    Raises:
        InputError: Not YAML, or a key stands twice; says the line.
    """
    try:
        return yaml.load(text, _StrictLoader)  # noqa: S506 - a SafeLoader made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise InputError(
            "This YAML cannot be read",
            why=str(error.problem or error),
            todo="Mend that line",
            where=Where(path, mark.line + 1 if mark else 0),
        ) from error
    except yaml.YAMLError as error:
        raise InputError("This is not YAML", why=str(error), where=Where(path)) from error


def load_as(kind: type[T], text: str, path: str = "") -> T:
    """Reads a YAML document into a struct, strictly.

    Raises:
        InputError: Not YAML, or not of this shape; says the field.
    """
    return convert(kind, load(text, path), path)


def convert(kind: type[T], value: Any, path: str = "") -> T:
    """Turns plain values into a struct, naming the field that does not fit.

    Raises:
        InputError: Says the field's path and what was expected.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at ")
        raise InputError(
            "A field does not have the right shape",
            why=reason,
            todo="Mend that field",
            where=Where(path, field=field.strip("`").removeprefix("$.")),
        ) from error


def read_as(kind: type[T], path: Path) -> T:
    """Reads a YAML file into a struct.

    Raises:
        InputError: The file cannot be read, is not YAML or not of this shape.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError("This file is not UTF-8", why=str(error), where=Where(str(path))) from error
    return load_as(kind, text, str(path))
