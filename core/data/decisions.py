"""What a person decided about records: a journal, written at once, each entry undoable, none ever lost."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from core.clock import iso
from core.store import Store

Kind = Literal["flag", "note", "tag", "edit"]
Flag = Literal["keep", "reject", "fix"]
_CONTENT = {"flag": "content", "edit": "edited_from"}  # which hash a decision of a kind brings along
_BY = "? IN ('', who)"
_HOLDS = (None, None)  # undone by nobody
FLAGS: tuple[Flag, ...] = ("keep", "reject", "fix")


class Subject(msgspec.Struct, frozen=True):
    """What a decision is about: a record's identity, and a hash of what was judged."""

    id: str
    content: str


class Decided(msgspec.Struct, frozen=True):
    """What holds for one record now.

    Attributes:
        flag: Keep, reject or fix.
        note: A note.
        tag: A tag.
        edit: The line that takes the record's place.
        content: A hash of the line that was flagged.
        edited_from: A hash of the line that was edited.
    """

    flag: Flag | None = None
    note: str = ""
    tag: str = ""
    edit: str = ""
    content: str = ""
    edited_from: str = ""


class Change(msgspec.Struct, frozen=True):
    """What an undo or a redo did: how many decisions of what kind."""

    kind: str
    records: tuple[str, ...]
    undone: bool


def content_hash(raw: bytes) -> str:
    """A hash of what is judged, so that a decision goes stale when it changes."""
    return hashlib.sha256(raw).hexdigest()[:16]


def decide(
    store: Store, subjects: Sequence[Subject], kind: Kind, value: str | None, *, who: str, now: datetime
) -> int:
    """Writes one decision about one or many records, in one transaction.

    Args:
        store: The project's.
        subjects: What is decided about; all in one batch, which is undone as one.
        kind: What is decided.
        value: The flag, note, tag or edited text; None takes it away.
        who: The reviewer.
        now: When.

    Returns:
        The batch.
    """
    return decide_each(store, [(subject, value) for subject in subjects], kind, who=who, now=now)


def decide_each(
    store: Store, decided: Sequence[tuple[Subject, str | None]], kind: Kind, *, who: str, now: datetime
) -> int:
    """The same with a value of its own for each record."""
    moment = iso(now)
    with store.transaction():
        last = store.row("SELECT COALESCE(MAX(batch), 0) AS batch FROM decisions")
        batch = int(last["batch"]) + 1 if last else 1
        store.write_many(
            "INSERT INTO decisions (batch, at, who, record, content, kind, value) VALUES (?,?,?,?,?,?,?)",
            [(batch, moment, who, subject.id, subject.content, kind, value) for subject, value in decided],
        )
    return batch


def undo(store: Store, now: datetime, who: str = "") -> Change | None:
    """Takes back the newest batch that still holds; None when there is nothing left.

    Args:
        store: The project's.
        now: When.
        who: Takes it back, and only what this reviewer decided; empty for anybody's.
    """
    return _mark(store, "MAX(batch)", f"undone IS NULL AND {_BY}", (iso(now), who), of=who)


def redo(store: Store, who: str = "") -> Change | None:
    """Brings back the batch that was undone last, unless something newer was decided since.

    Args:
        store: The project's.
        who: As for `undo`.
    """
    with store.transaction():
        last = store.row(
            "SELECT COALESCE(MAX(CASE WHEN undone IS NULL THEN batch END), 0) AS held, MAX(at) AS decided,"  # noqa: S608
            f" MAX(undone) AS undone FROM decisions WHERE {_BY}",
            (who,),
        )
        if last is None or last["undone"] is None or last["undone"] < last["decided"]:
            return None
        condition = f"undone = '{last['undone']}' AND batch > {int(last['held'])} AND {_BY}"
        return _mark(store, "MIN(batch)", condition, _HOLDS, of=who)


def turn(store: Store, batch: int, now: datetime, who: str) -> Change | None:
    """Takes back one batch of the journal, whoever's, or brings it back where it was undone; None where none is such.

    Args:
        store: The project's.
        batch: Which.
        now: When.
        who: Takes it back.
    """
    with store.transaction():
        row = store.row("SELECT COUNT(*) = COUNT(undone) AS whole FROM decisions WHERE batch = ?", (batch,))
        undone = _HOLDS if row and row["whole"] else (iso(now), who)
        return _mark(store, "MAX(batch)", f"batch = {int(batch)} AND {_BY}", undone)


def current(store: Store) -> dict[str, Decided]:
    """What holds now, by record: for each kind the newest decision that was not undone."""
    rows = store.rows(
        "SELECT record, kind, value, content FROM decisions WHERE id IN"
        " (SELECT MAX(id) FROM decisions WHERE undone IS NULL GROUP BY record, kind)"
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["value"] is not None:
            held = found.setdefault(row["record"], {})
            held[row["kind"]] = row["value"]
            if row["kind"] in _CONTENT:
                held[_CONTENT[row["kind"]]] = row["content"]
    return {record: msgspec.convert(held, Decided) for record, held in found.items()}


def edits(store: Store) -> dict[str, list[str]]:
    """Every line that ever took a record's place, by record, the newest first, undone or not."""
    found: dict[str, list[str]] = {}
    for row in store.rows("SELECT record, value FROM decisions WHERE kind = 'edit' AND value <> '' ORDER BY id DESC"):
        found.setdefault(row["record"], []).append(row["value"])
    return found


def count(store: Store) -> int:
    """How many records have a flag that holds."""
    row = store.row(
        "SELECT COUNT(*) AS n FROM decisions WHERE kind = 'flag' AND value IS NOT NULL AND id IN"
        " (SELECT MAX(id) FROM decisions WHERE undone IS NULL GROUP BY record, kind)"
    )
    return int(row["n"]) if row else 0


def _mark(
    store: Store, which: str, condition: str, undone: tuple[str | None, str | None], of: str = ""
) -> Change | None:
    """Says of a batch when and by whom it was undone; where several decided in one, only of what one of them did."""
    with store.transaction():
        row = store.row(
            f"SELECT {which} AS batch FROM decisions WHERE {condition}",  # noqa: S608 - our own words
            (of,),
        )
        if row is None or row["batch"] is None:
            return None
        chosen, of_it = (row["batch"], of), f"batch = ? AND {_BY}"
        rows = store.rows(f"SELECT record, kind FROM decisions WHERE {of_it}", chosen)  # noqa: S608
        store.write(f"UPDATE decisions SET undone = ?, undone_by = ? WHERE {of_it}", (*undone, *chosen))  # noqa: S608
    return Change(rows[0]["kind"], tuple(each["record"] for each in rows), undone != _HOLDS)
