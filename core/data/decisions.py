"""What a person decided about records: a journal, written at once, each entry undoable, none ever lost.

Triggers append every change of the journal to `decision_changes`, so that who knows how far they have read needs only
what came after (`core/data/holding.py`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from core.clock import iso
from core.store import Store

DecisionKind = Literal["flag", "note", "tag", "edit"]
Flag = Literal["keep", "reject", "fix"]
_CONTENT = {"flag": "content", "edit": "edited_from"}  # which hash a decision of a kind brings along
_BY = "? IN ('', who)"
_HELD = "record, kind, value, content FROM decisions_held"
FLAGS: tuple[Flag, ...] = ("keep", "reject", "fix")


class Subject(msgspec.Struct, frozen=True):
    """What a decision is about: a record's identity, and a hash of what was judged."""

    id: str
    content: str


class Decision(msgspec.Struct, frozen=True, gc=False):
    """One entry for the journal.

    Attributes:
        record: The record's identity.
        kind: What is decided.
        value: The flag, note, tag or edited line; None takes it away.
        who: The reviewer.
        at: When it was decided, as the store writes it.
        content: A hash of what was judged.
    """

    record: str
    kind: DecisionKind
    value: str | None
    who: str
    at: str
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


class Held(msgspec.Struct, frozen=True, gc=False):
    """What holds of one kind for one record: the newest decision that was not undone.

    Attributes:
        record: The record's identity.
        kind: Of the decision.
        value: None where nothing holds.
        content: The hash of what was judged.
    """

    record: str
    kind: str
    value: str | None
    content: str

    def over(self, before: Decided) -> Decided:
        """What holds for the record, given what held before."""
        nothing = None if self.kind == "flag" else ""
        changes = {self.kind: nothing if self.value is None else self.value}
        if self.kind in _CONTENT:
            changes[_CONTENT[self.kind]] = "" if self.value is None else self.content
        return msgspec.structs.replace(before, **changes)


class DecisionNews(msgspec.Struct, frozen=True):
    """A stretch of the sequence of changes.

    Attributes:
        after: The number before its first change.
        seq: The number of its last change.
        held: What holds of everything that it changed.
    """

    after: int
    seq: int
    held: tuple[Held, ...]


class Change(msgspec.Struct, frozen=True):
    """What a decision, an undo or a redo did.

    Attributes:
        batch: The action.
        kind: Flag, note, tag or edit.
        records: What it was about.
        undone: Whether it was an undo.
        news: What holds after it.
    """

    batch: int
    kind: str
    records: tuple[str, ...]
    undone: bool
    news: DecisionNews


def content_hash(raw: bytes) -> str:
    """A hash of what is judged, so that a decision goes stale when it changes."""
    return hashlib.sha256(raw).hexdigest()[:16]


def decide(
    store: Store, subjects: Sequence[Subject], kind: DecisionKind, value: str | None, *, who: str, now: datetime
) -> Change:
    """Writes one decision about one or many records, in one transaction.

    Args:
        store: The project's.
        subjects: What is decided about; all in one batch, which is undone as one.
        kind: What is decided.
        value: The flag, note, tag or edited text; None takes it away.
        who: The reviewer.
        now: When.
    """
    return decide_each(store, [(subject, value) for subject in subjects], kind, who=who, now=now)


def decide_each(
    store: Store, decided: Sequence[tuple[Subject, str | None]], kind: DecisionKind, *, who: str, now: datetime
) -> Change:
    """The same with a value of its own for each record."""
    moment = iso(now)
    entries = [Decision(subject.id, kind, value, who, moment, subject.content) for subject, value in decided]
    with store.transaction():
        after = latest(store)
        batch = enter(store, entries, now)
        seq = latest(store)
    held = {each.record: Held(each.record, kind, each.value, each.content) for each in entries}
    return Change(batch, kind, tuple(held), False, DecisionNews(after, seq, tuple(held.values())))


def enter(store: Store, entries: Iterable[Decision], now: datetime) -> int:
    """Appends decisions to the journal as one action, whoever made them and whenever; returns the action's batch.

    Args:
        store: The project's.
        entries: What was decided.
        now: When they came into this journal.
    """
    moment = iso(now)
    with store.transaction():
        last = store.row("SELECT COALESCE(MAX(batch), 0) AS batch FROM decisions")
        batch = int(last["batch"]) + 1 if last else 1
        store.write_many(
            "INSERT INTO decisions (batch, at, who, record, content, kind, value, changed) VALUES (?,?,?,?,?,?,?,?)",
            (
                (batch, each.at, each.who, each.record, each.content, each.kind, each.value, moment)
                for each in entries
            ),
        )
    return batch


def undoable(store: Store, who: str = "") -> int | None:
    """The batch that `undo` would take back."""
    row = store.row(
        f"SELECT batch FROM decisions WHERE undone IS NULL AND {_BY} ORDER BY batch DESC LIMIT 1",  # noqa: S608
        (who,),
    )
    return int(row["batch"]) if row else None


def redoable(store: Store, who: str = "") -> int | None:
    """The batch that `redo` would bring back.

    That is the batch of the newest undo that still stands, unless a decision came after it. The order is that of the
    changes and not that of the clock, which may be set back.
    """
    row = store.row(
        "SELECT batch, state FROM decision_changes JOIN decisions ON id = decision"  # noqa: S608 - our own words
        f" WHERE {_BY} AND (state = 'decided' OR state = 'undone' AND undone IS NOT NULL) ORDER BY seq DESC LIMIT 1",
        (who,),
    )
    return int(row["batch"]) if row and row["state"] == "undone" else None


