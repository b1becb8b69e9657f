"""`outcrop.yaml`: written by hand and by Outcrop, comments kept, nothing invalid ever written."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import config
from core.config import Config, Rehearsal, UseCase
from core.errors import InputError

COMMENTED = """\
# Our project.
name: tables  # jobs are named after it
# Chosen on 3 May.
model: nova-micro
hyperparameters:
  epochCount: 2  # the default
use_case:
  target: 60
"""
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff"), min_size=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / config.FILE


@given(text=NAMES)
@settings(deadline=None, max_examples=50)
def test_whatever_is_written_is_read_back(text, tmp_path_factory):
    path = tmp_path_factory.mktemp("project") / config.FILE
    wanted = Config(name=text, use_case=UseCase(task=text, candidates=(text,)), bucket=text, tags={"owner": text})
    config.write_new(path, wanted)
    assert config.read(path) == wanted
    assert config.change(path, {"role": text}).role == text
    assert config.read(path).role == text


@pytest.mark.parametrize(
    "text", ["1:30", "190:20:30", "012", "1_000", "1e5", "yes", "null", "2025-06-01", "- a", "#"]
)
def test_a_name_that_looks_like_something_else_stays_a_name(path, text):
    config.write_new(path, Config(name=text))
    assert config.read(path).name == text


def test_a_new_file_says_that_it_may_be_edited(path):
    config.write_new(path, Config(name="tables"))
    assert path.read_text().startswith("# An Outcrop project. Everything here may be edited by hand")


def test_a_new_file_has_a_comment_above_each_of_its_parts_and_no_other(path):
    config.write_new(path, Config(name="tables", use_case=UseCase(task="a\ndata: b\n")))
    lines = path.read_text().splitlines()
    for part in ("target", "model", "use_case", "data", "format", "split", "rehearsal"):
        assert lines[next(at for at, line in enumerate(lines) if line.startswith(f"{part}:")) - 1].startswith("# ")
    assert config.read(path).use_case.task == "a\ndata: b\n"


def test_a_project_is_never_written_over(path):
    config.write_new(path, Config(name="first"))
    with pytest.raises(InputError, match="a project here already"):
        config.write_new(path, Config(name="second"))
    assert config.read(path).name == "first"


def test_a_full_disk_leaves_no_part_of_a_project(path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="cannot be written"):
        config.write_new(path, Config(name="tables"))
    assert not path.exists()


def test_a_change_keeps_comments_and_order(path):
    path.write_text(COMMENTED)
    changed = config.change(path, {"hyperparameters.epochCount": 3, "use_case.target": 75.5})
    assert changed.hyperparameters == {"epochCount": 3}
    assert path.read_text() == COMMENTED.replace("epochCount: 2 ", "epochCount: 3 ").replace("60", "75.5")


def test_a_change_adds_what_was_not_there(path):
    path.write_text(COMMENTED)
    config.change(path, {"data.source": "data/records.jsonl", "hyperparameters.learningRate": 1e-5})
    assert path.read_text().startswith(COMMENTED.partition("hyperparameters")[0])
    assert config.read(path).data.source == "data/records.jsonl"
    assert config.read(path).hyperparameters["learningRate"] == 1e-5


def test_none_takes_a_value_away(path):
    path.write_text(COMMENTED)
    assert config.change(path, {"hyperparameters.epochCount": None, "model": None}).model == Config("x").model
    assert config.read(path).hyperparameters == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"modle": "x"}, "unknown field `modle`"),
        ({"target": "moon"}, "Invalid enum value 'moon'"),
        ({"split.seed": "one"}, "Expected `int`, got `str`"),
        ({"hyperparameters.epochCount": "three"}, "Expected `float`, got `str`"),
        ({"rehearsal.as_of": "2025-02-31"}, "day is out of range"),
        ({"rehearsal.pace": -1.0}, "cannot take -1 seconds"),
    ],
)
def test_a_change_that_would_make_it_invalid_writes_nothing(path, changes, why):
    path.write_text(COMMENTED)
    with pytest.raises(InputError) as caught:
        config.change(path, changes)
    assert why in caught.value.why
    assert path.read_text() == COMMENTED
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("broken", ["name: [", "name: a\nname: b\n", "nome: a", b"name: Caf\xe9", ""])
def test_a_file_that_somebody_broke_by_hand_is_left_as_it_is(path, broken):
    content = broken if isinstance(broken, bytes) else broken.encode()
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        config.change(path, {"region": "us-west-2"})
    assert caught.value.where.path == str(path)
    assert path.read_bytes() == content


def test_a_file_that_is_gone_is_not_made_by_a_change(path):
    with pytest.raises(InputError, match="not there"):
        config.change(path, {"region": "us-west-2"})
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "field", "why"),
    [
        ("name: a\nregoin: x", "", "unknown field `regoin`"),
        ("name: a\nuse_case: {metrics: squad}", "use_case", "unknown field `metrics`"),
        ("name: a\nuse_case: {target: high}", "use_case.target", "Expected `float | null`, got `str`"),
        ("name: a\nsplit: {by: 3}", "split.by", "Expected `str`, got `int`"),
        ("name: 3", "name", "Expected `str`, got `int`"),
        ("region: x", "", "missing required field `name`"),
        ("name: a\nrehearsal: {as_of: tomorrow}", "rehearsal", "Invalid isoformat string: 'tomorrow'"),
        ("- name: a", "", "Expected `object`, got `array`"),
    ],
)
def test_a_field_that_is_wrong_is_named(path, text, field, why):
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        config.read(path)
    assert (caught.value.where.path, caught.value.where.field) == (str(path), field)
    assert why in caught.value.why


def test_numbers_are_as_people_write_them(path):
    path.write_text("name: a\nhyperparameters: {learningRate: 1e-5}\nrehearsal: {as_of: 2025-06-01, pace: 3}")
    read = config.read(path)
    assert read.hyperparameters == {"learningRate": 1e-5}
    assert read.rehearsal == Rehearsal("2025-06-01", 3.0)


@pytest.mark.parametrize("day", ["today", "2025-06-01", "2026-12-31"])
def test_a_rehearsal_lives_on_a_day_or_today(day):
    assert Rehearsal(as_of=day).as_of == day


def test_the_default_rule_trains_on_what_nobody_has_rejected():
    assert Config(name="a").data.include == "flag IS NULL OR flag = 'keep'"


def test_a_project_file_that_is_a_link_stays_one(path, tmp_path):
    shared = tmp_path / "shared" / "project.yaml"
    shared.parent.mkdir()
    shared.write_text(COMMENTED)
    shared.chmod(0o600)
    path.symlink_to(shared)
    config.change(path, {"model": "claude-3-haiku"})
    assert path.is_symlink()
    assert config.read(shared).model == "claude-3-haiku"
    assert shared.stat().st_mode & 0o777 == 0o600
