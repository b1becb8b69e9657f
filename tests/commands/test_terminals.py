"""Where there is no terminal for the dashboard, or a poor one, a plain command is named instead."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest


def at_a_terminal(folder: Path, *arguments: str, keys: bytes = b"", **environment: str) -> tuple[int, bytes, str]:
    """Runs a command on a pseudo terminal; returns its exit code, what it drew, and what it said on stderr."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", *arguments],
        cwd=folder,
        env=os.environ | environment,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    os.write(ours, keys)
    assert child.stderr is not None
    said = child.stderr.read()
    child.stderr.close()
    child.wait()
    drawn = b""
    try:
        while block := os.read(ours, 4096):
            drawn += block
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return child.returncode, drawn, said


@pytest.mark.parametrize("kind", ["dumb", "unknown", ""])
@pytest.mark.parametrize("arguments", [(), ("x.jsonl",)], ids=["project", "file"])
def test_a_terminal_without_a_cursor_gets_a_plain_command_named(tmp_path, kind, arguments):
    (tmp_path / "x.jsonl").write_text("{}\n")
    code, drawn, said = at_a_terminal(tmp_path, *arguments, TERM=kind)
    assert code == 2
    assert b"\x1b" not in drawn
    assert "This terminal cannot place a cursor" in said
    assert "Use a plain command: outcrop" in said


def test_without_a_project_the_dashboard_says_so_before_it_draws(tmp_path):
    code, drawn, said = at_a_terminal(tmp_path, TERM="xterm-256color")
    assert code == 2
    assert b"\x1b" not in drawn
    assert "There is no Outcrop project here" in said


@pytest.mark.parametrize("columns", ["60", "100"])
def test_a_table_is_as_wide_as_its_terminal(tmp_path, columns):
    (tmp_path / "x.jsonl").write_text('{"messages": 3}\n' * 3)
    _, drawn, _ = at_a_terminal(tmp_path, "check", "x.jsonl", TERM="dumb", COLUMNS=columns)
    lines = drawn.decode().splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert (len(lines) > 4) == (columns == "60")  # only what has no room is broken


def test_init_asks_for_what_no_option_says(tmp_path):
    answers = b"my tables\rAnswer questions\rskill\rclaude-3-haiku\rsquad\r75\r"
    code, _, said = at_a_terminal(tmp_path, "init", keys=answers, TERM="dumb")
    assert code == 0, said
    text = (tmp_path / "outcrop.yaml").read_text()
    for line in ("name: my tables", "task: Answer questions", "problem: skill", "metric: squad", "target: 75"):
        assert line in text
    assert "Which model is to be tuned? [claude-3-haiku]" in said


@pytest.mark.parametrize(
    ("answers", "said"), [(b"a\rb\rpoetry\r", "poetry"), (b"a\rb\rskill\rclaude-3-haiku\rbleu\r", "bleu")]
)
def test_init_takes_no_answer_that_it_cannot_keep(tmp_path, answers, said):
    code, _, told = at_a_terminal(tmp_path, "init", keys=answers + b"\x04" * 4, TERM="dumb")
    assert code != 0
    assert said in told
    assert not (tmp_path / "outcrop.yaml").exists()


def test_a_question_that_is_answered_with_no_changes_nothing(travelled):
    code, _, said = at_a_terminal(travelled.folder, "submit", "--again", keys=b"n\r", TERM="dumb")
    assert code == 1
    assert "Submit this job? [y/N]" in said
    assert "preflight" in said
    assert len([job for job in travelled.run("jobs", "--json").json if job["name"].startswith("tables")]) == 1
