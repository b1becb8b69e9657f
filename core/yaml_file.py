"""One strict YAML loader: duplicate keys are errors, `1e-5` is a number, and every mistake has a line.

Numbers are decimal, as in YAML 1.2: `012`, `1_000` and `1:30` stay text, which ruamel.yaml writes without quotes.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import yaml

from core.errors import InputError, Where
from core.files import unreadable

T = TypeVar("T")


_BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float"))
_MERGE, _TIMESTAMP, _VALUE = (f"tag:yaml.org,2002:{kind}" for kind in ("merge", "timestamp", "value"))
_REPLACED = (_BOOL, _INT, _FLOAT, _TIMESTAMP, _VALUE)  # a date stays text, which msgspec reads, and so does `=`


if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # five times as fast, where PyYAML was built with it


class _StrictLoader(_Loader):
    """YAML 1.1 as PyYAML reads it, minus its traps."""


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|false|False)$"), list("tTfF"))
_StrictLoader.add_implicit_resolver(_INT, re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_StrictLoader.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"^(?:[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?[0-9]+[eE][-+]?[0-9]+"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+.0123456789"),
)


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == _MERGE:
            continue
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
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
        InputError: Not YAML, or a key stands twice; says line and column.
    """
    try:
        return yaml.load(text, _StrictLoader)  # noqa: S506 - a SafeLoader made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise InputError(
            "This YAML cannot be read",
            why=str(error.problem or error),
            todo="Mend that line",
            where=Where(path, mark.line + 1, f"column {mark.column + 1}") if mark else Where(path),
        ) from error
    except RecursionError as error:
        raise InputError("This YAML is nested too deeply", todo="Make it flat", where=Where(path)) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise InputError("This is not YAML", why=str(error), todo="Mend it", where=Where(path)) from error


def load_as(kind: type[T], text: str, path: str = "") -> T:
    """Reads a YAML document into a struct, strictly.

    Raises:
        InputError: Not YAML, or not of this shape; says the field.
    """
    return convert(kind, load(text, path), path)


def convert(kind: type[T], value: object, path: str = "", within: str = "") -> T:
    """Turns plain values into a struct, naming the field that does not fit.

    Args:
        kind: The struct.
        value: As `load` gave it.
        path: What to call the file in an error.
        within: What to call the value's own place in the file.

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
            where=Where(path, field=".".join(part for part in (within, _field(field)) if part)),
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
        raise InputError(
            "This file is not UTF-8", why=str(error), todo="Save it as UTF-8", where=Where(str(path))
        ) from error
    return load_as(kind, text, str(path))


def _field(path: str) -> str:
    """msgspec's `$.prices[0]` as one writes it: `prices[0]`."""
    return path.strip("`").removeprefix("$").removeprefix(".")
