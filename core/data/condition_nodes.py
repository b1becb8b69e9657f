"""A condition's nodes as polars expressions: what stands here by name is built, anything else is refused."""

import functools
import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlglot import exp

from core.errors import TypedError
from core.records.check import SEVERITIES
from core.text import clip, count, nearest

SHOWN = 30  # characters of a word that has no place
_CHAIN = 50  # operators applied one to the other's result; AND, OR and || are no part of it
_COPIES = 1_000  # of one value, where polars has no function for what SQL does with it
_PATTERN = 1_000  # characters of a pattern
_PATTERNS = 3_000  # what all patterns together may cost
_SEVERITY = "severity"
_RANKS = tuple(reversed(SEVERITIES))  # the worst is the greatest


def balanced(expressions: Sequence[pl.Expr], join: Callable[[Any, Any], Any]) -> pl.Expr:
    """Expressions joined as a balanced tree, so that a thousand of them are ten deep. Stays within `core.data`.

    Args:
        expressions: At least one.
        join: `operator.and_` or `operator.or_`.
    """
    level = list(expressions)
    while len(level) > 1:
        level = [functools.reduce(join, level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0]


def invalid(text: str, at: int, why: str, todo: str = "") -> TypedError:
    """That a text is no condition.

    Args:
        text: As typed.
        at: Where it goes wrong, from 0.
        why: What is wrong there.
        todo: What to write instead, where that is known.
    """
    return TypedError(
        "This filter is not a valid condition",
        why=why,
        todo=todo or "Write one like: output_tokens > 20 AND flag IS NULL; begin with ' to search for the words",
        text=text,
        at=at,
    )


def no_place(text: str, at: int, word: str, todo: str = "") -> TypedError:
    """That a word or a sign cannot stand where it does, and what to write instead where that is known."""
    return invalid(text, at, f"{clip(word, SHOWN)} at column {at + 1} has no place there", todo and f"Write {todo}")


def operands(node: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    """The operands that one associative operator joins, however they are bracketed; found without recursion."""
    found, left = [], [node]
    while left:
        each = _bare(left.pop())
        if type(each) is kind:
            left += [each.expression, each.this]
        else:
            found.append(each)
    return found


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


class Builder:
    """Builds polars expressions from the nodes that it knows."""

    def __init__(self, text: str, columns: tuple[str, ...] | None) -> None:
        self.unequal: list[str] = []
        self._text = text
        self._columns = columns
        self._depth = 0
        self._copies = 1  # of what is being built
        self._patterns = 0  # what they cost so far

    def expression(self, node: exp.Expr) -> pl.Expr:
        """One node with all below it. Stays within `core.data`.

        Raises:
            TypedError: It is of no known kind, or goes too deep.
        """
        node = _bare(node)
        known = _NODES.get(type(node))
        if known is None or {name for name, value in node.args.items() if value} - known.args:
            raise self._unknown(node)
        if self._depth == _CHAIN:
            raise TypedError(
                "This filter is nested too deep",
                why=f"more than {_CHAIN} operators go one into the other",
                todo="Take some of them away",
                text=self._text,
                at=_start(node),
            )
        self._depth += 1
        try:
            return known.build(self, node)
        finally:
            self._depth -= 1

    def copied_expression(self, node: exp.Expr, times: int) -> pl.Expr:
        """One node that is copied, with all that it copies in turn. Stays within `core.data`.

        Raises:
            TypedError: Copies of copies would be too many.
        """
        if self._copies * times > _COPIES:
            raise self.wrong(node, "This filter works out the same too often", "Take MOD, NULLIF or CASE apart")
        self._copies *= times
        try:
            return self.expression(node)
        finally:
            self._copies //= times

    def expressions(self, nodes: Iterable[exp.Expr]) -> list[pl.Expr]:
        """Several nodes. Stays within `core.data`."""
        return [self.expression(each) for each in nodes]

    def two_sides(self, node: exp.Expr) -> tuple[pl.Expr, pl.Expr]:
        """What stands left and right of an operator, or a function's two values. Stays within `core.data`."""
        return self.expression(node.this), self.expression(node.expression)

    def existing_column(self, node: exp.Expr) -> pl.Expr:
        """A column that there is. Stays within `core.data`."""
        name, at = node.name, _start(node)
        if not isinstance(node.this, exp.Identifier):
            raise self._unknown(node.this)
        if self._columns is not None and name not in self._columns:
            quoted = self._text[at] == '"'
            at += quoted
            raise TypedError(
                f"There is no column named {clip(name, SHOWN)}, at column {at + 1}",
                why="double quotes name a column, single quotes are text" if quoted else "",
                todo=nearest(name, self._columns, otherwise=f"Text is written '{clip(name, SHOWN)}'; columns"),
                text=self._text,
                at=at,
            )
        return pl.col(name)

    def number(self, node: exp.Expr) -> int | float:
        """A number as it is written.

        Raises:
            TypedError: It is none, or larger than any float.
        """
        try:
            value = float(node.this)
        except ValueError as error:
            raise self.wrong(node, "This is no number", "Write one like: 2.5") from error
        if math.isinf(value):
            raise self.wrong(node, "This number is too large", "Numbers go up to 1.7e308")
        return int(node.this) if node.this.isdigit() and value < 2**63 else value

    def whole(self, node: exp.Expr) -> int:
        """A whole number that stands there as such."""
        value = self._constant(node)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(node, "A whole number is wanted here", "Write it, like: 2")
        return value

    def words(self, node: exp.Expr) -> str:
        """A text that stands there in single quotes."""
        value = self._constant(node)
        if not isinstance(value, str):
            raise self.wrong(node, "A pattern is text in single quotes", "Write one like: '%lease%'")
        return value

    def texts(self, nodes: Sequence[exp.Expr]) -> list[str] | None:
        """Texts that all stand there as such; else None."""
        found = [self._constant(each) for each in nodes]
        return found if all(isinstance(each, str) for each in found) else None

    def pattern(self, node: exp.Expr, cost: int) -> None:
        """Counts a pattern.

        Raises:
            TypedError: There are too many of them, or it is too long.
        """
        self._patterns += cost
        if len(self.words(node)) > _PATTERN:
            raise self.wrong(node, f"A pattern has at most {count(_PATTERN)} characters", "Shorten it")
        if self._patterns > _PATTERNS:
            raise self.wrong(node, "This filter has too many patterns", "Join them into one: answer ~ 'one|two'")

    def wrong(self, node: exp.Expr, what: str, todo: str, *, why: str = "") -> TypedError:
        """A mistake at a node: what it is, what to do about it, and why where that is known."""
        at = _start(node)
        return TypedError(f"{what}, at column {at + 1}", why=why, todo=todo, text=self._text, at=at)

    def _constant(self, node: exp.Expr) -> Any:
        node = _bare(node)
        if isinstance(node, exp.Neg):
            value = self._constant(node.this) if isinstance(_bare(node.this), exp.Literal) else _COMPUTED
            return -value if isinstance(value, int | float) else _COMPUTED
        if isinstance(node, exp.Literal):
            return node.this if node.is_string else self.number(node)
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        return None if isinstance(node, exp.Null) else _COMPUTED

    def _unknown(self, node: exp.Expr) -> TypedError:
        at = _start(node)
        found = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\S""").match(self._text, at)
        return no_place(self._text, at, found[0] if found else self._text[at:])


_COMPUTED = object()  # no value that stands there as such


def _start(node: exp.Expr) -> int:
    """Where a node begins: where the first of its words does that knows its place."""
    return min((each.meta["start"] for each in node.walk() if "start" in each.meta), default=0)


# Kinds of nodes


@dataclass(frozen=True)
class _Kind:
    """How one kind of node is built.

    Attributes:
        build: From the node.
        args: What the node may hold; with anything else it is refused.
    """

    build: Callable[[Builder, Any], pl.Expr]
    args: frozenset[str]


_NODES: dict[type[exp.Expr], _Kind] = {}


def built_by(
    *kinds: type[exp.Expr], args: str
) -> Callable[[Callable[[Builder, Any], pl.Expr]], Callable[[Builder, Any], pl.Expr]]:
    """Makes some kinds of nodes known by the function that builds them. Stays within `core.data`.

    Args:
        kinds: Of sqlglot.
        args: What such a node may hold, with blanks between; with anything else it is refused.
    """

    def known(build: Callable[[Builder, Any], pl.Expr]) -> Callable[[Builder, Any], pl.Expr]:
        _NODES.update(dict.fromkeys(kinds, _Kind(build, frozenset(args.split()))))
        return build

    return known


def built_of_two(
    operation: type[exp.Expr], make: Callable[[Any, Any], pl.Expr], args: str = "this expression"
) -> None:
    """Makes a node of two operands known. Stays within `core.data`."""
    built_by(operation, args=args)(lambda builder, node: make(*builder.two_sides(node)))


def built_of_one(operation: type[exp.Expr], make: Callable[[pl.Expr], pl.Expr], args: str = "this") -> None:
    """Makes a node of one operand known. Stays within `core.data`."""
    built_by(operation, args=args)(lambda builder, node: make(builder.expression(node.this)))


built_of_two(exp.Add, operator.add)
built_of_two(exp.Sub, operator.sub)
built_of_two(exp.Mul, operator.mul)
built_of_two(exp.Div, operator.truediv, "this expression typed safe")
built_of_one(exp.Neg, lambda value: pl.lit(0, dtype=pl.Int64) - value)  # unsigned columns have no negative
built_of_one(exp.Not, operator.invert)


@built_by(exp.Mod, args="this expression")
def _remainder(builder: Builder, node: exp.Mod) -> pl.Expr:
    value, divisor = builder.copied_expression(node.this, 2), builder.expression(node.expression)
    return (value.abs() % divisor.abs()) * value.sign()  # SQL cuts; polars rounds down


@built_by(exp.Column, args="this")
def _column(builder: Builder, node: exp.Column) -> pl.Expr:
    return builder.existing_column(node)


@built_by(exp.Literal, args="this is_string")
def _literal(builder: Builder, node: exp.Literal) -> pl.Expr:
    value = node.this if node.is_string else builder.number(node)
    return pl.lit(value, dtype=pl.Int64 if isinstance(value, int) else None)  # polars compares -1 to unsigned wrongly


@built_by(exp.Boolean, args="this")
def _boolean(_: Builder, node: exp.Boolean) -> pl.Expr:
    return pl.lit(bool(node.this))


@built_by(exp.Null, args="")
def _null(_: Builder, __: exp.Null) -> pl.Expr:
    return pl.lit(None)


@built_by(exp.And, exp.Or, args="this expression")
def _connected(builder: Builder, node: exp.Connector) -> pl.Expr:
    join = operator.and_ if isinstance(node, exp.And) else operator.or_
    return balanced(builder.expressions(operands(node, type(node))), join)


@built_by(exp.DPipe, args="this expression safe")
def _appended(builder: Builder, node: exp.DPipe) -> pl.Expr:
    return pl.concat_str(builder.expressions(operands(node, exp.DPipe)))


_COMPARED: dict[type[exp.Expr], Callable[[Any, Any], pl.Expr]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.NullSafeEQ: lambda one, other: one.eq_missing(other),
    exp.NullSafeNEQ: lambda one, other: one.ne_missing(other),
}
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)


@built_by(*_COMPARED, args="this expression")
def _compared(builder: Builder, node: exp.Binary) -> pl.Expr:
    left, right = node.this, node.expression
    if isinstance(node, exp.NEQ) and isinstance(left, exp.Column):
        builder.unequal.append(left.name)
    one, other = builder.two_sides(node)
    if isinstance(node, _ORDERED):
        if _is_severity(left) and _is_text(right):
            one, other = _ranked(), _severity(builder, right)
        elif _is_severity(right) and _is_text(left):
            one, other = _severity(builder, left), _ranked()
    return _COMPARED[type(node)](one, other)


@built_by(exp.Between, args="this low high")
def _between(builder: Builder, node: exp.Between) -> pl.Expr:
    low, high = node.args["low"], node.args["high"]
    value, least, most = builder.expressions((node.this, low, high))
    if _is_severity(node.this) and _is_text(low) and _is_text(high):
        value, least, most = _ranked(), _severity(builder, low), _severity(builder, high)
    return value.is_between(least, most)


def _ranked() -> pl.Expr:
    return pl.col(_SEVERITY).cast(pl.Enum(_RANKS))


def _is_severity(node: exp.Expr) -> bool:
    return isinstance(_bare(node), exp.Column) and _bare(node).name == _SEVERITY


def _is_text(node: exp.Expr) -> bool:
    return isinstance(_bare(node), exp.Literal) and bool(_bare(node).is_string)


def _severity(builder: Builder, node: exp.Expr) -> pl.Expr:
    text = builder.words(node)
    if text not in _RANKS:
        raise builder.wrong(node, f"{clip(text, SHOWN)!r} is no severity", f"The worst last: {', '.join(_RANKS)}")
    return pl.lit(text, dtype=pl.Enum(_RANKS))


@built_by(exp.Is, args="this expression negate")
def _is(builder: Builder, node: exp.Is) -> pl.Expr:
    value, negated, wanted = builder.expression(node.this), node.args.get("negate"), _bare(node.expression)
    if isinstance(wanted, exp.Null):
        return value.is_not_null() if negated else value.is_null()
    if not isinstance(wanted, exp.Boolean):
        raise builder.wrong(node, "IS is followed by NULL, TRUE or FALSE here", "Compare by = instead")
    found = value == pl.lit(bool(wanted.this))
    return ~found if negated else found


@built_by(exp.In, args="this expressions")
def _in(builder: Builder, node: exp.In) -> pl.Expr:
    value, items = builder.expression(node.this), node.expressions
    texts = builder.texts(items)
    if texts is not None:
        return value.is_in(texts)
    return balanced(
        [value == item for item in builder.expressions(items)], operator.or_
    )  # `is_in` wants the very same type


@built_by(exp.Case, args="this ifs default")
def _case(builder: Builder, node: exp.Case) -> pl.Expr:
    if len(node.args["ifs"]) > _CHAIN:
        raise builder.wrong(node, f"CASE has at most {_CHAIN} branches", "Take some of them away")
    subject = node.this and builder.copied_expression(node.this, len(node.args["ifs"]))
    chosen: Any = pl
    for each in node.args["ifs"]:
        test = builder.expression(each.this)
        chosen = chosen.when(test if subject is None else subject == test).then(builder.expression(each.args["true"]))
    default = node.args.get("default")
    otherwise: pl.Expr = chosen.otherwise(builder.expression(default) if default else None)
    return otherwise
