"""The filter bar: one SQL expression over known columns filters, anything else searches the text.

`pl.sql_expr` takes an expression, not a query; what it would still let through (subqueries reach files) is refused by
words. A leading quote forces a text search.
"""

import difflib
import functools
import json
import operator
import re
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import polars as pl

from core.data import severity
from core.data.rows import DECIDED as DECIDED
from core.data.rows import TEXTS as TEXTS
from core.data.search import exact
from core.errors import TypedError
from core.text import clip

_FORBIDDEN = re.compile(  # what begins a query, and what quotes or comments in a way that `_masked` does not see
    r"\b(?:select|exists|over|from|union|with)\b|;|--|/\*|\$|`|\b(?:[ebnqrx]|u&)'", re.IGNORECASE
)
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")  # a text, or a column's name
_LOOKS_LIKE_SQL = re.compile(r"[=<>]|\b(is|like|ilike|in|between|and|or|not|rlike)\b|~", re.IGNORECASE)
_TOKEN = re.compile(r"""'(?:[^']|'')*'?|"[^"]*"?|\w+|[<>=!~]+|\S""")
_A = {"issue": "an"}
_ENDS = ("", "1", "NULL", "'a'", "(1)", "1 AND 1", "AND 1", "LIKE 'a'")  # what may complete a condition
_SHOWN = 30  # characters of a word that has no place
_KEYWORDS = frozenset({"and", "or", "not", "is", "in", "like", "ilike", "between", "null"})
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Query(msgspec.Struct, frozen=True):
    """What a filter's text means.

    Attributes:
        kind: `sql` or `text`.
        text: The condition, or the words to find.
    """

    kind: Literal["sql", "text"]
    text: str


def parse(text: str, columns: tuple[str, ...], *, words: bool = True) -> Query | None:
    """Decides what a filter's text means.

    Args:
        text: As typed; empty for no filter.
        columns: The names that an expression may use.
        words: Whether text that reads as no condition is searched for. Else only what begins with a quote is, and all
            other text is held to be a condition.

    Raises:
        UsageError: It looks like SQL but is not valid, or names a column that does not exist; says what was meant.
    """
    text = text.strip()
    if not text:
        return None
    if (text.startswith("'") and not _QUOTED.match(text)) or (words and not _reads_as_condition(text, columns)):
        return Query("text", text.removeprefix("'"))
    _check(text, columns)
    return Query("sql", text)


def _reads_as_condition(text: str, columns: tuple[str, ...]) -> bool:
    """Whether there is something to compare, and a column, or what is almost one."""
    bare = _masked(text, "'")
    if not _LOOKS_LIKE_SQL.search(bare):
        return False
    return any(word.lower() in columns for word in _WORD.findall(bare)) or _nearest(text, columns) is not None


def condition(query: Query) -> pl.Expr:
    """An SQL query as an expression. Stays within `core.data`.

    Raises:
        UsageError: It compares a severity with what is none.
    """
    return severity.by_rank(pl.sql_expr(query.text))


def apart(query: Query) -> tuple[pl.Expr | None, pl.Expr | None]:
    """A condition as what facts alone decide and what needs the rows' texts. Stays within `core.data`."""
    facts: list[pl.Expr] = []
    texts: list[pl.Expr] = []
    for part in _conjuncts(json.loads(condition(query).meta.serialize(format="json"))):
        expression = pl.Expr.deserialize(json.dumps(part).encode(), format="json")
        (texts if set(expression.meta.root_names()) & set(TEXTS) else facts).append(expression)
    return _all(facts), _all(texts)


def _all(expressions: list[pl.Expr]) -> pl.Expr | None:
    return functools.reduce(operator.and_, expressions) if expressions else None


def _conjuncts(node: Any) -> list[Any]:
    """The conditions that an expression's tree joins by AND at its top."""
    binary = node.get("BinaryExpr") if isinstance(node, dict) else None
    if binary and binary["op"] == "And":
        return [*_conjuncts(binary["left"]), *_conjuncts(binary["right"])]
    return [node]


