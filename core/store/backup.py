"""Backups of decisions and ledger: one a day, the last few days of them, and how one is put back."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from core import read_only
from core.errors import InputError, UsageError, Where
from core.outputs import aside_of, sync

RESTORE = "outcrop doctor --restore"
FOLDER = "backups"
KEPT = 5  # days
_LARGE = ("answers",)  # tables left out where the file is large: they can be asked again, at a price
_MOST = 64 << 20  # bytes of a file that is copied whole
_SMALL = 4 << 20  # bytes of a file that is copied whenever somebody has written to it: that takes milliseconds
_OFTEN = timedelta(minutes=10)  # between two copies of a larger one


class Backup(msgspec.Struct, frozen=True):
    """A copy of a store.

    Attributes:
        path: Where it is.
        at: When it was made.
    """

    path: Path
    at: datetime

    def __str__(self) -> str:
        """When it was made, in the time of this machine."""
        return f"{self.at.astimezone():%Y-%m-%d %H:%M}"


def is_due(store: Path, now: datetime) -> bool:
    """Tells whether a store that was written to is to be copied when it is closed."""
    try:
        last = newest(store)
        return last is None or now - last.at > _OFTEN or store.stat().st_size < _SMALL
    except OSError:  # the project has been removed
        return False


def back_up(store: Path, day: date) -> bool:
    """Copies a store's rows; the copy takes the place of the day's, and copies of more than five days ago go.

    A store that cannot be read whole is not copied: the copy before stays.

    Args:
        store: Its file.
        day: Today.

    Returns:
        Whether there is a new copy.
    """
    target = store.parent / FOLDER / f"{day.isoformat()}.db"
    aside = aside_of(target)
    try:
        target.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(aside, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=OFF")  # a half copy is thrown away
            copy.execute("PRAGMA synchronous=OFF")
            copy.execute("ATTACH ? AS store", (f"{store.absolute().as_uri()}?mode=ro",))
            _copy(copy, whole=store.stat().st_size < _MOST)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(target)
        sync(target.parent)
    except (sqlite3.Error, UnicodeDecodeError, OSError):
        return False
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    for old in sorted(target.parent.glob("????-??-??.db"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return True


def _copy(copy: sqlite3.Connection, *, whole: bool) -> None:
    """Copies tables with their rows first, so that no trigger fires, then what goes with them."""
    copy.execute("BEGIN")
    made = copy.execute("SELECT type, name, sql FROM store.sqlite_master WHERE sql IS NOT NULL").fetchall()
    for kind, name, sql in made:
        if kind == "table" and not name.startswith("sqlite_"):
            copy.execute(sql)
            if whole or name not in _LARGE:
                copy.execute(f'INSERT INTO main."{name}" SELECT * FROM store."{name}"')  # noqa: S608
    for kind, _, sql in made:
        if kind != "table":
            copy.execute(sql)
    version = copy.execute("PRAGMA store.user_version").fetchone()[0]
    copy.execute(f"PRAGMA main.user_version={int(version)}")
    copy.execute("COMMIT")


def newest(store: Path) -> Backup | None:
    """The newest backup of a store; a copy made before a migration is one, too."""
    found = [*store.parent.glob(f"{FOLDER}/????-??-??.db"), *store.parent.glob(f"{store.name}.v*")]
    dated = [Backup(path, datetime.fromtimestamp(path.stat().st_mtime, UTC)) for path in found]
    return max(dated, key=lambda backup: backup.at, default=None)


def restore(store: Path, now: datetime) -> tuple[Backup, Path]:
    """Puts the newest backup in a store's place; what was there is moved aside, not removed.

    Args:
        store: The store's file.
        now: Names the folder for what was there.

    Returns:
        The backup, and the folder with what was there.

    Raises:
        UsageError: There is no backup.
        InputError: The folder cannot be written.
        RefusedError: Outcrop is read-only.
    """
    read_only.refuse(store)
    backup = newest(store)
    if backup is None:
        raise UsageError("There is no backup of this project", todo=f"To begin anew, move {store.parent} away")
    damaged = store.parent / f"damaged-{now:%Y%m%d-%H%M%S}"
    aside = aside_of(store)
    try:
        damaged.mkdir()
        with closing(sqlite3.connect(aside)) as copy, closing(sqlite3.connect(backup.path)) as kept:
            kept.backup(copy)
        for name in (f"{store.name}-wal", f"{store.name}-shm", store.name):
            with suppress(FileNotFoundError):
                (store.parent / name).rename(damaged / name)
        aside.replace(store)
        sync(store.parent)
    except (OSError, sqlite3.Error) as error:
        raise InputError(
            "The backup cannot be put back", why=str(error), todo="Check the folder", where=Where(str(backup.path))
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return backup, damaged
