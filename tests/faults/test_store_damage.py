"""A damaged database is named, never taken for a new project, and comes back from its backup."""

import random
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.errors import InputError, OutcropError
from core.store import Store, backup
from core.store.health import health
from core.workspace import open_project
from tui.commands import main

ARCHIVE = Path(__file__).parents[1] / "commands" / "project_of_before.tar.xz"
LOOKING = (("flags", "export", "-"), ("review",), ("stats", "records.jsonl", "type"), ("check",))
FLIPS = 25


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with decisions, jobs and answers."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path / "shops", filter="data")
    monkeypatch.chdir(tmp_path / "shops")
    return tmp_path / "shops"


@pytest.fixture
def database(project: Path) -> Path:
    return project / ".outcrop" / "outcrop.db"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """What a command ends with and prints."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([*arguments])
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return run


def decide(database: Path, key: str) -> None:
    """Writes something, as a session with the dashboard does."""
    store = Store(database)
    store.write("INSERT OR REPLACE INTO settings VALUES (?, 'value')", (key,))
    store.close()


def keys(database: Path) -> set[str]:
    store = Store(database)
    found = {row["key"] for row in store.rows("SELECT key FROM settings")}
    store.close()
    return found


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def begun_differently(path: Path) -> None:
    path.write_bytes(b"x" * 100 + path.read_bytes()[100:])


@pytest.mark.parametrize("damage", [emptied, cut, begun_differently, Path.unlink])
def test_every_command_names_a_damaged_database_and_the_doctor_what_helps(database, said, damage):
    decide(database, "kept")
    damage(database)
    for command in LOOKING:
        code, _, err = said(*command)
        assert code == 1, command
        assert "The project's database" in err
        assert "outcrop doctor --restore" in err
        assert "Outcrop stopped" not in err
    code, out, _ = said("doctor", "--json")
    assert code == 1
    assert '"command": "outcrop doctor --restore"' in out


def test_what_the_doctor_says_brings_decisions_and_ledger_back(database, said):
    before = said("flags", "export", "-")[1]
    decide(database, "kept")
    emptied(database)
    code, out, err = said("doctor", "--restore")
    assert (code, out.startswith("the backup of ")) == (0, True)
    assert "is empty" in err
    assert said("flags", "export", "-") == (0, before, "18 decisions\n")
    assert "kept" in keys(database)
    (aside,) = database.parent.glob("damaged-*/outcrop.db")
    assert aside.read_bytes() == b""
    assert said("doctor", "--restore")[0] == 2  # it is sound


def test_without_a_backup_it_says_how_to_begin_anew(database, said):
    emptied(database)
    _, _, err = said("flags", "export", "-")
    assert f"There is no backup; to begin without decisions and ledger, move {database.parent} away" in err
    assert said("doctor", "--restore")[0] == 2
    database.parent.rename(database.parent.with_name("away"))
    assert said("flags", "export", "-") == (0, "", "0 decisions\n")


def test_letters_that_are_flipped_anywhere_never_end_in_a_mistake_of_ours(database, said):
    sound, dice = database.read_bytes(), random.Random(11)
    for _ in range(FLIPS):
        broken = bytearray(sound)
        at = dice.randrange(len(broken) - 40)
        for place in range(at, at + 40):
            broken[place] ^= dice.randrange(1, 256)
        database.write_bytes(bytes(broken))
        for sidecar in database.parent.glob("outcrop.db-*"):
            sidecar.unlink()
        for command in LOOKING[:2]:
            code, _, err = said(*command)
            assert "Outcrop stopped" not in err, (at, command, err)
            assert (code, "database" in err) in ((0, False), (1, True)), (at, command, err)
        said("doctor")


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE runs SET spec = substr(spec, 5)", "runs.spec"),
        ("UPDATE decisions SET at = '2025-x'", "decisions.at"),
        ("UPDATE decisions SET value = CAST(X'c328' AS TEXT)", "UTF-8"),
        ("DROP TABLE jobs", "no table jobs"),
    ],
)
def test_the_doctor_reads_every_text(database, sql, what):
    with sqlite3.connect(database) as db:
        db.execute(sql)
    db.close()
    with pytest.raises(InputError) as caught:
        health(database)
    assert what in str(caught.value)


def test_a_new_project_is_no_damage_and_a_kill_while_it_is_made_leaves_nothing_empty(tmp_path):
    store = Store(tmp_path / ".outcrop" / "outcrop.db")
    store.close()
    assert [path.name for path in (tmp_path / ".outcrop").iterdir()] == ["outcrop.db"]


def test_a_project_whose_rehearsal_alone_is_there_is_new(project):
    shutil.rmtree(project / ".outcrop")
    (project / ".outcrop" / "rehearsal" / "s3" / "bucket").mkdir(parents=True)
    workspace = open_project(project)
    assert workspace.store.rows("SELECT * FROM decisions") == []
    workspace.close()


def test_a_backup_is_made_when_something_was_written_and_only_then(database):
    folder = database.parent / "backups"
    keys(database)
    assert not folder.exists()
    decide(database, "one")
    (made,) = folder.iterdir()
    assert made.name == f"{datetime.now(UTC).date()}.db"
    decide(database, "two")
    assert list(folder.iterdir()) == [made]
    assert {"one", "two"} <= keys(made)


def test_a_backup_holds_all_tables_and_what_goes_with_them(database):
    decide(database, "one")
    copy = backup.newest(database)
    assert copy is not None
    assert health(copy.path).version == health(database).version
    for table in ("decisions", "jobs", "runs", "answers", "decision_changes"):
        counted = []
        for path in (database, copy.path):
            store = Store(path)
            counted.append([*store.rows(f"SELECT COUNT(*) FROM {table}")[0]])
            store.close()
        assert counted[0] == counted[1]


def test_backups_of_five_days_are_kept(database):
    for day in range(1, 9):
        assert backup.back_up(database, date(2025, 6, day))
    kept = sorted(path.stem for path in (database.parent / "backups").iterdir())
    assert kept == [f"2025-06-0{day}" for day in range(4, 9)]


def test_a_damaged_database_takes_the_place_of_no_backup(database):
    day = date(2025, 6, 1)
    assert backup.back_up(database, day)
    before = (database.parent / "backups" / "2025-06-01.db").read_bytes()
    cut(database)
    assert not backup.back_up(database, day)
    assert (database.parent / "backups" / "2025-06-01.db").read_bytes() == before
    assert len(list((database.parent / "backups").iterdir())) == 1


def test_a_store_that_is_only_read_sees_what_others_write_and_leaves_no_trace(database):
    decide(database, "before")
    looking = Store(database, only_read=True)
    listed = sorted(path.name for path in database.parent.iterdir())
    version = looking.data_version()
    decide(database, "after")
    assert looking.data_version() != version
    assert looking.row("SELECT 1 FROM settings WHERE key = 'after'") is not None
    with pytest.raises(OutcropError, match="read-only"):
        looking.write("DELETE FROM settings")
    looking.remember("tab", "1")
    looking.close()
    assert sorted(path.name for path in database.parent.iterdir()) == listed
