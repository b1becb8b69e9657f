"""The filter bar: one SQL condition over known columns filters, anything else searches the text.

A leading quote forces a text search.
"""

import difflib
import functools
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from core.config import INCLUDE
from core.data.search import exact
from core.errors import UsageError

_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")  # a text, or a column's name
_LOOKS_LIKE_SQL = re.compile(r"[=<>]|\b(is|like|ilike|in|between|and|or|not|rlike)\b|~", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SAID_OF = frozenset({"flag", "note", "tag", "verdict", "disputed", "split", "issue", "severity"})  # of a few rows
_A = {"issue": "an"}


@dataclass(frozen=True)
class Query:
    """What a filter's text means.

    Attributes:
        kind: `sql` or `text`.
        text: The condition, or the words to find.
        facts: What a condition asks of facts alone, if anything. It stays within `core.data`.
        texts: What it asks beside that, which needs the rows' texts.
        unequal: Columns that it compares by `<>`.
    """

    kind: Literal["sql", "text"]
    text: str
    facts: pl.Expr | None = field(default=None, compare=False, repr=False)
    texts: pl.Expr | None = field(default=None, compare=False, repr=False)
    unequal: tuple[str, ...] = field(default=(), compare=False)


def parse(text: str, columns: tuple[str, ...] | None, *, words: bool = True) -> Query | None:
    """Decides what a filter's text means.

    Args:
        text: As typed; empty for no filter.
        columns: The names that a condition may use; None for any, where `words` is not.
        words: Whether text that reads as no condition is searched for. Else only what begins with a quote is, and all
            other text is held to be a condition.

    Raises:
        TypedError: It looks like a condition and is none, or names a column that does not exist; says where, and what
            was meant.
    """
    text = text.strip()
    if not text:
        return None
    if (text.startswith("'") and not _QUOTED.match(text)) or (words and not _reads_as_condition(text, columns or ())):
        return Query("text", text.removeprefix("'"))
    if text == INCLUDE and (columns is None or "flag" in columns):  # every project's, so it is read without sqlglot
        return Query("sql", text, pl.col("flag").is_null() | (pl.col("flag") == "keep"))
    from core.data.condition import read_condition

    found = read_condition(text, columns)
    return Query("sql", text, found.facts, found.texts, found.unequal)


def _reads_as_condition(text: str, columns: tuple[str, ...]) -> bool:
    """Whether there is something to compare, and a column, or what is almost one."""
    bare = _QUOTED.sub(lambda found: " " if found[0][0] == "'" else found[0], text)
    if not _LOOKS_LIKE_SQL.search(bare):
        return False
    return any(word.lower() in columns for word in _WORD.findall(bare)) or _begins_with_almost(text, columns)


def _begins_with_almost(text: str, columns: tuple[str, ...]) -> bool:
    """Whether the first word is nearly a column's name."""
    first = _WORD.match(text)
    return bool(first and difflib.get_close_matches(first[0].lower(), columns, n=1, cutoff=0.75))


def condition(query: Query) -> pl.Expr:
    """A condition as one expression. Stays within `core.data`."""
    parts = [part for part in (query.facts, query.texts) if part is not None]
    return functools.reduce(operator.and_, parts)


def rows_that_hold(frame: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """The rows of a frame that a condition holds for. Stays within `core.data`.

    Raises:
        UsageError: It compares what cannot be compared, such as numbers with text.
    """
    try:
        holds = frame.select(wanted).to_series()  # to filter by an expression takes seconds for a thousand ANDs
    except pl.exceptions.PolarsError as error:
        raise UsageError(
            "This filter does not fit its columns",
            why=str(error).splitlines()[0],
            todo="Compare numbers with numbers and text with text",
        ) from error
    if holds.dtype != pl.Boolean:
        raise UsageError(
            "This filter does not say which rows to keep",
            why="it gives a value, not true or false",
            todo="Compare it: output_tokens > 20",
        )
    return frame.filter(holds if len(holds) == len(frame) else holds.new_from_index(0, len(frame)))


def matching_places(query: Query, rows: Sequence[tuple[object, ...]], columns: Mapping[str, type]) -> list[int]:
    """The places of the rows that a condition holds for, from 0.

    Args:
        query: A condition over these columns.
        rows: A value for each column.
        columns: Their names and types, such as `float`.

    Raises:
        UsageError: It compares what cannot be compared.
    """
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_row_index("place")
    return rows_that_hold(frame, condition(query))["place"].to_list()


def hint(query: Query) -> str:
    """What to know about a query: `<>` leaves out rows without a value, and capitals in a search count."""
    if query.kind == "text":
        return "capitals as typed" if exact(query.text) else ""
    name = next((name for name in query.unequal if name in _SAID_OF), None)
    return f"rows without {_A.get(name, 'a')} {name} are left out: add OR {name} IS NULL" if name else ""
