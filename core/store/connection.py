"""The SQLite file that holds what a person decided and what may have been paid for."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.errors import InputError, Where
from core.store.migrations import MIGRATIONS

_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "lustre", "ceph", "glusterfs")
PATIENCE = 5.0  # seconds to wait for another Outcrop that writes
_PRIMARY_CODE = 0xFF  # the lowest byte of SQLite's extended codes
_CIRCUMSTANCES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
)

SqlValue = str | int | float | bytes | None
"""What SQLite keeps in a column."""


class Store:
    """One connection behind one lock; every write is on disk when the call returns.

    SQLite waits up to five seconds for another Outcrop on the same project. `synchronous=FULL` costs a
    quarter of a millisecond a write, and no acknowledged row is lost by kill -9.

    Attributes:
        path: The file.
    """

    path: Path
    _db: sqlite3.Connection

    def __init__(self, path: Path, settle: Callable[[], Path] | None = None) -> None:
        """Opens the file, making or migrating it.

        Args:
            path: The file.
            settle: For what is only looked at: makes the place of a lasting store before the first write that is more
                than `remember`, and returns the path to go on at.

        Raises:
            InputError: It was written by a newer Outcrop, is not a database, or cannot be opened.
        """
        self._lock = threading.RLock()
        self._home: Callable[[], Path] | None = None  # while only looked at
        self._open(path)
        self._home = settle

    @property
    def settled(self) -> bool:
        """Whether this is the lasting store of a project."""
        return self._home is None

    def settle(self) -> None:
        """Goes on in the lasting store, with what was remembered, if this is not it.

        Raises:
            InputError: It cannot be made.
        """
        with self._lock:
            if self._home is None:
                return
            home, looked_at, db = self._home, self.path, self._db
            remembered = self.rows("SELECT key, value FROM settings")
            self._home = None
            try:
                self._open(home())
            except BaseException:
                self._home, self.path, self._db = home, looked_at, db
                raise
            db.close()
            self.write_many("INSERT OR IGNORE INTO settings VALUES (?, ?)", [tuple(row) for row in remembered])

    def _open(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            try:
                self._configure()
                self._migrate()
            except BaseException:
                self._db.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise self._unusable("opened", error) from error

    def _configure(self) -> None:
        if not _on_network(self.path):
            mode = self._write_ahead()
        if _on_network(self.path) or mode != "wal":
            self._db.execute("PRAGMA journal_mode=TRUNCATE")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(
            "PRAGMA cache_size=-16384"
        )  # KiB at most: with 2 MiB a bulk of decisions takes twice as long
        self._db.create_function("folded", 1, str.lower, deterministic=True)  # SQLite's own folds ASCII only

    def _write_ahead(self) -> str:
        """Switches to WAL; while another connection does so too, SQLite says "locked" without waiting."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return str(self._db.execute("PRAGMA journal_mode=WAL").fetchone()[0])
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(0.01)

    def _migrate(self) -> None:
        version = self._version()
        if version > len(MIGRATIONS):
            raise InputError(
                "This project was last used by a newer Outcrop",
                why=f"its database has version {version}, this Outcrop knows {len(MIGRATIONS)}",
                todo="Update Outcrop",
                where=Where(str(self.path)),
            )
        if version == len(MIGRATIONS):
            return
        if version:
            self._back_up(self.path.with_name(f"{self.path.name}.v{version}"))
        with self.transaction():
            for number in range(self._version(), len(MIGRATIONS)):
                for statement in MIGRATIONS[number].split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={number + 1}")

    def _back_up(self, path: Path) -> None:
        """Copies the database, with what a crash may have left in its write-ahead log."""
        aside = path.with_name(path.name + ".part")
        aside.unlink(missing_ok=True)
        copy = sqlite3.connect(aside)
        try:
            self._db.backup(copy)
        finally:
            copy.close()
        aside.replace(path)

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk when the block ends. May be nested: the outermost counts.

        Raises:
            InputError: The disk is full, or another Outcrop writes for longer than five seconds.
        """
        with self._lock, self._explained("written"):
            if self._db.in_transaction:
                yield
                return
            self.settle()
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()  # also where a full disk has made SQLite do it already
                raise

    def write(self, sql: str, values: Sequence[SqlValue] = ()) -> int:
        """Runs one statement; returns the number of rows it changed.

        Raises:
            InputError: The disk is full, or another Outcrop writes for longer than five seconds.
        """
        with self._lock, self._explained("written"):
            self.settle()
            return self._db.execute(sql, values).rowcount

    def remember(self, key: str, text: str) -> None:
        """Keeps a small value, such as where somebody was; that alone makes no project.

        Raises:
            InputError: The disk is full, or another Outcrop writes for longer than five seconds.
        """
        with self._lock, self._explained("written"):
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, text))

    def write_many(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> None:
        """Runs one statement for each row, in one transaction."""
        with self.transaction():
            self._db.executemany(sql, rows)

    def remember_at_once(self, key: str, text: str) -> bool:
        """The same without ever waiting; False where somebody is writing just now.

        Raises:
            InputError: The disk is full.
        """
        if not self._lock.acquire(blocking=False):
            return False
        try:
            with self._explained("written"):
                self._db.execute("PRAGMA busy_timeout = 0")
                self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, text))
        except InputError as error:
            if getattr(error.__cause__, "sqlite_errorcode", 0) & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
            self._lock.release()
        return True

    def rows(self, sql: str, values: Sequence[SqlValue] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._explained("read"):
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[SqlValue] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self._lock, self._explained("read"):
            found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return found

    def data_version(self) -> int:
        """A number that changes when *another* connection has written; asking costs 5 µs."""
        with self._lock:
            return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def beside(self) -> Iterator["Store"]:
        """A second connection to the same file, for long writes: nobody who reads through this one waits for them.

        Raises:
            InputError: It cannot be opened.
        """
        self.settle()
        other = Store(self.path)
        try:
            yield other
        finally:
            other.close()

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _explained(self, done: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None)
            undecodable = code is None and type(error) is sqlite3.OperationalError  # a text that is not UTF-8
            if not undecodable and (code or 0) & _PRIMARY_CODE not in _CIRCUMSTANCES:
                raise  # a mistake of ours
            raise self._unusable(done, error) from error

    def _unusable(self, done: str, error: Exception) -> InputError:
        return InputError(
            f"The project's database cannot be {done}",
            why=getattr(error, "strerror", "") or str(error),
            todo="Check the folder's permissions and free space; backups are named outcrop.db.v*",
            where=Where(str(self.path)),
        )


def _on_network(path: Path) -> bool:
    """Whether the path lies on a network file system, where WAL's shared memory does not work."""
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    folder = os.path.realpath(path.parent)
    best, kind = "", ""
    for line in mounts:
        _, point, file_system, *_ = line.split(" ")
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, file_system
    return kind.startswith(_NETWORK_FILE_SYSTEMS)
