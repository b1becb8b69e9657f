"""The doctor: each thing that can be wrong around Outcrop is a line with its remedy, and spoils no other line."""

import os
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from core import config
from core.clock import ManualClock, SystemClock
from core.config import Config, Data, Rehearsal
from core.doctor import examine, machine
from core.doctor.context import DoctorContext
from core.store import Store
from core.workspace import rehearsal_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's."""
    (tmp_path / "records.jsonl").write_text("{}\n")
    config.write_new(tmp_path / "outcrop.yaml", Config("shops", data=Data("records.jsonl")))
    return tmp_path


def change(folder: Path, **values: object) -> None:
    """Sets some of a project's values."""
    config.change(folder / "outcrop.yaml", {name.replace("__", "."): value for name, value in values.items()})


def found(
    folder: Path | None, own: Path | None = None, *, clock=None, **wishes: object
) -> dict[str, tuple[str, str]]:
    """What the doctor says of a project: the state of each line, and what was found with what helps."""
    away = Path(os.devnull) / "none"
    state = (folder or Path.home()) / "state"
    context = DoctorContext(folder, own or away, state, clock or SystemClock(), wishes)
    return {line.name: (line.state, f"{line.found} {line.todo}") for line in examine(context).lines}


def states(lines: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {name: state for name, (state, _) in lines.items()}


def test_a_sound_project_passes_every_line(folder):
    assert set(states(found(folder)).values()) == {"pass"}


def test_nothing_is_made_by_looking(folder):
    before = sorted(folder.rglob("*"))
    found(folder)
    assert sorted(folder.rglob("*")) == before


def test_without_a_project_the_machine_is_looked_at_all_the_same():
    lines = found(None)
    assert lines["project"] == (
        "unknown",
        "There is no project here `outcrop init` makes one, `outcrop demo` shows one",
    )
    assert not {"database", "model", "records", "rehearsal", "credentials"} & set(lines)


def test_libraries_that_are_not_installed_are_named():
    assert machine.missing(["msgspec>=0.22", "no-such-library[all]>=1", "nor.this; python_version > '3'"]) == [
        "no-such-library",
        "nor.this",
    ]


def test_a_project_file_that_is_broken_leaves_the_folder_and_the_database_to_be_looked_at(folder):
    (folder / "outcrop.yaml").write_text("name: [\n")
    lines = found(folder)
    assert lines["project"][0] == "fail"
    assert "outcrop.yaml:2" in lines["project"][1]
    assert states(lines)["database"] == "pass"
    assert not {"model", "records", "rehearsal"} & set(lines)


def test_a_catalogue_of_ones_own_that_is_broken_is_named_and_counted_where_it_is_sound(folder, tmp_path):
    own = tmp_path / "catalog"
    own.mkdir()
    (own / "prices.yaml").write_text("- key: nova-micro\n  prices: {model_unit: {dollars: 16}}\n")
    assert found(folder, own)["catalogue"][0] == "fail"
    (own / "prices.yaml").write_text("- key: nova-micro\n  name: Nova Micro\n")
    assert "1 file of your own" in found(folder, own)["catalogue"][1]


def test_a_folder_that_takes_nothing_fails(tmp_path):
    (tmp_path / "file").write_text("")
    assert machine.writable(tmp_path / "file").state == "fail"
    assert machine.writable(tmp_path / "not" / "yet").state == "pass"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(b"x" * 5000), "not a database"),
        (lambda path: path.write_bytes(path.read_bytes()[:6000]), "malformed"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: (path.with_name("tasks").mkdir(), path.unlink()), "is missing"),
    ],
    ids=["something else", "cut off", "emptied", "gone"],
)
def test_a_damaged_database_is_named_with_what_helps(folder, damage, said):
    path = folder / ".outcrop" / "outcrop.db"
    Store(path).close()
    assert found(folder)["database"][0] == "pass"
    damage(path)
    state, text = found(folder)["database"]
    assert state == "fail"
    assert said in text
    assert "There is no backup" in text