def hint(query: Query) -> str:
    """What to know about a query: `<>` leaves out rows without a value, and capitals in a search count."""
    if query.kind == "text":
        return "capitals as typed" if exact(query.text) else ""
    found = re.search(r"\b(flag|note|tag|verdict|disputed|split|issue|severity)\s*(?:<>|!=)", query.text)
    if found is None:
        return ""
    name = found.group(1)
    return f"rows without {_A.get(name, 'a')} {name} are left out: add OR {name} IS NULL"


def _check(text: str, columns: tuple[str, ...]) -> None:
    forbidden = _FORBIDDEN.search(_masked(text, "'\""))
    if forbidden:
        raise TypedError(
            f"A filter is one condition, without {forbidden[0].upper()}",
            todo=f"Take it away at column {forbidden.start() + 1}",
            text=text,
            at=forbidden.start(),
        )
    try:
        expression = pl.sql_expr(text)
        used = expression.meta.root_names()
    except (pl.exceptions.PolarsError, ValueError) as error:
        at = _mistake(text)
        raise TypedError(
            "This filter is not a valid condition",
            why=_wrong(text, at),
            todo="Write one like: output_tokens > 20 AND flag IS NULL; begin with ' to search for the words",
            text=text,
            at=at,
        ) from error
    for name in used:
        if name not in columns:
            quoted = f'"{name}"' in text
            raise TypedError(
                f"There is no column named {name}, at column {_place(text, name)}",
                why="double quotes name a column, single quotes are text" if quoted else "",
                todo=nearest(name, columns, otherwise=f"Text is written '{name}'; columns"),
                text=text,
                at=_place(text, name) - 1,
            )


def _mistake(text: str) -> int:
    """Where a condition goes wrong, for the parser does not say: behind its longest beginning that has an end."""
    tokens = list(_TOKEN.finditer(text))
    for number in range(len(tokens), 0, -1):
        begun = text[: tokens[number - 1].end()]
        if _has_an_end(begun):
            return tokens[number].start() if number < len(tokens) else len(text)
    return 0


def _wrong(text: str, at: int) -> str:
    """What is wrong there: the parser only says that something is, in words of its own."""
    found = _TOKEN.match(text, at)
    if found is None:
        closing = _closing(text)
        if closing and _is_condition(text + closing):
            return f"{closing} is missing at its end"
        *_, last = _TOKEN.finditer(text)
        return f"something is missing behind {clip(last[0], _SHOWN)}"
    token = found[0]
    if token[0] in "'\"" and (len(token) == 1 or token[-1] != token[0]):
        return f"the quote at column {at + 1} is not closed"
    return f"{clip(token, _SHOWN)} at column {at + 1} has no place there"


def _closing(text: str) -> str:
    """The brackets that a text opens and does not close."""
    bare = _masked(text, "'\"")
    return ")" * (bare.count("(") - bare.count(")"))


def _has_an_end(begun: str) -> bool:
    return any(_is_condition(f"{begun} {end}{_closing(begun)}") for end in _ENDS)


def _is_condition(text: str) -> bool:
    try:
        names = pl.sql_expr(text).meta.root_names()
    except (pl.exceptions.PolarsError, ValueError):
        return False
    return not any(name.lower() in _KEYWORDS for name in names)  # the parser takes a word out of place for a column


def _masked(text: str, quotes: str) -> str:
    """Blanks what stands between some quotes, so that words are found outside of them and at their place."""

    def blank(found: re.Match[str]) -> str:
        quoted = found[0]
        return quoted[0] + " " * (len(quoted) - 2) + quoted[0] if quoted[0] in quotes else quoted

    return _QUOTED.sub(blank, text)


def nearest(name: str, columns: Sequence[str], *, otherwise: str = "Columns") -> str:
    """What to do about a column that is not there: the one that was meant, else all there are."""
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"{otherwise}: {', '.join(columns)}"


def _place(text: str, name: str) -> int:
    """The column, from 1, at which a name stands outside of texts."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _masked(text, "'"))
    return found.start() + 1 if found else 1


def _nearest(text: str, columns: tuple[str, ...]) -> str | None:
    """A column that the first word of a text almost is."""
    first = _WORD.match(text)
    near = difflib.get_close_matches(first.group(0).lower(), columns, n=1, cutoff=0.75) if first else []
    return near[0] if near else None
