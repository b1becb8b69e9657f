"""Decisions as a file that goes into git, and back: nobody's are lost; where two differ both are in the journal."""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import msgspec

from core.clock import from_iso, iso
from core.data.decisions import FLAGS, Decision, DecisionKind, enter
from core.errors import InputError, Where
from core.files import unreadable
from core.outputs import replacing
from core.store import Store

_BY_US = "Export it again with `outcrop flags export`"


class SharedDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One decision that holds, as the file writes it; sorted by record, so that two versions merge line by line."""

    record: str
    kind: DecisionKind
    value: str
    who: str
    at: str
    content: str

    @property
    def about(self) -> tuple[str, str]:
        """What is decided."""
        return self.record, self.kind

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from every other decision."""
        return self.record, self.kind, self.value, self.who, self.at


class Conflict(msgspec.Struct, frozen=True):
    """A record that two people decided about differently."""

    record: str
    kind: str
    ours: str
    our_reviewer: str
    theirs: str
    their_reviewer: str


class SharedImport(msgspec.Struct, frozen=True):
    """What an import did.

    Attributes:
        added: Decisions that were new.
        same: Those that were here before, and do not differ from what holds.
        conflicts: Those that differ from what holds, new or not; with `theirs`, from what held until now.
        records: The records that the file decides about.
    """

    added: int
    same: int
    conflicts: tuple[Conflict, ...]
    records: frozenset[str]


def write(store: Store, path: Path) -> int:
    """Writes the decisions that hold; returns how many.

    Raises:
        InputError: The file cannot be written.
    """
    lines = written(store)
    with replacing(path) as file:
        file.writelines(lines)
    return len(lines)


def written(store: Store) -> list[bytes]:
    """The lines of that file."""
    return [msgspec.json.encode(line) + b"\n" for line in sorted(_holding(store), key=lambda line: line.about)]


def read(store: Store, path: Path, now: datetime, *, theirs: bool = False) -> SharedImport:
    """Brings in decisions that somebody else wrote.

    What differs from a decision of ours is entered in the journal, and ours again after it, so that ours holds and
    theirs can be seen there and counts for the agreement of reviewers; with `theirs`, theirs holds. A conflict that
    stands is found again each time. Where somebody has changed their own mind since, the file is only older.

    Args:
        store: The project's.
        path: A file that `write` made.
        now: When they come into this journal.
        theirs: Where two differ, the file's decision holds.

    Raises:
        InputError: The file cannot be read, or a line is not a decision; says which. Nothing is brought in then.
    """
    lines = _lines(path)
    with store.transaction():
        ours = {line.about: line for line in _holding(store)}
        known = _known(store)
        new = [line for line in lines if line.key not in known]
        differing = [line for line in lines if _differs(line, ours.get(line.about), known)]
        _enter(store, new, now)
        last = {line.about: line for line in lines}
        if theirs:
            held = {line.about: last[line.about] for line in differing if last[line.about].key in known}
        else:
            held = {line.about: ours[line.about] for line in differing if line.key not in known}
        _enter(store, list(held.values()), now)
    conflicts = tuple(_conflict(line, ours[line.about]) for line in differing)
    added = sum(line not in differing for line in new)
    records = frozenset(line.record for line in lines)
    return SharedImport(added, len(lines) - added - len(conflicts), conflicts, records)


def _differs(line: SharedDecision, mine: SharedDecision | None, known: set[tuple[str, ...]]) -> bool:
    """Whether a line says something else than what holds; not where its author decided anew since it was written."""
    if mine is None or line.value == mine.value:
        return False
    return not (line.key in known and line.who == mine.who and line.at < mine.at)


def _holding(store: Store) -> list[SharedDecision]:
    rows = store.rows("SELECT * FROM decisions_held WHERE value IS NOT NULL")
    return [
        SharedDecision(row["record"], row["kind"], row["value"], row["who"], row["at"], row["content"])
        for row in rows
    ]


def _known(store: Store) -> set[tuple[str, ...]]:
    rows = store.rows("SELECT DISTINCT record, kind, value, who, at FROM decisions")
    return {(row["record"], row["kind"], row["value"], row["who"], row["at"]) for row in rows}


def _enter(store: Store, lines: list[SharedDecision], now: datetime) -> None:
    if lines:
        every = (Decision(each.record, each.kind, each.value, each.who, each.at, each.content) for each in lines)
        enter(store, every, now)


def _conflict(line: SharedDecision, mine: SharedDecision) -> Conflict:
    return Conflict(line.record, line.kind, mine.value, mine.who, line.value, line.who)


def _lines(path: Path) -> list[SharedDecision]:
    try:
        raw = path.read_bytes().splitlines()
    except OSError as error:
        raise unreadable(path, error) from error
    found = []
    for number, text in enumerate(raw, 1):
        if not text.strip():
            continue
        try:
            found.append(_line(text))
        except (msgspec.MsgspecError, ValueError) as error:
            why, _, field = str(error).partition(" - at ")
            where = Where(str(path), number, field.strip("`").removeprefix("$."))
            raise InputError("This line is not a decision", why=why, todo=_BY_US, where=where) from error
    return found


def _line(text: bytes) -> SharedDecision:
    line = msgspec.json.decode(text, type=SharedDecision)
    if line.kind == "flag" and line.value not in FLAGS:
        raise ValueError(f"{line.value!r} is no flag; one is {', '.join(FLAGS)} - at `$.value`")
    try:
        return msgspec.structs.replace(line, at=iso(from_iso(line.at)))
    except ValueError as error:
        raise ValueError(f"{error} - at `$.at`") from error


def by_reviewer(store: Store, records: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """Everybody's own flags: the newest of each person for each record, whoever's holds now.

    Args:
        store: The project's.
        records: Only of these.
    """
    only = "" if records is None else " AND record IN (SELECT value FROM json_each(?))"
    rows = store.rows(
        "SELECT who, record, value FROM decisions WHERE id IN (SELECT MAX(id) FROM decisions"  # noqa: S608 - our words
        f" WHERE undone IS NULL AND kind = 'flag'{only} GROUP BY who, record)",
        () if records is None else (json.dumps([*records]),),
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["value"] is not None:
            found.setdefault(row["who"], {})[row["record"]] = row["value"]
    return found
