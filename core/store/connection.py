"""The SQLite file that holds what a person decided and what may have been paid for."""

import errno
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core import read_only
from core.errors import InputError, Where
from core.files import unwritable
from core.outputs import aside_of, put_new
from core.store import backup, copies, damage
from core.store.migrations import MIGRATIONS

_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "lustre", "ceph", "glusterfs")
PATIENCE = 5.0  # seconds to wait for another Outcrop that writes
_PRIMARY_CODE = 0xFF  # the lowest byte of SQLite's extended codes
_BACK_UP_EVERY = 3600.0  # seconds of a store that is written to; it is backed up when it is closed, too

_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)  # the latter of a message that quotes a damaged page

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

    def __init__(self, path: Path, settle: Callable[[], Path] | None = None, *, only_read: bool = False) -> None:
        """Opens the file, making or migrating it.

        Args:
            path: The file.
            settle: For what is only looked at: makes the place of a lasting store before the first write that is more
                than `remember`, and returns the path to go on at.
            only_read: Reads from a copy that is gone with this process, leaves no trace beside the file, and refuses
                to write.

        Raises:
            InputError: It was written by a newer Outcrop, is damaged, or cannot be opened.
        """
        self._lock = threading.RLock()
        self._home: Callable[[], Path] | None = None  # while only looked at
        self._only_read = only_read
        self._copied: copies.State = ()
        self._copies = 0
        self._wrote = False
        self._backed_up = time.monotonic()
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
        with self._explained("opened", (*_ERRORS, OSError)):
            if self._only_read:
                self._db = self._copy()
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                self._create()
            elif not path.stat().st_size:
                damage.refuse_lost(path)
            self._db = _connected(path)
            try:
                self._configure(self._db)
                self._migrate(self._db)
            except BaseException:
                self._db.close()
                raise

    def _create(self) -> None:
        """Makes a whole database aside, so that an empty file is never the beginning of one."""
        aside = aside_of(self.path)
        with closing(sqlite3.connect(aside, isolation_level=None)) as db:
            self._migrate(db)
        put_new(aside, self.path)

    def _copy(self) -> sqlite3.Connection:
        """Opens a copy of the file, which has no name any more once it is open."""
        with tempfile.TemporaryDirectory(prefix="outcrop-") as folder:
            copy, self._copied = copies.copy(self.path, Path(folder))
            db = _connected(copy, make=True)
            try:
                _prepare(db, "MEMORY")  # which moves what the log holds into the file
                self._migrate(db, back_up=False)
            except BaseException:
                db.close()
                raise
            return db

    def _configure(self, db: sqlite3.Connection) -> None:
        network = _on_network(self.path)
        if network or self._write_ahead(db) != "wal":
            db.execute("PRAGMA journal_mode=TRUNCATE")
        _prepare(db)

    def _write_ahead(self, db: sqlite3.Connection) -> str:
        """Switches to WAL; while another connection does so too, SQLite says "locked" without waiting."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return str(db.execute("PRAGMA journal_mode=WAL").fetchone()[0])
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(0.01)

    def _migrate(self, db: sqlite3.Connection, *, back_up: bool = True) -> None:
        version = _version(db)
        if version > len(MIGRATIONS):
            raise InputError(
                "This project was last used by a newer Outcrop",
                why=f"its database has version {version}, this Outcrop knows {len(MIGRATIONS)}",
                todo="Update Outcrop",
                where=Where(str(self.path)),
            )
        if version == len(MIGRATIONS):
            return
        if version and back_up:
            self._keep_version(db, version)
        db.execute("BEGIN IMMEDIATE")
        try:
            for number in range(_version(db), len(MIGRATIONS)):
                for statement in MIGRATIONS[number].split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={number + 1}")
            db.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise

    def _keep_version(self, db: sqlite3.Connection, version: int) -> None:
        """Copies the database before it is migrated, with what a crash may have left in its log."""
        path = self.path.with_name(f"{self.path.name}.v{version}")
        aside = aside_of(path)
        with closing(sqlite3.connect(aside)) as copy:
            db.backup(copy)
        aside.replace(path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk when the block ends. May be nested: the outermost counts.

        Raises:
            RefusedError: Outcrop is read-only.
            InputError: The disk is full, or another Outcrop writes for longer than five seconds.
        """
        with self._lock, self._explained("written", (sqlite3.DatabaseError,)):
            if self._db.in_transaction:
                yield
                return
            self._prepare_write()
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
            RefusedError: Outcrop is read-only.
            InputError: The disk is full, or another Outcrop writes for longer than five seconds.
        """
        with self._lock, self._explained("written"):
            self._prepare_write()
            return self._db.execute(sql, values).rowcount

    def remember(self, key: str, text: str) -> None:
        """Keeps a small value, such as where somebody was; that alone makes no project, and read-only it is dropped.

        Raises:
            InputError: The disk is full, or another Outcrop writes for longer than five seconds.
        """
        if self._only_read:
            return
        with self._lock, self._explained("written"):
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, text))

    def _prepare_write(self) -> None:
        if self._only_read:
            self.refuse_write()
        self.settle()
        self._wrote = True
        if time.monotonic() - self._backed_up > _BACK_UP_EVERY:
            self._backed_up = time.monotonic()
            threading.Thread(target=backup.back_up, args=(self.path, datetime.now(UTC).date()), daemon=True).start()

    def refuse_write(self) -> None:
        """Says why nothing can be written here.

        Raises:
            RefusedError: Outcrop is read-only.
            InputError: The file system, or the folder's mode, lets nobody write.
        """
        if self._only_read:
            nearest = next(each for each in self.path.parents if each.exists())
            if os.access(nearest, os.W_OK):
                raise read_only.refusal()
            raise unwritable(self.path, PermissionError(errno.EACCES, "its folder may not be written"))

    def write_many(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> None:
        """Runs one statement for each row, in one transaction."""
        with self.transaction():
            self._db.executemany(sql, rows)

    def remember_at_once(self, key: str, text: str) -> bool:
        """The same without ever waiting; False where somebody is writing just now.

        Raises:
            InputError: The disk is full.
        """
        if self._only_read:
            return True
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
            if not self._only_read:
                return int(self._db.execute("PRAGMA data_version").fetchone()[0])
            if copies.state(self.path) != self._copied:
                with self._explained("read"):
                    before, self._db = self._db, self._copy()
                    before.close()
                self._copies += 1
            return self._copies

    @contextmanager
    def beside(self) -> Iterator["Store"]:
        """A second connection to the same file, for long writes: nobody who reads through this one waits for them.

        Raises:
            InputError: It cannot be opened.
        """
        self.refuse_write()
        self.settle()
        other = Store(self.path)
        try:
            yield other
        finally:
            self._wrote, other._wrote = self._wrote or other._wrote, False  # one backup, when this one is closed
            other.close()

    def close(self) -> None:
        """Closes the file, after what was written here has gone into the day's backup."""
        with self._lock:
            now = datetime.now(UTC)
            if self._wrote and self.settled and backup.is_due(self.path, now):
                backup.back_up(self.path, now.date())
            self._wrote = False
            self._db.close()

    @contextmanager
    def _explained(self, done: str, errors: tuple[type[Exception], ...] = _ERRORS) -> Iterator[None]:
        try:
            yield
        except errors as error:
            found = damage.explained(self.path, done, error)
            if found is None and (done == "opened" or not self._has_its_schema()):
                found = damage.damaged(self.path, f"The project's database cannot be {done}", str(error))
            if found is None:
                raise  # a mistake of ours
            raise found from error

    def _has_its_schema(self) -> bool:
        """Tells whether tables, triggers and all are as they were made; a damaged page may hold their names."""
        try:
            return _schema(self._db) == _schema_of_migrations()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False


def _schema(db: sqlite3.Connection) -> set[tuple[str, str]]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(str(name), str(sql)) for name, sql in rows}


def _schema_of_migrations() -> set[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for step in MIGRATIONS:
            for statement in step.split(";\n"):
                db.execute(statement)
        return _schema(db)


def _connected(path: Path, *, make: bool = False) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
    db = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    return db


def _prepare(db: sqlite3.Connection, journal: str = "") -> None:
    if journal:
        db.execute(f"PRAGMA journal_mode={journal}")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA cache_size=-16384")  # KiB at most: with 2 MiB a bulk of decisions takes twice as long
    db.create_function("folded", 1, str.lower, deterministic=True)  # SQLite's own folds ASCII only


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


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
