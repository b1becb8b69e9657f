"""A store that is damaged: how that is told from a new project, and what helps."""

import sqlite3
from pathlib import Path

from core.errors import InputError, Where
from core.store import backup

_PRIMARY_CODE = 0xFF  # the lowest byte of SQLite's extended codes
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_CIRCUMSTANCES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
)
_BEFORE_A_STORE = ("outcrop.db", "outcrop.db-shm", "outcrop.db-journal", "rehearsal")  # which may serve others first


def damaged(store: Path, what: str, why: str = "") -> InputError:
    """What to say of a damaged store: what puts the last backup back."""
    found = backup.newest(store)
    todo = (
        f"Put back the backup of {found}: {backup.RESTORE}"
        if found
        else f"There is no backup; to begin without decisions and ledger, move {store.parent} away"
    )
    return InputError(what, why=why, todo=todo, where=Where(str(store)))


def refuse_lost(store: Path) -> None:
    """Keeps a store that is gone or emptied from being taken for a new project.

    Raises:
        InputError: It is empty, or it is not there though the folder holds what a project leaves.
    """
    try:
        size = store.stat().st_size
    except FileNotFoundError:
        traces = _traces(store.parent)
        if traces and not store.exists():
            why = f"{traces[0]} beside it shows that there was one"
            raise damaged(store, "The project's database is missing", why) from None
        return
    except OSError:  # whoever opens it says why
        return
    if not size:
        raise damaged(store, "The project's database is empty", "it has 0 bytes")


def _traces(hidden: Path) -> list[str]:
    """What is never there before a store is."""
    try:
        found = sorted(path.name for path in hidden.iterdir() if not path.name.startswith("."))
    except OSError:
        return []
    return [name for name in found if name not in _BEFORE_A_STORE]


def explained(store: Path, done: str, error: Exception) -> InputError | None:
    """What to say where a store cannot be opened, read or written; None where that is a mistake of ours."""
    why = getattr(error, "strerror", "") or str(error)
    code = getattr(error, "sqlite_errorcode", None)
    what = f"The project's database cannot be {done}"
    if isinstance(error, UnicodeDecodeError) or (code is None and type(error) is sqlite3.OperationalError):
        return damaged(store, what, f"a text in it is not UTF-8: {why}")
    primary = (code or 0) & _PRIMARY_CODE
    if primary in _DAMAGE:
        return damaged(store, what, why)
    if isinstance(error, OSError) or primary in _CIRCUMSTANCES:
        todo = "Check the folder's permissions and free space"
        return InputError(what, why=why, todo=todo, where=Where(str(store)))
    return None
