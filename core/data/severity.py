"""`severity` in conditions and in sorting: by how bad it is, not by its letters."""

import json
from typing import Any

import polars as pl

from core.errors import UsageError
from core.records.check import SEVERITIES

NAME = "severity"
_RANKS = tuple(reversed(SEVERITIES))  # the worst is the greatest
_ORDERING = frozenset({"Lt", "LtEq", "Gt", "GtEq"})
_COLUMN = {"Column": NAME}


def by_rank(expression: pl.Expr) -> pl.Expr:
    """A condition in which severities are greater the worse they are. Stays within `core.data`.

    Raises:
        UsageError: One is compared with a text that is none.
    """
    if NAME not in expression.meta.root_names():
        return expression
    tree = _by_rank(json.loads(expression.meta.serialize(format="json")))
    return pl.Expr.deserialize(json.dumps(tree).encode(), format="json")


def ordered(column: str) -> pl.Expr:
    """A column as it is sorted by. Stays within `core.data`."""
    return _ranked() if column == NAME else pl.col(column)


def _ranked() -> pl.Expr:
    return pl.col(NAME).cast(pl.Enum(_RANKS))


def _by_rank(node: Any) -> Any:
    if isinstance(node, list):
        return [_by_rank(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: _by_rank(value) for key, value in node.items()}
    binary = found.get("BinaryExpr")
    if binary and binary["op"] in _ORDERING:
        for side, other in (("left", "right"), ("right", "left")):
            text = _text(binary[other])
            if binary[side] == _COLUMN and text is not None:
                _check(text)
                binary[side] = json.loads(_ranked().meta.serialize(format="json"))
    return found


def _text(node: Any) -> str | None:
    """What a literal says; None for whatever else."""
    literal = node.get("Literal") if isinstance(node, dict) else None
    scalar = literal.get("Scalar") if isinstance(literal, dict) else None
    text = scalar.get("String") if isinstance(scalar, dict) else None
    return text if isinstance(text, str) else None


def _check(text: str) -> None:
    if text not in _RANKS:
        raise UsageError(f"{text!r} is no severity", todo=f"They are, the worst last: {', '.join(_RANKS)}")
