"""Bad input: one clear sentence with a remedy on stderr, nothing on stdout, the right exit code, no traceback."""

import json

import pytest

RECORD = b'{"id": "1", "group": "g", "fields": {"table": [["a"]], "question": "q", "answer": "a"}}\n'
CHAT = b'{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n'

NEED_A_PROJECT = (
    ["export"],
    ["submit", "--yes"],
    ["jobs"],
    ["watch"],
    ["metrics", "x"],
    ["stop", "x", "--yes"],
    ["evaluate", "--yes"],
    ["deploy"],
    ["deploy", "create", "--yes"],
    ["deploy", "ask", "a", "b"],
    ["deploy", "delete", "a", "--yes"],
    ["costs"],
)
READ_A_FILE = (["check"], ["import", "tatqa"], ["split", "-o", "out"], ["score"], ["demo", "--plain", "--data"])


def refused(done, code: int, *said: str) -> None:
    """Holds a command to how every mistake is told."""
    assert done.code == code, done
    assert done.out == ""
    assert done.err.startswith("outcrop: ")
    assert "  do:  " in done.err
    assert "Traceback" not in done.err
    for each in said:
        assert each in done.err


@pytest.fixture
def files(tmp_path):
    """Files as they come."""
    (tmp_path / "folder").mkdir()
    contents = {
        "empty": b"",
        "words.txt": b"not json\n",
        "cut.jsonl": CHAT * 3 + CHAT[:30],
        "cut.json": json.dumps([{"table": {"uid": "t"}}]).encode()[:-5],
        "utf16": CHAT.decode().encode("utf-16"),
        "nul": b"\0" * 100,
        "deep": b"[" * 20_000,
        "records.jsonl": RECORD * 40,
        "chats.jsonl": CHAT * 40,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("command", NEED_A_PROJECT, ids=" ".join)
def test_without_a_project_it_is_said_how_to_make_one(outcrop, command):
    refused(outcrop(*command), 2, "There is no Outcrop project here", "outcrop init")


@pytest.mark.parametrize("project", ["none", "records.jsonl"])
def test_a_project_that_is_none_is_said_as_well(outcrop, files, project):
    refused(outcrop("--project", project, "jobs"), 2, "There is no Outcrop project here")


@pytest.mark.parametrize("command", READ_A_FILE, ids=" ".join)
@pytest.mark.parametrize(("name", "what"), [("none", "not there"), ("folder", "a folder"), ("empty", "")])
def test_a_file_that_is_missing_a_folder_or_empty_is_named(outcrop, files, command, name, what):
    refused(outcrop(*command, name), 1, f"outcrop: {name}: ", what)


@pytest.mark.parametrize("name", ["words.txt", "utf16", "nul", "deep", "cut.json"])
@pytest.mark.parametrize("command", [["import", "tatqa"], ["split", "-o", "out"], ["score"]], ids=" ".join)
def test_a_file_of_something_else_is_named(outcrop, files, command, name):
    refused(outcrop(*command, name), 1, f"outcrop: {name}")
    assert not (files / "out").exists()


@pytest.mark.parametrize("name", ["words.txt", "utf16", "nul", "deep", "cut.jsonl"])
def test_check_reports_whatever_a_file_is(outcrop, files, name):
    done = outcrop("check", name, "--json")
    assert done.code == 1
    assert done.json["errors"] > 0
    assert done.err == ""


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["check", "chats.jsonl", "--model", "claude-3-hiaku"], 2, "Did you mean claude-3-haiku"),
        (["check", "chats.jsonl", "--model", "claude-3-sonnet"], 1, "cannot be fine-tuned"),
        (["models", "nova-mirco"], 2, "Did you mean nova-micro"),
        (["init", "new", "--model", "nova-mirco"], 2, "Did you mean nova-micro"),
        (["init", "new", "--model", "claude-3-sonnet"], 1, "cannot be fine-tuned"),
        (["init", "new", "--candidate", "gpt"], 2, "no model named 'gpt'"),
        (["init", "new", "--target", "200"], 2, "cannot be reached"),
        (["init", "new", "--name", ""], 2, "needs a name"),
        (["init", "records.jsonl"], 1, "cannot be made"),
        (["split", "records.jsonl", "-o", "out", "--train", "-5"], 2, "add up to at most 1"),
        (["split", "records.jsonl", "-o", "chats.jsonl"], 1, "cannot be written"),
        (["score", "answers.jsonl", "--per-record", "answers.jsonl"], 2, "cannot be written there"),
        (["import", "tatqa", "tatqa.json", "-o", "chats.jsonl"], 1, "cannot be written"),
        (["records.jsonl"], 2, "The dashboard needs a terminal"),
        (["folder"], 2, "The dashboard needs a terminal"),
        (["none.jsonl"], 2, "The dashboard needs a terminal"),
        ([], 2, "The dashboard needs a terminal"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_of_the_command_is_told_with_what_was_meant(outcrop, files, command, code, said):
    (files / "answers.jsonl").write_text('{"id": 1, "prediction": "a", "reference": "a"}\n')
    raw = [{"table": {"uid": "t", "table": [["a"]]}, "questions": [{"question": "q", "answer": ["a"]}]}]
    (files / "tatqa.json").write_text(json.dumps(raw))
    refused(outcrop(*command), code, said)
    assert not (files / "new").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["nope"],
        ["--nope"],
        ["check"],
        ["check", "a", "b"],
        ["init", "--problem", "poetry"],
        ["init", "--metric", "rouge"],
        ["import", "tatqa", "x", "--preset", "half"],
        ["import"],
        ["split", "records.jsonl"],
        ["rehearse", "--as-of", "2025-02-31"],
        ["rehearse", "--pace", "nan"],
        ["rehearse", "--pace", "-1"],
        ["rehearse", "--faults", "none.yaml"],
        ["rehearse", "--folder", "records.jsonl"],
        ["demo", "--pace", "inf"],
        ["--progress", "loud", "models"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_by_the_command_itself(outcrop, files, command):
    done = outcrop(*command)
    assert (done.code, done.out) == (2, "")
    assert "Usage: outcrop" in done.err
    assert "Error: " in done.err


def test_a_metric_that_nobody_knows_is_answered_with_those_that_are_known(outcrop, files):
    done = outcrop("score", "x", "--metric", "bleu")
    assert (done.code, done.out) == (2, "")
    assert "There is no metric named 'bleu'" in done.err
    assert "article, tatqa" in done.err


def test_a_project_that_somebody_broke_by_hand_is_named_with_its_line(outcrop, tmp_path):
    assert outcrop("init").code == 0
    for text, said in (("name: [\n", "outcrop.yaml:2"), ("nome: x\n", "unknown field `nome`"), ("", "Expected")):
        (tmp_path / "outcrop.yaml").write_text(text)
        refused(outcrop("jobs"), 1, said)


def test_a_second_project_is_refused(outcrop):
    assert outcrop("init").code == 0
    refused(outcrop("init"), 1, "There is a project here already")


def test_a_project_without_records_says_how_to_get_some(outcrop):
    assert outcrop("init").code == 0
    for command in (["export"], ["submit", "--yes"]):
        refused(outcrop(*command), 2, "This project has no records yet", "outcrop import")


def test_text_from_a_file_reaches_the_terminal_with_its_control_characters_shown(outcrop, tmp_path):
    (tmp_path / "x.jsonl").write_bytes(b'{"\\u001b]52;c;aGk=\\u0007[red]": 1}\n')
    done = outcrop("check", "x.jsonl")
    assert "\x1b" not in done.out
    assert "␛]52;c;aGk=␇[red]" in done.out


def test_a_demo_that_cannot_begin_leaves_nothing_behind(outcrop, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    refused(outcrop("demo", "--plain", "--data", "none.json"), 1, "not there")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_mistake_of_ours_is_a_sentence_and_a_report(outcrop, own_environment, monkeypatch):
    def mistaken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.workspace.own_folder", mistaken)
    refused(outcrop("paths"), 1, "Outcrop stopped: ZeroDivisionError", "the report is in")
    reports = list((own_environment / "state").glob("crash-*.txt"))
    assert any("ZeroDivisionError" in report.read_text() for report in reports)


def test_a_mistake_of_ours_is_told_even_where_no_report_can_be_kept(outcrop, tmp_path, monkeypatch):
    def mistaken() -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("core.workspace.own_folder", mistaken)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OUTCROP_STATE", str(tmp_path / "file"))
    refused(outcrop("paths"), 1, "Outcrop stopped: ZeroDivisionError", "by nought, and no report could be kept")
