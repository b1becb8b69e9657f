"""The project's database: nothing acknowledged is lost, newer ones are left alone, damage is explained."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import writer

from core.errors import InputError
from core.store import Store, advance, connection, plan, unsettled
from core.store.migrations import MIGRATIONS

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)
ROWS = 60  # acknowledged before a kill


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".outcrop" / "outcrop.db"


@pytest.fixture
def store(path):
    store = Store(path)
    yield store
    store.close()


def settings(store):
    return {row["key"]: row["value"] for row in store.rows("SELECT key, value FROM settings")}


def put(store, key, value="value"):
    store.write("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))


def put_together(store, key, *more):
    """Puts a key and does more in one transaction."""
    with store.transaction():
        put(store, key)
        for each in more:
            each()


def interrupted():
    raise InterruptedError


# Killed


def test_no_acknowledged_row_is_lost_when_the_writer_is_killed(path):
    acknowledged = []
    for _ in range(3):
        first = int(acknowledged[-1]) + 1000 if acknowledged else 0
        command = [sys.executable, writer.__file__, str(path), str(first)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            acknowledged += [child.stdout.readline().strip() for _ in range(ROWS)]
            child.kill()
            acknowledged += child.stdout.read().split("\n")[:-1]  # a line cut short was not said whole
    store = Store(path)
    assert len(acknowledged) >= 3 * ROWS
    assert set(acknowledged) <= set(settings(store))
    assert store.row("PRAGMA integrity_check")[0] == "ok"
    store.close()


# Shared


def test_two_who_have_it_open_see_each_others_rows_and_hear_of_them(path, store):
    other = Store(path)
    before = store.data_version()
    put(store, "mine")
    assert store.data_version() == before  # one's own writes are no news
    put(other, "theirs")
    assert store.data_version() != before
    assert settings(store) == settings(other) == {"mine": "value", "theirs": "value"}
    other.close()


def test_many_who_open_a_new_project_at_once_make_one_database(path):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store(path), range(8)))
    for number, store in enumerate(stores):
        put(store, str(number))
    assert len(settings(stores[0])) == 8
    for store in stores:
        store.close()


def test_threads_share_one_store(store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: put(store, str(number)), range(100)))
    assert len(settings(store)) == 100


def test_one_who_waits_too_long_for_another_is_told(path, store):
    other = Store(path)
    other.write("PRAGMA busy_timeout = 20")
    with store.transaction():
        put(store, "held")
        with pytest.raises(InputError, match="The project's database cannot be written") as caught:
            put(other, "too-late")
    assert "locked" in caught.value.why
    put(other, "later")
    assert settings(store) == {"held": "value", "later": "value"}
    other.close()


# Transactions


def test_a_transaction_that_fails_leaves_nothing(store):
    with pytest.raises(InterruptedError):
        put_together(store, "half", interrupted)
    assert settings(store) == {}
    put(store, "whole")
    assert settings(store) == {"whole": "value"}


def test_of_nested_transactions_the_outermost_counts(store):
    with pytest.raises(InterruptedError):
        put_together(store, "outer", lambda: put_together(store, "inner"), interrupted)
    assert settings(store) == {}
    put_together(store, "outer", lambda: put_together(store, "inner"))
    assert set(settings(store)) == {"outer", "inner"}


def test_many_rows_are_written_together_or_not_at_all(store):
    rows = [("a", "1"), ("b", "2"), ("a", "3")]
    with pytest.raises(sqlite3.IntegrityError):
        store.write_many("INSERT INTO settings VALUES (?, ?)", rows)
    assert settings(store) == {}
    store.write_many("INSERT INTO settings VALUES (?, ?)", rows[:2])
    assert settings(store) == {"a": "1", "b": "2"}


# A full disk


def test_a_full_disk_is_explained_and_what_was_written_before_stays(store):
    put(store, "before")
    pages = store.row("PRAGMA page_count")[0]
    store.write(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InputError, match="The project's database cannot be written") as caught:
        put(store, "large", "x" * 100_000)
    assert "full" in caught.value.why
    assert "free space" in caught.value.todo
    with pytest.raises(InputError):
        put_together(store, "small", lambda: put(store, "large", "x" * 100_000))
    assert settings(store) == {"before": "value"}
    store.write(f"PRAGMA max_page_count = {pages + 100}")
    put(store, "after", "x" * 100_000)
    assert set(settings(store)) == {"before", "after"}


# Versions


@pytest.fixture
def newer_outcrop(monkeypatch):
    """This Outcrop, with one more step in its schema."""
    step = "CREATE TABLE bookmarks (key TEXT PRIMARY KEY);\nINSERT INTO bookmarks SELECT key FROM settings;\n"
    monkeypatch.setattr(connection, "MIGRATIONS", (*MIGRATIONS, step))


def test_a_database_of_a_newer_outcrop_is_refused_and_not_touched(path, store):
    store.write(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(InputError, match="This project was last used by a newer Outcrop") as caught:
        Store(path)
    assert caught.value.todo == "Update Outcrop"
    assert caught.value.where.path == str(path)
    assert store.row("PRAGMA user_version")[0] == len(MIGRATIONS) + 1


def test_an_older_database_is_brought_up_to_date(path, store, request):
    put(store, "kept")
    request.getfixturevalue("newer_outcrop")
    newer = Store(path)
    assert [row["key"] for row in newer.rows("SELECT key FROM bookmarks")] == ["kept"]
    assert newer.row("PRAGMA user_version")[0] == len(MIGRATIONS) + 1
    newer.close()


def test_before_that_it_is_copied_with_all_that_is_in_it(path, store, request):
    put(store, "in-the-log-only")  # the write-ahead log: this connection is open, nothing was checkpointed
    assert b"in-the-log-only" not in path.read_bytes()
    request.getfixturevalue("newer_outcrop")
    Store(path).close()
    backup = path.with_name(f"outcrop.db.v{len(MIGRATIONS)}")
    with sqlite3.connect(backup) as copy:
        assert copy.execute("SELECT key FROM settings").fetchall() == [("in-the-log-only",)]
        assert copy.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    copy.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(path, store, monkeypatch):
    put(store, "kept")
    broken = "CREATE TABLE bookmarks (key TEXT);\nINSERT INTO nowhere VALUES (1);\n"
    monkeypatch.setattr(connection, "MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(InputError, match="cannot be opened"):
        Store(path)
    assert store.row("PRAGMA user_version")[0] == len(MIGRATIONS)
    assert store.row("SELECT name FROM sqlite_master WHERE name = 'bookmarks'") is None
    assert settings(store) == {"kept": "value"}


# Damage


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be taken for one" * 100, b"SQLite format 3\0"]
)
def test_a_file_that_is_no_database_is_explained(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(InputError, match="The project's database cannot be opened") as caught:
        Store(path)
    assert caught.value.where.path == str(path)
    assert "There is no backup" in caught.value.todo
    assert path.read_bytes() == content


@pytest.mark.parametrize("byte", [b"\xff", b"\0"])
def test_a_database_that_was_overwritten_in_the_middle_is_explained_when_it_is_read(path, byte):
    store = Store(path)
    store.write_many("INSERT INTO settings VALUES (?, ?)", [(str(number), "x" * 1000) for number in range(500)])
    store.close()
    with path.open("r+b") as file:
        file.seek(200_000)
        file.write(byte * 100_000)
    damaged = Store(path)
    with pytest.raises(InputError, match="The project's database cannot be read"):
        settings(damaged)
    damaged.close()


def test_a_folder_in_its_place_and_a_folder_that_cannot_be_made_are_explained(tmp_path):
    (tmp_path / "outcrop.db").mkdir()
    with pytest.raises(InputError, match="cannot be opened"):
        Store(tmp_path / "outcrop.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be opened"):
        Store(tmp_path / "file" / "outcrop.db")


def test_a_mistake_of_ours_is_not_blamed_on_the_disk(store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.rows("SELECT * FROM nowhere")


# Intents


def intent(store, subject="job-1"):
    return plan(store, kind="Create", location="rehearsal/1/west", subject=subject, request=b"{}", now=NOW)


def test_an_intent_is_unsettled_until_it_is_answered(store):
    def states():
        return [(each.subject, each.state) for each in unsettled(store, kind="Create", location="rehearsal/1/west")]

    planned = intent(store)
    assert states() == [("job-1", "planned")]
    sent = advance(store, planned, "sent", NOW)
    assert states() == [("job-1", "sent")]
    assert advance(store, sent, "acknowledged", NOW, "arn").result == "arn"
    assert states() == []
    advance(store, intent(store, "job-2"), "failed", NOW, "Because.")
    assert states() == []


def test_an_intent_is_found_with_its_token_by_the_next_process_at_its_own_location(path, store):
    planned = intent(store)
    other = Store(path)
    (found,) = unsettled(other, kind="Create", location="rehearsal/1/west")
    assert found == planned
    assert unsettled(other, kind="Create", location="aws/1/west") == []
    assert unsettled(other, kind="Delete", location="rehearsal/1/west") == []
    other.close()
