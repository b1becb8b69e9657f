"""What gets trained on: one rule, visible and editable, how many records each part of it takes away, and what a split
needs to know of the rest.
"""

from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from core.config import Config, Split
from core.data import contexts, issues
from core.data.checks.row_keys import RowNumbers
from core.data.include import understood
from core.data.view import View
from core.errors import UsageError
from core.formatting import split
from core.formatting.remembered import Integers
from core.formatting.split import Members
from core.records import tables
from core.records.record import text_hash
from core.text import count

_AT_ONCE = 50_000  # rows whose questions are held as columns
_IN_WORDS = 200_000  # rows whose findings are held in words
_ANOTHER_TEMPLATE = "Choose another template in `format.template` of outcrop.yaml: `outcrop format list` has them"
_INCLUDE, _BY_FLAG = "include", "flag: "
_LEAVING = ("reject", "fix")  # flags that may be why a record is left out


class TrainingSelection(msgspec.Struct, frozen=True):
    """Which records the rule takes, and why it leaves the others.

    Attributes:
        rows: Numbers of the rows that train, validate or test, rising.
        excluded: How many each reason leaves out, the first reason of a record counting.
    """

    rows: RowNumbers
    excluded: dict[str, int]


def select(config: Config, folder: Path, view: View) -> TrainingSelection:
    """Applies the rule: no errors, then the project's `include:`.

    Raises:
        UsageError: `include:` is refused; says where it stands and what to write.
    """
    query = understood(folder, config.data.include, view)
    every = np.arange(view.facts.count, dtype=np.int64)
    included = np.ones(len(every), dtype=bool) if query is None else np.isin(every, view.matching(query))
    taken, excluded, flags = [np.empty(0, dtype=np.int64)], Counter[str](), set[str]()
    for start in range(0, len(every), _IN_WORDS):
        rows = every[start : start + _IN_WORDS]
        found = _reasons(view, rows, included[rows])
        reasons, trains = found["reason"], found["reason"].is_null()
        taken.append(rows[trains.to_numpy()])
        excluded.update(dict(reasons.drop_nulls().value_counts().iter_rows()))
        flags.update(found["flag"].filter(trains).drop_nulls().unique())
    for flag in flags:  # the rule does take it, so something else in the rule is why
        excluded[_INCLUDE] += excluded.pop(_BY_FLAG + flag, 0)
    return TrainingSelection(np.concatenate(taken), {reason: many for reason, many in excluded.most_common() if many})


def _reasons(view: View, rows: RowNumbers, included: Integers) -> pl.DataFrame:
    """Each row's flag, and the reason why it is left out, or null; a flag to keep is none."""
    reason = (
        pl.when(pl.col("severity") == "error")
        .then(pl.concat_str(pl.lit("error: "), pl.col("issue")))
        .when(~pl.lit(pl.Series(included)))
        .then(
            pl.when(pl.col("flag").is_in(_LEAVING))
            .then(pl.lit(_BY_FLAG) + pl.col("flag"))
            .otherwise(pl.lit(_INCLUDE))
        )
    )
    return view.frame(("severity", "issue", "flag"), rows).select("flag", reason.alias("reason"))


def nothing_left(view: View, selection: TrainingSelection) -> UsageError:
    """That no record trains: what left them out, one of them with its reason, and what would leave some in.

    Args:
        view: The project's records.
        selection: An empty one.
    """
    excluded = selection.excluded
    why = ", ".join(f"{reason} {count(many)}" for reason, many in excluded.items())
    kind, _, rule = next(iter(excluded), "").partition(": ")
    if kind != "error":
        todo = "Loosen `data.include` in outcrop.yaml"
        return UsageError("The rule leaves no record to train on", why=why and f"left out: {why}", todo=todo)
    row = int(view.facts.rows_by_finding()[rule, "error"][0])
    said = issues.reason(view.dataset, view.facts, row, rule, "error")
    remedy = _ANOTHER_TEMPLATE if rule == "unrendered" else f"`outcrop check {view.dataset.path}` lists them all"
    return UsageError(
        "No record is left to train on", why=f"left out: {why}; line {count(row + 1)}: {said}", todo=remedy
    )


def members_of(view: View, rows: RowNumbers, plan: Split) -> Members:
    """What a split needs to know of the selected rows.

    Raises:
        UsageError: The split goes by a fact that the records do not have.
    """
    facts = view.facts
    groups = facts.hashes("group", rows) if contexts.named(view.dataset) else facts.contexts(rows)
    return Members(
        facts.hashes("id", rows),
        facts.ids.copies(rows),
        groups,
        _questions(view, rows, groups, needed=plan.by not in split.BY_GROUP),
        _ranked(view, rows, plan.stratify),
        _hashed(view, rows, "" if plan.by in (*split.BY_GROUP, "row") else plan.by),
    )


def table_formats(view: View, rows: RowNumbers, chosen: tables.TableFormat) -> str:
    """In which formats the tables of some rows are written: what their imports have fixed, else the chosen one.

    Several are joined, the chosen one first where any record goes by it.
    """
    if "table_format" not in view.facts.names:
        return chosen
    fixed = set(view.frame(("table_format",), rows)["table_format"].unique().to_list())
    found = [each for each in tables.FORMATS if each in fixed]
    return ", ".join(dict.fromkeys(found if found and fixed <= {*found} else [chosen, *found]))


def _questions(view: View, rows: RowNumbers, groups: Integers, *, needed: bool) -> Integers:
    """What is asked of a table, whatever format that is written in; of a record without one, all that is asked.

    Where no table leaks, no question about one does: those are then not `needed`, and not read.
    """
    found: Integers = view.facts.hashes("prompt", rows)
    about = np.flatnonzero(groups)
    if not needed:
        found[about] = 0
        return found
    for start in range(0, len(about), _AT_ONCE):
        places = about[start : start + _AT_ONCE]
        asked = view.frame(("question",), rows[places])["question"].to_list()
        found[places] = [text_hash(text or "") for text in asked]
    return found


def _ranked(view: View, rows: RowNumbers, name: str) -> Integers:
    """A fact of some rows as its place among the different ones, from 1; 0 for none, and where no fact is named."""
    if not name:
        return np.zeros(len(rows), dtype=np.uint32)
    ranks: Integers = _fact(view, rows, name).rank("dense").fill_null(0).cast(pl.UInt32).to_numpy()
    return ranks


def _hashed(view: View, rows: RowNumbers, name: str) -> Integers:
    """A fact of some rows, hashed; 0 for none, and where no fact is named."""
    if not name:
        return np.zeros(len(rows), dtype=np.uint64)
    values = _fact(view, rows, name)
    hashes = {value: text_hash(value or "") for value in values.unique()}
    return np.array([hashes[value] for value in values], dtype=np.uint64)


def _fact(view: View, rows: RowNumbers, name: str) -> pl.Series:
    if name not in view.columns():
        raise UsageError(
            f"The records have no fact named {name!r}",
            todo=f"Split by table or row, or one of {', '.join(view.columns())}",
        )
    return view.frame((name,), rows)[name].cast(pl.String)
