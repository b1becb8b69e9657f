"""The log: each call to AWS with its duration, its end and its id, and neither secrets nor data."""

import json
import os
import re
import subprocess
import sys

import pytest
from rehearsed import HAIKU
from screens import make_project

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TEXT = "the merger with Acme is not public"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ (DEBUG|INFO|WARNING|ERROR) outcrop\.\w+ .+")


def outcrop(folder, *arguments, **environment):
    """Runs a command in a process of its own."""
    command = [sys.executable, "-P", "-m", "tui", *arguments]
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory, start_rehearsal):
    """A project on a rehearsal, whose folder the tests share."""
    folder = make_project(tmp_path_factory.mktemp("logged") / "project")
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    return folder


@pytest.fixture
def logged(project, tmp_path):
    """Runs a command with a secret in its environment and a state folder of its own; gives the log's text."""

    def command(*arguments):
        names = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "OPENAI_API_KEY")
        outcrop(project, *arguments, OUTCROP_STATE=str(tmp_path), **dict.fromkeys(names, SECRET))
        path = tmp_path / "outcrop.log"
        return path.read_text() if path.exists() else ""

    return command


def test_each_call_has_its_duration_its_end_and_its_id(logged):
    text = logged("deploy", "ask", HAIKU, TEXT)
    assert all(LINE.fullmatch(line) for line in text.splitlines())
    (line,) = (line for line in text.splitlines() if "Converse" in line)
    assert re.search(r"INFO outcrop\.aws bedrock-runtime Converse 200 in \d+\.\d{3} s, request [0-9a-f-]{36}$", line)


def test_a_refused_call_has_the_code_of_its_error(logged):
    text = logged("deploy", "ask", "nobody.has-this-v1:0", TEXT)
    assert re.search(r"WARNING outcrop\.aws bedrock-runtime Converse 400 ValidationException in ", text)
    assert "The provided model" not in text


def test_with_debug_it_says_what_errors_say_and_how_calls_are_made_up(logged):
    text = logged("--debug", "deploy", "ask", "nobody.has-this-v1:0", TEXT)
    assert "The provided model" in text
    assert "Converse with modelId str, messages list" in text


def test_neither_secrets_nor_data_stand_in_it_not_even_with_debug(logged):
    logged("deploy", "ask", HAIKU, TEXT)
    logged("--debug", "deploy", "ask", HAIKU, TEXT)
    text = logged("--debug", "judge", "--all", "--yes", "--model", HAIKU)
    assert text.count("Converse 200") >= 2 + 12  # of the judge one a record
    assert SECRET not in text
    assert TEXT not in text
    assert "Company 1 opened shops" not in text


def test_where_nobody_is_called_there_is_no_log(logged):
    assert logged("stats", "issue") == ""


def test_it_is_open_to_nobody_else_and_paths_names_it(logged, project, tmp_path):
    logged("jobs")
    path = tmp_path / "outcrop.log"
    assert path.stat().st_mode & 0o777 == 0o600
    done = outcrop(project, "paths", "--json", OUTCROP_STATE=str(tmp_path))
    assert json.loads(done.stdout)["log"] == str(path)


def test_a_log_that_cannot_be_written_stops_nothing(project, tmp_path):
    (tmp_path / "file").write_text("")
    done = outcrop(project, "jobs", OUTCROP_STATE=str(tmp_path / "file" / "below"))
    assert (done.returncode, done.stderr) == (0, "")
