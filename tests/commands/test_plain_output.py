"""What plain commands print: data on stdout, talk on stderr, JSON exactly as promised."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sample_data
from core.usecase import PROBLEMS
from tui.commands.command_table import COMMANDS

PAIRS = b'{"id": "a", "prediction": "The cat, the cat sits on a mat", "reference": "cat on a mat"}\n'


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(outcrop, command):
    done = outcrop(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: outcrop {command}")


@pytest.mark.parametrize("command", [["deploy", "create"], ["deploy", "ask"], ["deploy", "delete"]])
def test_every_command_below_another_explains_itself(outcrop, command):
    assert outcrop(*command, "--help").out.startswith(f"Usage: outcrop {' '.join(command)}")


def test_the_list_of_commands_names_each_in_the_order_of_the_lifecycle(outcrop):
    shown = outcrop("--help").out
    places = [shown.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert outcrop("-h").out == shown


def test_the_version_is_told(outcrop):
    done = outcrop("--version")
    assert done.code == 0
    assert done.out.strip().count(".") == 2


def test_check_prints_the_promised_object_and_fails_where_there_are_errors(outcrop):
    done = outcrop("check", sample_data.path(sample_data.FAULTY), "--model", "claude-3-haiku", "--json")
    assert (done.code, done.err) == (1, "")
    assert list(done.json) == ["records", "errors", "warnings", "issues"]
    told = ["rule", "severity", "count", "message", "explanation", "fix", "lines"]
    assert all(list(issue) == told for issue in done.json["issues"])
    assert done.json["errors"] == sum(issue["count"] for issue in done.json["issues"] if issue["severity"] == "error")


def test_check_tells_a_script_every_line_of_a_rule_and_whether_it_can_be_mended(outcrop, tmp_path):
    (tmp_path / "x.jsonl").write_text('{"messages": 3}\n' * 70 + "\n" * 40)
    schema, blank, *_ = outcrop("check", "x.jsonl", "--json").json["issues"]
    assert (schema["rule"], schema["lines"], schema["fix"]) == ("schema", list(range(1, 71)), None)
    assert (blank["rule"], blank["lines"]) == ("blank-line", list(range(71, 111)))
    assert "empty lines" in blank["explanation"] + blank["fix"]


def test_check_prints_a_table_for_people(outcrop):
    done = outcrop("check", sample_data.path(sample_data.FAULTY))
    assert done.code == 1
    assert done.out.splitlines()[0].split() == ["rule", "lines", "first", "what"]
    assert done.out.splitlines()[-1].endswith("errors, 7 warnings")


def test_warnings_fail_only_when_asked_to(outcrop, tmp_path):
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": ""}]
    (tmp_path / "x.jsonl").write_text((json.dumps({"messages": turns}) + "\n") * 40)
    assert outcrop("check", "x.jsonl").code == 0
    assert outcrop("check", "x.jsonl", "--strict").code == 1


def test_score_prints_the_promised_object(outcrop, tmp_path):
    (tmp_path / "x.jsonl").write_bytes(PAIRS)
    done = outcrop("score", "x.jsonl", "--json", "--per-record", "scores.jsonl")
    assert (done.code, done.err) == (0, "")
    assert {key: set(value) if isinstance(value, dict) else value for key, value in done.json.items()} == {
        "n": 1,
        "article": {"precision", "recall", "f1"},
        "squad": {"em", "precision", "recall", "f1"},
    }
    [line] = (tmp_path / "scores.jsonl").read_text().splitlines()
    assert set(json.loads(line)) == {"id", "article", "squad"}


def test_the_articles_example_scores_six_ninths_six_elevenths_and_sixty(outcrop, tmp_path):
    """The article prints 59.90; its own precision and recall give exactly 60.00."""
    pair = {
        "id": 1,
        "prediction": "The cat sits on the mat in the sun",
        "reference": "The cat sits on the mat and looks at the sun",
    }
    (tmp_path / "x.jsonl").write_text(json.dumps(pair))
    assert outcrop("score", "x.jsonl", "--json").json["article"] == {
        "precision": pytest.approx(600 / 9),
        "recall": pytest.approx(600 / 11),
        "f1": pytest.approx(60.0),
    }


@pytest.mark.parametrize(
    ("metric", "there", "missing"), [("article", "article", "squad"), ("squad", "squad", "article")]
)
def test_one_metric_can_be_asked_for(outcrop, tmp_path, metric, there, missing):
    (tmp_path / "x.jsonl").write_bytes(PAIRS)
    done = outcrop("score", "x.jsonl", "--metric", metric)
    assert there in done.out
    assert missing not in done.out


def test_models_are_listed_with_their_use_and_age(outcrop):
    listed = outcrop("models").out.splitlines()
    [haiku] = [line for line in listed if line.startswith("claude-3-haiku ")]
    assert "tunable" in haiku
    assert "us-west-2" in haiku
    [judge] = [line for line in listed if line.startswith("claude-3-sonnet ")]
    assert "compare, judge" in judge


def test_a_model_is_shown_with_what_nobody_knows_as_unknown(outcrop):
    shown = outcrop("models", "claude-3-haiku").out
    assert "base_id: anthropic.claude-3-haiku-20240307-v1:0:200k" in shown
    assert "training: unknown" in shown
    [told] = outcrop("models", "claude-3-haiku", "--json").json
    assert told["prices"]["training"] is None
    assert told["stage"] in ("active", "legacy", "end-of-life")


def test_the_users_own_catalogue_counts_for_every_command(outcrop, own_environment):
    folder = own_environment / "config" / "catalog"
    folder.mkdir(parents=True)
    try:
        (folder / "mine.yaml").write_text("- {key: nova-micro, name: My Micro}\n")
        assert "My Micro" in outcrop("models").out
        (folder / "mine.yaml").write_text("- {key: nova-micro, nam: x}\n")
        done = outcrop("models")
        assert (done.code, done.out) == (1, "")
        assert "mine.yaml nova-micro" in done.err
    finally:
        (folder / "mine.yaml").unlink()
        folder.rmdir()


def test_split_tells_its_counts_and_what_leaks(outcrop, tmp_path):
    fields = {"table": [["a"]], "question": "q", "answer": "a"}
    records = [{"id": str(n), "group": f"g{n // 4}", "fields": fields} for n in range(80)]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    by_table = outcrop("split", "x.jsonl", "-o", "out", "--json").json
    assert [by_table[part] for part in ("train", "validation", "test")] == [64, 8, 8]
    assert by_table["leakage"] == {"record": 0, "question": 0, "table": 0}
    by_row = outcrop("split", "x.jsonl", "-o", "out", "--by", "row").out
    assert "training has seen the record 0%" in by_row


def test_paths_are_told_without_a_project_and_within_one(outcrop, tmp_path):
    outside = outcrop("paths", "--json").json
    assert "project" not in outside
    outcrop("init")
    assert outcrop("paths", "--json").json["project"] == str(tmp_path)
    assert "not yet" in outcrop("paths").out


def test_keys_and_themes_are_told_for_people_and_for_scripts(outcrop):
    for command in ("keys", "themes"):
        assert outcrop(command).code == 0
        assert outcrop(command, "--json").json


def test_init_asks_nothing_when_nobody_is_there_and_takes_the_folders_name(outcrop, tmp_path):
    done = outcrop("init", "my tables")
    assert done.code == 0
    assert "name: my tables" in (tmp_path / "my tables" / "outcrop.yaml").read_text()


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path):
    models = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", "models", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert models.stdout is not None
    assert models.stderr is not None
    models.stdout.close()
    said = models.stderr.read()
    models.stderr.close()
    models.wait()
    assert said == b""


def test_init_offers_the_articles_four_kinds_of_problem(outcrop):
    shown = outcrop("init", "--help").out
    assert f"[{'|'.join(each.key for each in PROBLEMS)}]" in shown.replace("\n", "").replace(" ", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_stdout_is_told_in_a_sentence():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tui", "themes"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("outcrop: The output cannot be written\n")
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_failure():
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", "models"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    child.stdout.close()
    assert (child.stderr.read(), child.wait()) == ("", 0)
    child.stderr.close()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted where Linux lists them")
def test_arithmetic_starts_no_threads_that_wait_awake():
    script = """
import os
from tui.commands import main
try:
    main(["paths"])
except SystemExit:
    import numpy
    print(len(os.listdir("/proc/self/task")))
"""
    free = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, env=free, check=True)
    assert done.stdout.splitlines()[-1] == "1"