def size(store: Store, batch: int) -> int:
    """How many decisions a batch has."""
    row = store.row("SELECT COUNT(*) AS n FROM decisions WHERE batch = ?", (batch,))
    return int(row["n"]) if row else 0


def undo(store: Store, now: datetime, who: str = "") -> Change | None:
    """Takes back the newest batch that still holds; None when there is nothing left.

    Args:
        store: The project's.
        now: When.
        who: Takes it back, and only what this reviewer decided; empty for anybody's.
    """
    with store.transaction():
        marked = _mark(store, undoable(store, who), iso(now), by=who, of=who)
    return _change(store, marked)


def redo(store: Store, now: datetime, who: str = "") -> Change | None:
    """Brings back the batch that was undone last, unless something newer was decided since.

    Args:
        store: The project's.
        now: When.
        who: As for `undo`.
    """
    with store.transaction():
        marked = _mark(store, redoable(store, who), iso(now), by=None, of=who)
    return _change(store, marked)


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
        marked = _mark(store, batch, iso(now), by=None if row and row["whole"] else who)
    return _change(store, marked)


def latest(store: Store) -> int:
    """The number of the newest change."""
    row = store.row("SELECT COALESCE(MAX(seq), 0) AS seq FROM decision_changes")
    return int(row["seq"]) if row else 0


def since(store: Store, seq: int, most: int) -> DecisionNews | None:
    """What has changed since a change of the sequence; None where nothing has.

    Args:
        store: The project's.
        seq: The number up to which changes are known.
        most: So many changes at once.
    """
    stop = min(latest(store), seq + most)
    if stop <= seq:
        return None
    between = "FROM decision_changes WHERE seq > ? AND seq <= ?"
    changed = store.rows(f"SELECT DISTINCT record, kind {between}", (seq, stop))
    found = {(row["record"], row["kind"]): Held(row["record"], row["kind"], None, "") for row in changed}
    for row in store.rows(f"SELECT {_HELD} WHERE record IN (SELECT record {between})", (seq, stop)):
        found[row["record"], row["kind"]] = Held(*row)
    return DecisionNews(seq, stop, tuple(found.values()))


def held(store: Store, after: int, most: int) -> tuple[list[Held], int]:
    """Some of all that holds, in the order of the journal, and where to go on.

    Args:
        store: The project's.
        after: Where to go on: 0 at first, then what this returned.
        most: So many at once.
    """
    rows = store.rows(f"SELECT id, {_HELD} WHERE id > ? ORDER BY id LIMIT ?", (after, most))
    return [Held(*row[1:]) for row in rows], rows[-1]["id"] if rows else after


def current(store: Store) -> dict[str, Decided]:
    """What holds now, by record."""
    return _by_record(Held(*row) for row in store.rows(f"SELECT {_HELD}"))


def of_record(store: Store, record: str) -> Decided:
    """What holds now for one record."""
    found = _by_record(Held(*row) for row in store.rows(f"SELECT {_HELD} WHERE record = ?", (record,)))
    return found.get(record, Decided())


def has_edits(store: Store, record: str) -> bool:
    """Whether a record, or one of those that are equal to it, is edited."""
    found = store.row(  # equals are numbered behind a point, and `/` comes after that
        "SELECT 1 FROM decisions_held WHERE record BETWEEN ? AND ? AND kind = 'edit' AND value <> '' LIMIT 1",
        (record, f"{record}/"),
    )
    return found is not None


def _by_record(every: Iterable[Held]) -> dict[str, Decided]:
    found: dict[str, Decided] = {}
    for each in every:
        if each.value is not None:
            found[each.record] = each.over(found.get(each.record, Decided()))
    return found


def edits(store: Store) -> dict[str, list[str]]:
    """Every line that ever took a record's place, by record, the newest first, undone or not."""
    found: dict[str, list[str]] = {}
    for row in store.rows("SELECT record, value FROM decisions WHERE kind = 'edit' AND value <> '' ORDER BY id DESC"):
        found.setdefault(row["record"], []).append(row["value"])
    return found


def count(store: Store) -> int:
    """How many records have a flag that holds."""
    row = store.row("SELECT COUNT(*) AS n FROM decisions_held WHERE kind = 'flag' AND value IS NOT NULL")
    return int(row["n"]) if row else 0


class _Marked(msgspec.Struct):
    """A batch that was undone or done again, and the number of the change before that."""

    batch: int
    kind: str
    records: tuple[str, ...]
    undone: bool
    after: int


def _mark(store: Store, batch: int | None, moment: str, *, by: str | None, of: str = "") -> _Marked | None:
    """Marks a batch as undone or, where that is by nobody, as done again.

    Args:
        store: The project's.
        batch: Which; None where there is none.
        moment: Now.
        by: Who undoes it.
        of: Only what this reviewer decided of it; empty for anybody's.
    """
    its = f"batch = ? AND {_BY}"
    rows = store.rows(f"SELECT record, kind FROM decisions WHERE {its}", (batch, of))  # noqa: S608 - our own words
    if batch is None or not rows:
        return None
    after, undone = latest(store), by is not None
    store.write(
        f"UPDATE decisions SET undone = ?, undone_by = ?, changed = ? WHERE {its}",  # noqa: S608 - our own words
        (moment if undone else None, by, moment, batch, of),
    )
    return _Marked(batch, rows[0]["kind"], tuple(row["record"] for row in rows), undone, after)


def _change(store: Store, marked: _Marked | None) -> Change | None:
    """What holds now of a batch that was marked: read after the transaction, so that nobody waits for it."""
    if marked is None:
        return None
    news = since(store, marked.after, len(marked.records)) or DecisionNews(marked.after, marked.after, ())
    return Change(marked.batch, marked.kind, marked.records, marked.undone, news)
