"""What gets trained on: one rule, visible and editable, how many records each part of it takes away, and what a split
needs to know of the rest.
"""

import msgspec
import numpy as np
import polars as pl

from core.config import Split
from core.data import filter  # noqa: A004 - the filter of the filter bar
from core.data.facts import KNOWN
from core.data.view import View
from core.errors import UsageError
from core.formatting import split
from core.formatting.split import Member
from core.workspace import Workspace

_AT_ONCE = 50_000  # rows whose questions are held as columns
_REMEDY = "Write one like: flag IS NULL OR flag = 'keep'"


class Selection(msgspec.Struct, frozen=True):
    """Which records the rule takes, and why it leaves the others.

    Attributes:
        rows: Numbers of the rows that train, validate or test.
        excluded: How many each reason leaves out, the first reason of a record counting.
    """

    rows: list[int]
    excluded: dict[str, int]


def select(workspace: Workspace, view: View) -> Selection:
    """Applies the rule: no errors, then the project's `include:`.

    Raises:
        UsageError: `include:` is not a valid condition.
    """
    include = workspace.config.data.include.strip()
    query = view.understood(include)
    if query is not None and query.kind != "sql":
        why = f"it says {include!r}"
        raise UsageError("`data.include` in outcrop.yaml is not a condition", why=why, todo=_REMEDY)
    frame = view.frame(("severity", "issue", "flag"))
    included = pl.lit(value=True) if query is None else pl.col("row").is_in(pl.Series(view.matching(query)).implode())
    chosen = frame.with_columns(
        pl.when(pl.col("severity") == "error")
        .then(pl.concat_str(pl.lit("error: "), pl.col("issue")))
        .when(~included)
        .then(pl.when(pl.col("flag").is_null()).then(pl.lit("include")).otherwise("flag: " + pl.col("flag")))
        .alias("reason")
    )
    counts = chosen.filter(pl.col("reason").is_not_null())["reason"].value_counts(sort=True)
    rows: list[int] = chosen.filter(pl.col("reason").is_null())["row"].to_list()
    return Selection(rows, dict(counts.iter_rows()))


def check_include(text: str) -> None:
    """Holds a rule to the facts that every dataset has.

    Raises:
        UsageError: It is not a valid condition.
    """
    known = (*KNOWN, *filter.DECIDED, *filter.TEXTS, "type", "source", "scale", "order", "file", "derivation")
    query = filter.parse(text, known) if text.strip() else None
    if query is not None and query.kind != "sql":
        raise UsageError("The rule is not a condition", todo=_REMEDY)


def members_of(view: View, rows: list[int], plan: Split) -> list[Member]:
    """What a split needs to know of the selected rows.

    Raises:
        UsageError: The split goes by a fact that the records do not have.
    """
    strata = _facts(view, rows, plan.stratify)
    units = _facts(view, rows, "" if plan.by in (*split.BY_GROUP, "row") else plan.by)
    asked = () if plan.by in split.BY_GROUP else ("question",)  # where no table leaks, no question about one does
    found = []
    known: dict[str, str] = {}  # one text for each table, however many records are about it
    for start in range(0, len(rows), _AT_ONCE):
        frame = view.frame(("id", "group", *asked), np.array(rows[start : start + _AT_ONCE], dtype=np.int64))
        texts = frame.select("id", "group", *asked).iter_rows()
        for place, (identity, group, *question) in enumerate(texts, start):
            together = known.setdefault(group, group) if group else identity
            found.append(Member(identity, together, "".join(question), strata[place], units[place]))
    return found


def _facts(view: View, rows: list[int], name: str) -> list[str]:
    """A fact of some rows as text; empty texts where no fact is named."""
    if not name:
        return [""] * len(rows)
    if name not in view.columns():
        raise UsageError(
            f"The records have no fact named {name!r}",
            todo=f"Split by table or row, or one of {', '.join(view.columns())}",
        )
    values = view.frame((name,), np.array(rows, dtype=np.int64))[name].to_list()
    return ["" if value is None else str(value) for value in values]
