"""The journal of decisions: an action a line, however many records it decided about, searched by words."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.clock import from_iso
from core.store import SqlValue, Store

SEVERAL = "several"
_MOST = 10_000  # lines at once; words find the others
_TEXT = (
    "folded(record || ' ' || who || ' ' || COALESCE(undone_by, '') || ' ' || kind || ' ' || COALESCE(value, '')"
    " || ' ' || substr(at, 1, 10))"
)


class JournalEntry(msgspec.Struct, frozen=True):
    """One line of the journal: an action, or what it decided about one of its records.

    Attributes:
        batch: The action, which is undone as one.
        at: When.
        who: The reviewer; `SEVERAL` where an import brought in more than one's.
        record: The identity of the record, or of the first of them.
        kind: Flag, note, tag or edit, or `SEVERAL`.
        value: What was decided, None where that took it away; `SEVERAL` where it is not the same for all.
        records: How many it is about.
        undone: When it was undone, all of it; None while any of it holds.
        undone_by: By whom.
    """

    batch: int
    at: datetime
    who: str
    record: str
    kind: str
    value: str | None
    records: int
    undone: datetime | None
    undone_by: str


def actions(store: Store, words: str = "") -> list[JournalEntry]:
    """Everything that was ever decided, newest first, undone or not, an action a line.

    Args:
        store: The project's.
        words: All of them in record, reviewer, kind, value or day of one of the action's decisions.
    """
    matching, wanted = _matching(words)
    which = f"WHERE batch IN (SELECT batch FROM decisions WHERE {matching})" if wanted else ""  # noqa: S608
    return _entries(
        store,
        "SELECT batch, at, record, records, IIF(whole, undone, NULL) AS undone, undone_by,"  # noqa: S608 - our words
        " IIF(one_who, who, ?) AS who, IIF(one_kind, kind, ?) AS kind, IIF(one_value, value, ?) AS value"
        " FROM (SELECT MIN(id) AS first, COUNT(*) AS records, COUNT(undone) = COUNT(*) AS whole,"
        " MIN(who) = MAX(who) AS one_who, MIN(kind) = MAX(kind) AS one_kind,"
        " MIN(value) IS MAX(value) AND COUNT(value) IN (0, COUNT(*)) AS one_value"
        f" FROM decisions {which} GROUP BY batch ORDER BY batch DESC LIMIT ?)"
        " JOIN decisions ON id = first ORDER BY batch DESC",
        (SEVERAL, SEVERAL, SEVERAL, *wanted, _MOST),
    )


def records(store: Store, batch: int, words: str = "") -> list[JournalEntry]:
    """What an action decided, a record a line; as `actions`."""
    matching, wanted = _matching(words)
    return _entries(
        store,
        f"SELECT *, 1 AS records FROM decisions WHERE batch = ? AND {matching} ORDER BY id LIMIT ?",  # noqa: S608
        (batch, *wanted, _MOST),
    )


def _matching(words: str) -> tuple[str, list[str]]:
    """A condition that holds where all words are in a decision, and its values."""
    wanted = words.lower().split()
    return " AND ".join([f"instr({_TEXT}, ?)"] * len(wanted)) or "TRUE", wanted


def _entries(store: Store, sql: str, values: Sequence[SqlValue]) -> list[JournalEntry]:
    return [
        JournalEntry(
            row["batch"],
            from_iso(row["at"]),
            row["who"],
            row["record"],
            row["kind"],
            row["value"],
            row["records"],
            from_iso(row["undone"]) if row["undone"] else None,
            row["undone_by"] or "",
        )
        for row in store.rows(sql, values)
    ]
