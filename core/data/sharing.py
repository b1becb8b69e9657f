"""Decisions as a file that goes into git, and back: nobody's are lost; where two differ both are in the journal."""

from pathlib import Path

import msgspec

from core.clock import from_iso, iso
from core.data import decisions
from core.data.decisions import Entry
from core.errors import InputError, Where
from core.files import replacing, unreadable
from core.store import Store


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One decision that holds, as the file writes it; sorted by record, so that two versions merge line by line."""

    record: str
    kind: str
    value: str
    who: str
    at: str
    content: str


class Conflict(msgspec.Struct, frozen=True):
    """A record that two people decided about differently."""

    record: str
    kind: str
    ours: str
    our_reviewer: str
    theirs: str
    their_reviewer: str


class Imported(msgspec.Struct, frozen=True):
    """What an import did: decisions that were new, those that were the same, and those that differ."""

    added: int
    same: int
    conflicts: tuple[Conflict, ...]


def write(store: Store, path: Path) -> int:
    """Writes the decisions that hold; returns how many.

    Raises:
        InputError: The file cannot be written.
    """
    lines = sorted(_holding(store), key=lambda line: (line.record, line.kind))
    with replacing(path) as file:
        for line in lines:
            file.write(msgspec.json.encode(line) + b"\n")
    return len(lines)


def read(store: Store, path: Path, *, theirs: bool = False) -> Imported:
    """Brings in decisions that somebody else wrote.

    What differs from a decision of ours is entered in the journal, and ours again after it, so that ours holds and
    theirs can be seen there and counts for the agreement of reviewers; with `theirs`, theirs holds.

    Args:
        store: The project's.
        path: A file that `write` made.
        theirs: Where two differ, the file's decision holds.

    Raises:
        InputError: The file cannot be read, or a line is not a decision; says which. Nothing is brought in then.
    """
    lines = _lines(path)
    ours = {(line.record, line.kind): line for line in _holding(store)}
    known = _known(store)
    new = [line for line in lines if _key(line) not in known]
    conflicts = [
        line for line in new if line.value != getattr(ours.get((line.record, line.kind)), "value", line.value)
    ]
    with store.transaction():
        _enter(store, new)
        if not theirs:
            _enter(store, [ours[line.record, line.kind] for line in conflicts])
    return Imported(
        len(new) - len(conflicts), len(lines) - len(new), tuple(_conflict(line, ours) for line in conflicts)
    )


def _holding(store: Store) -> list[Line]:
    rows = store.rows(
        "SELECT * FROM decisions WHERE value IS NOT NULL AND id IN"
        " (SELECT MAX(id) FROM decisions WHERE undone IS NULL GROUP BY record, kind)"
    )
    return [Line(row["record"], row["kind"], row["value"], row["who"], row["at"], row["content"]) for row in rows]


def _known(store: Store) -> set[tuple[str, ...]]:
    rows = store.rows("SELECT DISTINCT record, kind, value, who, at FROM decisions")
    return {(row["record"], row["kind"], row["value"], row["who"], row["at"]) for row in rows}


def _key(line: Line) -> tuple[str, ...]:
    return line.record, line.kind, line.value, line.who, line.at


def _enter(store: Store, lines: list[Line]) -> None:
    if not lines:
        return
    last = store.row("SELECT COALESCE(MAX(batch), 0) AS batch FROM decisions")
    batch = int(last["batch"]) + 1 if last else 1
    store.write_many(
        "INSERT INTO decisions (batch, at, who, record, content, kind, value) VALUES (?,?,?,?,?,?,?)",
        [(batch, line.at, line.who, line.record, line.content, line.kind, line.value) for line in lines],
    )


def _conflict(line: Line, ours: dict[tuple[str, str], Line]) -> Conflict:
    mine = ours[line.record, line.kind]
    return Conflict(line.record, line.kind, mine.value, mine.who, line.value, line.who)


def _lines(path: Path) -> list[Line]:
    try:
        raw = path.read_bytes().splitlines()
    except OSError as error:
        raise unreadable(path, error) from error
    found = []
    for number, text in enumerate(raw, 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
            found.append(msgspec.structs.replace(line, at=iso(from_iso(line.at))))
        except (msgspec.MsgspecError, ValueError) as error:
            raise InputError(
                "This line is not a decision",
                why=str(error),
                todo="Export it again with `outcrop flags export`",
                where=Where(str(path), number),
            ) from error
    return found


def by_reviewer(store: Store, record: str | None = None) -> dict[str, dict[str, str]]:
    """Everybody's own flags: the newest of each person for each record, whoever's holds now.

    Args:
        store: The project's.
        record: Only of this one.
    """
    only = "" if record is None else " AND record = ?"
    rows = store.rows(
        "SELECT who, record, value FROM decisions WHERE id IN (SELECT MAX(id) FROM decisions"  # noqa: S608 - our words
        f" WHERE undone IS NULL AND kind = 'flag'{only} GROUP BY who, record)",
        () if record is None else (record,),
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["value"] is not None:
            found.setdefault(row["who"], {})[row["record"]] = row["value"]
    return found


def history(store: Store, words: str = "", most: int = 10_000) -> list[Entry]:
    """The journal, newest first: the entries that hold some words in record, reviewer, kind or value."""
    wanted = words.lower().split()
    found = []
    for entry in decisions.journal(store):
        text = f"{entry.record} {entry.who} {entry.kind} {entry.value or ''} {entry.at:%Y-%m-%d}".lower()
        if all(word in text for word in wanted):
            found.append(entry)
            if len(found) == most:
                break
    return found
