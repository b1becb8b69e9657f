"""`outcrop judge`: forecast, confirmation, verdicts, and how far people agree with them."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from judge_samples import record, write_records
from rehearsed import Rehearsed

from core import catalog, tasks
from core.clock import SystemClock
from core.config import Config, Data, Rehearsal
from core.data import calibration, decisions
from core.data.calibration import Calibration
from core.data.decisions import Subject
from core.usecase import project
from core.workspace import open_project, rehearsal_folder
from tui.commands import main

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory, start_rehearsal):
    """A project in a folder, with a rehearsal of its own."""
    folder = tmp_path_factory.mktemp("judging")
    wanted = Config(name="judging", data=Data(source="records.jsonl"), rehearsal=Rehearsal(pace=0.0))
    project.create(folder, wanted, catalog.load())
    server: Rehearsed = start_rehearsal(folder=rehearsal_folder(folder))
    assert server.alive()
    return folder


@pytest.fixture
def outcrop(home, capsys):
    """Runs a command on six fresh records without any verdict: returns its exit code, its data and its talk."""
    write_records(home, [record(number, wrong=number % 2 == 1) for number in range(6)])
    workspace = open_project(home)
    for table in ("answers", "decisions", "settings", "tasks"):
        workspace.store.write(f"DELETE FROM {table}")
    workspace.close()

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["--project", str(home), *arguments])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def flagged(home, outcrop):
    """Flags records by their number: `flagged(keep=[0], reject=[1])`."""

    def flag(**numbers):
        workspace = open_project(home)
        for value, records in numbers.items():
            subjects = [Subject(f"{number:016x}", "") for number in records]
            decisions.decide(workspace.store, subjects, "flag", value, who="me", now=NOW)
        workspace.close()

    return flag


def test_verdicts_are_counted_and_spending_is_told(outcrop):
    code, out, _ = outcrop("judge", "--all", "--yes")
    assert code == 0
    first, *rest = out.splitlines()
    assert first == "REHEARSAL us-west-2 2025-06-01, judged by claude-3-5-sonnet"
    assert [line.split() for line in rest[1:4]] == [["correct", "3"], ["incorrect", "3"], ["unparsed", "0"]]
    assert rest[4] == "0 judged before, 0 asked twice"
    assert rest[5].startswith("spent unknown: ")


def test_a_known_price_is_shown(outcrop):
    _, out, _ = outcrop("judge", "--all", "--yes", "--model", "claude-3-haiku")
    assert "spent $0.00" in out


def test_of_the_records_that_a_condition_leaves_all_or_some_are_judged(outcrop):
    _, out, _ = outcrop("judge", "--all", "--where", "row > 4", "--yes", "--json")
    assert {int(record, 16) for record in json.loads(out)["summary"]["verdicts"]} == {4, 5}
    _, out, _ = outcrop("judge", "--sample", "1", "--where", "row > 4", "--yes", "--json")
    assert json.loads(out)["forecast"]["records"] == 1
    code, _, err = outcrop("judge", "--all", "--where", "rows > 4")
    assert (code, "There is no column named rows" in err) == (2, True)


def test_json_is_one_object(outcrop):
    code, out, err = outcrop("judge", "--sample", "4", "--seed", "2", "--yes", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found) == ["location", "forecast", "summary", "humans"]
    assert found["forecast"]["records"] == len(found["summary"]["verdicts"]) == 4
    assert sum(found["summary"]["counts"].values()) == 4
    assert found["humans"]["records"] == 0


def test_before_it_spends_it_says_what_on_and_asks(outcrop):
    code, out, err = outcrop("judge", "--all", "--model", "claude-3-haiku")
    assert (code, out) == (2, "")
    assert "judge     claude-3-haiku (anthropic.claude-3-haiku-20240307-v1:0)" in err
    assert "records   6, 0 of them judged before" in err
    assert "tokens, error unknown\ncounted   by nobody yet: 4 characters a token" in err
    assert "back      ≈ 540 tokens: 90 a reply, assumed, at most 512" in err
    assert "cost      ≈ $0.0011, error unknown" in err
    assert "--yes" in err


def test_a_forecast_says_its_error_and_who_counted(outcrop, home):
    workspace = open_project(home)
    calibration.remember(workspace, Calibration("claude-3-haiku", "CountTokens", 200, 0, 0.4, 0.192))
    workspace.close()
    _, _, err = outcrop("judge", "--all", "--model", "claude-3-haiku")
    assert "tokens, ± 19.2% (95 %)\ncounted   CountTokens of claude-3-haiku, on 200 prompts" in err
    assert "cost      ≈ $0.0011, up to $0.0043" in err
    _, out, _ = outcrop("judge", "--all", "--yes", "--json")
    basis = json.loads(out)["forecast"]["basis"]
    assert basis == {
        "by": "CountTokens of claude-3-haiku, not of claude-3-5-sonnet",
        "prompts": 200,
        "error": 0.192,
    }


def test_where_all_is_judged_already_nobody_is_asked(outcrop):
    outcrop("judge", "--all", "--yes")
    code, out, _ = outcrop("judge", "--all")
    assert code == 0
    assert "6 judged before" in out


def test_verdicts_are_compared_with_people_s_flags(outcrop, flagged):
    flagged(keep=[0, 1], reject=[3], fix=[2])
    code, out, _ = outcrop("judge", "--all", "--yes")
    assert code == 0
    assert "4 records reviewed: accuracy 0.50, kappa 0.00" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["correct", "1", "1"] in lines
    assert ["incorrect", "1", "1"] in lines
    differing = [line for line in out.splitlines() if line.startswith("0" * 15)]
    assert [line.split()[:3] for line in differing] == [
        [f"{1:016x}", "correct", "incorrect"],
        [f"{2:016x}", "incorrect", "correct"],
    ]


def test_a_verdict_excludes_nothing_by_itself(outcrop, home):
    outcrop("judge", "--all", "--yes")
    workspace = open_project(home)
    assert decisions.current(workspace.store) == {}
    workspace.close()


def test_replies_that_never_hold_a_verdict_fail(outcrop, home):
    templates = home / "templates"
    templates.mkdir()
    own = {"user": "Reply in a <judgement>: {{ question }}", "reminder": "Well?", "model": "claude-3-haiku"}
    (templates / "judge.yaml").write_text(json.dumps(own))
    try:
        code, out, _ = outcrop("judge", "--all", "--yes")
    finally:
        (templates / "judge.yaml").unlink()
        templates.rmdir()
    assert code == 1
    assert "0 judged before, 6 asked twice" in out


def test_the_prompt_is_printed_to_be_changed(outcrop):
    code, out, _ = outcrop("judge", "--print-prompt")
    assert code == 0
    assert "You are a reliable and impartial expert judge" in out


@pytest.mark.parametrize(
    "arguments", [[], ["--all", "--sample", "3"], ["--sample", "0"], ["--all", "--model", "nope"]]
)
def test_a_wrong_command_is_refused_and_asks_nobody(outcrop, home, arguments):
    code, out, err = outcrop("judge", "--yes", *arguments)
    assert (code, out) == (2, "")
    assert err
    workspace = open_project(home)
    assert workspace.store.rows("SELECT 1 FROM answers") == []
    workspace.close()


def test_as_a_task_it_reports_to_the_store(outcrop, home):
    workspace = open_project(home)
    now = SystemClock().now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    workspace.store.write("INSERT INTO tasks VALUES ('t1','judging','[]',0,'running',NULL,NULL,?,?,NULL)", (now, now))
    command = [sys.executable, "-P", "-m", "tui", "--project", str(home), "--task", "t1", "judge", "--all", "--yes"]
    subprocess.run(command, check=True, capture_output=True)  # a process of its own, for it takes over its signals
    (task,) = tasks.listing(workspace.store, workspace.clock)
    workspace.close()
    assert task.state == "done"
    assert (task.progress.done, task.progress.total, task.progress.unit) == (6, 6, "replies")
