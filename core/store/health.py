"""Whether a store is sound, without making, migrating or changing it."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import msgspec

from core.store import copies, damage
from core.store.migrations import MIGRATIONS

_BRIEFLY = 0.2  # seconds to wait for another Outcrop that writes
_MOMENTS = (
    ("decisions", "at"),
    ("decisions", "undone"),
    ("operations", "planned"),
    ("operations", "changed"),
    ("tasks", "started"),
    ("tasks", "heartbeat"),
    ("jobs", "created"),
    ("runs", "started"),
    ("runs", "ended"),
    ("endpoints", "created"),
    ("endpoints", "deleted"),
    ("sweeps", "created"),
)
_JSON = (("operations", "request"), ("tasks", "argv"), ("jobs", "manifest"), ("runs", "spec"), ("sweeps", "plan"))
_SINCE_VERSION_2 = {table for table, _ in (*_MOMENTS, *_JSON)} | {"answers", "openings", "settings"}


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
    busy: bool = False


def health(path: Path, *, only_read: bool = False) -> Health:
    """Reads all that is in a store, and sees whether it could be written.

    Args:
        path: Its file.
        only_read: Leaves it alone altogether: does not see whether it can be written, and whether somebody does.

    Raises:
        InputError: It is damaged, gone, no database, or may not be written; says which.
    """
    damage.refuse_lost(path)
    done = "read"
    try:
        with tempfile.TemporaryDirectory(prefix="outcrop-") as folder:
            found = _read(copies.copy(path, Path(folder))[0])
        if only_read:
            return found
        done = "written"
        return msgspec.structs.replace(found, busy=_is_busy(path))
    except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
        known = damage.explained(path, done, error)
        raise known or damage.damaged(path, "The project's database is damaged", str(error)) from error


def _read(path: Path) -> Health:
    """Reads every page and every text: SQLite notices a damaged page, not a damaged letter."""
    with closing(sqlite3.connect(path)) as db:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        mode = str(db.execute("PRAGMA journal_mode").fetchone()[0])
        found = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        tables = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if version > 1 and not tables >= _SINCE_VERSION_2:
            raise sqlite3.DatabaseError(f"it has no table {min(_SINCE_VERSION_2 - tables)}")
        for table in tables:
            for _ in db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - our own names
                pass
        if version > 1:
            for table, column in _MOMENTS:
                _refuse_invalid(db, table, column, f"julianday({column})")
            for table, column in _JSON:
                _refuse_invalid(db, table, column, f"NULLIF(json_valid({column}), 0)")
    return Health(version, len(MIGRATIONS), mode)


def _refuse_invalid(db: sqlite3.Connection, table: str, column: str, valid: str) -> None:
    sql = f"SELECT COUNT(*) FROM {table} WHERE {column} IS NOT NULL AND {valid} IS NULL"  # noqa: S608 - our own names
    wrong = int(db.execute(sql).fetchone()[0])
    if wrong:
        raise sqlite3.DatabaseError(f"{wrong} values of {table}.{column} are garbled")


def _is_busy(path: Path) -> bool:
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=_BRIEFLY, isolation_level=None)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return True
    return False
