"""Which examples to look at: by a condition as in the Data tab's filter bar, or by words."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from core.errors import UsageError
from core.evaluation.comparison import Example

WRONG = 50.0  # points of F1 below which an answer shares less with the truth than not
COLUMNS = ("change", "base_f1", "tuned_f1", "type", "group", "id", "question", "truth", "base", "tuned", "prompt")
OUTCOMES: dict[str, str] = {  # what one mostly wants to see, as the filter bar says it
    "all": "",
    "losses": "change < 0",
    "wins": "change > 0",
    "both wrong": f"base_f1 < {WRONG:g} AND tuned_f1 < {WRONG:g}",
}


class Selected(msgspec.Struct, frozen=True):
    """What a filter leaves.

    Attributes:
        kind: How the filter was understood; empty where there is none.
        examples: What changed most first, losses before gains.
    """

    kind: Literal["", "sql", "text"]
    examples: tuple[Example, ...]


def select(examples: Sequence[Example], text: str) -> Selected:
    """Filters examples, keeping their order.

    Args:
        examples: Of a comparison.
        text: An SQL condition over `COLUMNS`, or words that an example's texts hold; in any case, unless a capital is
            among them.

    Raises:
        UsageError: It looks like SQL but is not a valid condition.
    """
    import polars as pl

    from core.data import filter  # noqa: A004 - the filter of the filter bar
    from core.data.search import exact

    query = filter.parse(text, COLUMNS)
    if query is None:
        return Selected("", tuple(examples))
    if query.kind == "text":
        as_typed = exact(query.text)
        texts = ((each, _texts(each)) for each in examples)
        found = tuple(each for each, said in texts if query.text in (said if as_typed else said.lower()))
        return Selected("text", found)
    frame = pl.DataFrame([_row(each) for each in examples], schema=_SCHEMA, orient="row")
    try:
        kept = frame.with_row_index("place").filter(pl.sql_expr(query.text))["place"]
    except pl.exceptions.PolarsError as error:
        raise UsageError("This filter does not fit the columns", why=str(error).splitlines()[0]) from error
    return Selected("sql", tuple(examples[place] for place in kept))


_SCHEMA = {name: float if name in ("change", "base_f1", "tuned_f1") else str for name in COLUMNS}


def _row(example: Example) -> tuple[object, ...]:
    return tuple(getattr(example, "kind" if name == "type" else name) for name in COLUMNS)


def _texts(example: Example) -> str:
    return "\n".join((example.question, example.truth, example.base, example.tuned, example.prompt))
