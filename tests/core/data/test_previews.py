"""One record as it would be written, and who it is that decides."""

import subprocess

import pytest
from record_lines import source_line

from core.data.preview import preview
from core.data.reviewer import reviewer
from core.errors import UsageError
from core.records import formats


def test_a_preview_is_the_line_that_would_be_written(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + source_line(2))
    row, line = preview(workspace, 1)
    assert row.number == 1
    assert formats.named("anthropic-messages").decode(line.encode()) == row.chat


def test_a_preview_past_the_end_is_that_of_the_last_record(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + source_line(2))
    assert preview(workspace, 99)[0].number == 1


def test_a_preview_of_a_broken_line_is_why_it_is_broken(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + b"{\n")
    row, why = preview(workspace, 1)
    assert row.chat is None
    assert why == row.problem != ""


def test_a_preview_needs_records(workspace):
    workspace.change_config(data__source="")
    with pytest.raises(UsageError, match="no records yet"):
        preview(workspace, 0)


def test_who_decides_stands_in_the_configuration(workspace):
    workspace.change_config(reviewer="Ann")
    assert reviewer(workspace) == "Ann"


def test_else_it_is_gits_user_and_stays_so(workspace):
    subprocess.run(["git", "init", "-q"], cwd=workspace.folder, check=True)
    for name in ("Ben", "Cleo"):
        subprocess.run(["git", "config", "user.name", name], cwd=workspace.folder, check=True)
        assert reviewer(workspace) == "Ben"


def test_else_it_is_the_login_name(workspace, monkeypatch):
    monkeypatch.setenv("PATH", "")  # no git here
    monkeypatch.setenv("LOGNAME", "dora")
    assert reviewer(workspace) == "dora"