def test_a_database_of_a_newer_outcrop_fails_and_one_of_an_older_is_left_as_it_is(folder):
    path = folder / ".outcrop" / "outcrop.db"
    Store(path).close()
    for version, state in ((1, "pass"), (10_000, "fail")):
        with sqlite3.connect(path) as db:
            db.execute(f"PRAGMA user_version={version}")
        db.close()
        assert found(folder)["database"][0] == state
        assert f"version {version}" in found(folder)["database"][1]


def test_another_outcrop_that_writes_is_no_failure(folder):
    store = Store(folder / ".outcrop" / "outcrop.db")
    with store.transaction():
        state, text = found(folder)["database"]
    store.close()
    assert state == "pass"
    assert "another Outcrop is writing" in text


def test_a_model_is_judged_by_the_day_the_project_lives_on(folder):
    after = ManualClock(datetime(2026, 11, 1, tzinfo=UTC))
    assert found(folder, clock=after)["model"][0] == "pass"
    change(folder, rehearsal__as_of="today")
    state, text = found(folder, clock=after)["model"]
    assert state == "fail"
    assert "end of life on 2026-09-10" in text
    assert "Tune llama-3-1-8b instead" in text


def test_a_model_that_nobody_knows_and_records_that_are_gone_are_named(folder):
    change(folder, model="nova-mirco", data__source="~nobody/none.jsonl")
    lines = found(folder)
    assert "Did you mean nova-micro" in lines["model"][1]
    assert states(lines) | {"model": "fail", "records": "fail"} == states(lines)


def test_faults_that_are_not_there_are_the_rehearsals_failure(folder):
    change(folder, rehearsal__faults="none.yaml")
    assert found(folder)["rehearsal"][0] == "fail"


def test_a_rehearsal_that_lives_on_another_day_than_the_project_says_is_to_be_ended(folder, start_rehearsal):
    server = start_rehearsal(rehearsal_folder(folder))
    state, text = found(folder)["rehearsal"]
    assert state == "pass"
    assert server.endpoints.bedrock in text
    change(folder, rehearsal=msgspec.to_builtins(Rehearsal(as_of="2025-07-01")))
    state, text = found(folder)["rehearsal"]
    assert state == "fail"
    assert "It lives on 2025-06-01, outcrop.yaml says 2025-07-01" in text


def test_without_a_way_to_aws_the_remedy_is_named_and_nothing_more_is_asked(folder):
    change(folder, target="aws")
    lines = found(folder)
    assert lines["credentials"][0] == "fail"
    assert "aws configure sso" in lines["credentials"][1]
    assert [lines[name][0] for name in ("region", "bedrock", "clock")] == ["unknown"] * 3
    assert "rehearsal" not in lines


@pytest.fixture
def answering(rehearsal, monkeypatch) -> None:
    """AWS that answers: a rehearsal under its name."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", rehearsal.endpoints.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", rehearsal.endpoints.storage)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK", rehearsal.endpoints.bedrock)


def test_a_way_to_aws_is_gone_to_its_end(folder, answering):
    change(folder, target="aws")
    lines = found(folder)
    assert lines["credentials"] == ("pass", "account 123456789012 ")
    assert lines["region"][0] == "pass"
    assert "for fine-tuning" in lines["bedrock"][1]
    assert lines["clock"][0] == "pass"


def test_a_region_where_the_model_cannot_be_tuned_fails(folder, answering):
    assert found(folder, target="aws", region="eu-west-1")["region"][0] == "fail"


@pytest.mark.parametrize(("hours", "said"), [(2.5, "ahead of AWS's"), (-2.5, "behind AWS's")])
def test_a_clock_that_is_off_by_more_than_aws_takes_fails(folder, answering, hours, said):
    off = ManualClock(datetime.now(UTC) + timedelta(hours=hours))
    state, text = found(folder, target="aws", clock=off)["clock"]
    assert state == "fail"
    assert re.match(rf"2h[23]\d {said} Set it by the network", text)


def test_without_a_project_a_wished_profile_is_asked_all_the_same(answering):
    lines = found(None, target="aws", region="us-west-2")
    assert lines["region"] == ("pass", "us-west-2 ")
