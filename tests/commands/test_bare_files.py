"""`outcrop FILE.jsonl`: a file is looked at without a trace, and the first decision makes a project beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from screens import settings_of

from core.data import decisions, journal
from core.data.decisions import Subject
from core.errors import InputError
from core.workspace import Workspace, open_project
from tui.commands.bare_file import workspace_for

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "downloads" / "mine.jsonl"
    path.parent.mkdir()
    path.write_text('{"messages": []}\n')
    return path


@pytest.fixture
def workspace(own_environment: Path, file: Path) -> Iterator[Workspace]:
    workspace = workspace_for(file)
    yield workspace
    workspace.close()


def decide(workspace: Workspace) -> None:
    decisions.decide(workspace.store, [Subject("a", "b")], "flag", "keep", who="me", now=NOW)


def beside(file: Path) -> list[str]:
    return sorted(path.name for path in file.parent.iterdir())


def test_looking_leaves_nothing_beside_the_file(workspace, file):
    workspace.store.remember("stage", "2")
    assert beside(file) == ["mine.jsonl"]


def test_where_a_reader_was_comes_back(workspace, file):
    workspace.store.remember("stage", "6")
    again = workspace_for(file)
    assert again.store.row("SELECT value FROM settings WHERE key = 'stage'")["value"] == "6"
    again.close()


def test_the_first_decision_makes_a_project_that_looks_at_the_file(workspace, file):
    workspace.store.remember("stage", "6")
    decide(workspace)
    assert beside(file) == [".gitignore", ".outcrop", "mine.jsonl", "outcrop.yaml"]
    project = open_project(file.parent)
    assert project.config.data.source == "mine.jsonl"
    assert decisions.count(project.store) == 1
    assert project.store.row("SELECT value FROM settings WHERE key = 'stage'")["value"] == "6"
    project.close()


def test_a_setting_changed_makes_the_project_as_well(workspace, file):
    workspace.change_config(name="other")
    assert settings_of(file.parent).name == "other"


def test_two_files_of_a_folder_share_the_project_and_each_goes_on_looking_at_its_own(workspace, file):
    second = file.with_name("second.jsonl")
    second.write_text('{"messages": []}\n')
    other = workspace_for(second)
    decide(workspace)
    decide(other)
    assert decisions.count(workspace.store) == 1
    assert len(journal.actions(workspace.store)) == 2
    assert other.config.data.source == "second.jsonl"
    assert settings_of(file.parent).data.source == "mine.jsonl"
    other.close()


def test_where_no_project_can_be_made_the_decision_is_refused_and_reading_goes_on(workspace, file):
    (file.parent / "outcrop.yaml").mkdir()
    with pytest.raises(InputError):
        decide(workspace)
    workspace.store.remember("stage", "3")
    assert not workspace.store.settled
    (file.parent / "outcrop.yaml").rmdir()
    decide(workspace)
    assert workspace.store.settled
