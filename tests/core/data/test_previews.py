"""One record as it would be written, and who it is that decides."""

import json
import subprocess

import pytest
from record_lines import source_line

from core.data.decisions import Subject, content_hash, decide, undo
from core.data.reviewer import reviewer
from core.data.template_preview import look, preview
from core.errors import UsageError
from core.records import formats


def edit(workspace, record: str, line: bytes, **fields: object) -> None:
    """Gives a record other fields, as an edit in the journal."""
    found = json.loads(line)
    edited = json.dumps(found | {"fields": found["fields"] | fields})
    subject = Subject(record, content_hash(line.rstrip()))
    decide(workspace.store, [subject], "edit", edited, who="ann", now=workspace.clock.now())


def question(workspace, number: int) -> str:
    chat = preview(workspace, number).chat
    assert chat is not None
    return chat.question


def test_a_look_at_a_record_shows_the_line_that_would_be_written(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + source_line(2))
    seen = look(workspace, 1)
    assert seen.row.number == 1
    assert formats.named("anthropic-messages").decode(seen.line.encode()) == preview(workspace, 1).chat


def test_a_preview_past_the_end_is_that_of_the_last_record(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + source_line(2))
    assert preview(workspace, 99).row.number == 1


def test_of_a_broken_line_there_is_no_chat_and_a_look_says_why(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + b"{\n")
    assert preview(workspace, 1).chat is None
    seen = look(workspace, 1)
    assert seen.line == seen.row.problem != ""


def test_a_preview_needs_records(workspace):
    workspace.change_config(data__source="")
    with pytest.raises(UsageError, match="no records yet"):
        preview(workspace, 0)


def test_an_edited_record_is_previewed_as_edited(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) + source_line(2))
    edit(workspace, f"{2:016x}", source_line(2), question="what then?", answer="42")
    found = preview(workspace, 1)
    assert found.chat is not None
    assert (found.chat.question, found.chat.completion) == ("what then?", "42")
    assert look(workspace, 1).row.chat == found.chat
    assert question(workspace, 0) == "question 1"


def test_an_edit_that_was_undone_or_whose_line_has_changed_is_not_shown(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1))
    edit(workspace, f"{1:016x}", source_line(1), question="what then?")
    undo(workspace.store, workspace.clock.now())
    assert question(workspace, 0) == "question 1"
    edit(workspace, f"{1:016x}", source_line(1, answer="before"), question="what then?")
    assert question(workspace, 0) == "question 1"


def test_of_two_equal_records_only_the_edited_one_is_shown_as_edited(workspace):
    (workspace.folder / "records.jsonl").write_bytes(source_line(1) * 2)
    edit(workspace, f"{1:016x}.2", source_line(1), question="what then?")
    assert [question(workspace, number) for number in (0, 1)] == ["question 1", "what then?"]


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
