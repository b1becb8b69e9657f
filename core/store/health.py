"""Whether a store is sound, without making, migrating or changing it."""

import sqlite3
from pathlib import Path

import msgspec

from core.errors import InputError, Where
from core.store.migrations import MIGRATIONS

_BRIEFLY = 0.2  # seconds to wait for another Outcrop that writes


class Health(msgspec.Struct, frozen=True):
    """What a look at a store found.

    Attributes:
        version: Of its schema; 0 where nothing is in it yet.
        newest: The version that this Outcrop makes.
        mode: How SQLite journals it: `wal`, or `truncate` on a network file system.
        busy: Whether another Outcrop is writing just now.
    """

    version: int
    newest: int
    mode: str
    busy: bool


def health(path: Path) -> Health:
    """Reads every page of a store, and sees whether it could be written.

    Raises:
        InputError: It is damaged, no database, or may not be written; says which.
    """
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BRIEFLY, isolation_level=None)
        try:
            return _looked_at(db)
        finally:
            db.close()
    except sqlite3.DatabaseError as error:
        raise InputError(
            "The project's database is not sound",
            why=str(error),
            todo="Check permissions and free space; if it is damaged, put back the newest outcrop.db.v* beside it",
            where=Where(str(path)),
        ) from error


def _looked_at(db: sqlite3.Connection) -> Health:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    mode = str(db.execute("PRAGMA journal_mode").fetchone()[0])
    found = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    try:
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return Health(version, len(MIGRATIONS), mode, busy=True)
    return Health(version, len(MIGRATIONS), mode, busy=False)
