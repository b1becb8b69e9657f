"""A plain command imports what it needs and no more: starting takes little, and works without a terminal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("boto3", "botocore", "polars", "numpy", "moto", "flask", "werkzeug", "plotext", "textual", "rich",
         "sqlglot")  # fmt: skip
RUN = """
import json, sys
from tui.commands import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
names = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"code": code or 0, "modules": sorted(names)}), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    (folder / "chats.jsonl").write_text((json.dumps({"messages": turns}) + "\n") * 40)
    fields = {"table": [["a", "b"]], "question": "q", "answer": "a"}
    record = {"id": "1", "group": "g", "fields": fields}
    (folder / "records.jsonl").write_text((json.dumps(record) + "\n") * 40)
    (folder / "answers.jsonl").write_text('{"id": 1, "prediction": "a", "reference": "a"}\n')
    raw = [{"table": {"uid": "t", "table": [["a"]]}, "questions": [{"question": "q", "answer": ["a"]}]}]
    (folder / "tatqa.json").write_text(json.dumps(raw))
    return folder


def modules_after(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that a command has imported by its end."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    end = json.loads(done.stderr.splitlines()[-1])
    assert end["code"] == 0, done.stderr
    return set(end["modules"])


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["models"],
        ["models", "claude-3-haiku", "--json"],
        ["score", "answers.jsonl"],
        ["import", "tatqa", "tatqa.json", "-o", "out"],
        ["import", "chats.jsonl", "-o", "out"],
        ["paths"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_a_plain_command_imports_neither_aws_nor_frames_nor_a_terminal(files, command):
    assert modules_after(files, *command).isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["chats.jsonl", "records.jsonl"])
def test_a_file_is_checked_by_columns_of_numbers_and_without_frames(files, name):
    assert modules_after(files, "check", name).isdisjoint(set(HEAVY) - {"numpy"})


def test_sql_is_read_only_where_somebody_gives_a_condition(files):
    assert "sqlglot" not in modules_after(files, "stats", "records.jsonl", "output_tokens")
    assert "sqlglot" not in modules_after(files, "stats", "records.jsonl", "output_tokens", "--where", "'words")
    assert "sqlglot" in modules_after(files, "stats", "records.jsonl", "output_tokens", "--where", "row < 9")


def test_the_rule_that_every_project_begins_with_is_applied_without_reading_sql(files, tmp_path):
    modules_after(files, "init", str(tmp_path / "project"))
    settings = tmp_path / "project" / "outcrop.yaml"
    settings.write_text(settings.read_text().replace("source: ''", f"source: {files / 'records.jsonl'}"))
    found = modules_after(tmp_path, "--project", "project", "export")
    assert "polars" in found
    assert "sqlglot" not in found


@pytest.mark.parametrize("command", [["keys"], ["themes"]], ids=" ".join)
def test_a_command_about_the_dashboard_asks_nobody_and_reads_no_data(files, command):
    assert modules_after(files, *command).isdisjoint(set(HEAVY) - {"textual", "rich"})


@pytest.mark.parametrize("command", ["models", "check", "score"])
def test_help_imports_no_template_language_and_no_yaml_writer(files, command):
    assert modules_after(files, command, "--help").isdisjoint({*HEAVY, "jinja2", "ruamel", "yaml", "sqlite3"})


def test_a_project_is_opened_without_aws_or_frames(files):
    assert modules_after(files, "init", "project").isdisjoint({*HEAVY, "jinja2"})
    found = modules_after(files, "--project", "project", "check", "records.jsonl")
    assert "sqlite3" in found
    assert found.isdisjoint(set(HEAVY) - {"numpy"})


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("core.data", ("polars", "boto3", "jinja2")),
        ("core.formatting", ("polars", "boto3", "jinja2")),
        ("core.tuning", ("polars", "boto3", "jinja2")),
        ("core.training", ("polars", "boto3")),
        ("core.deployment", ("polars", "boto3")),
        ("core.evaluation", ("polars", "numpy", "boto3")),
        ("core.inference", ("polars", "boto3")),
        ("core.workspace", ("polars", "boto3", "moto", "ruamel")),
        ("core.catalog", ("sqlite3", "polars", "boto3")),
        ("core.tasks", ("asyncio", "socket", "polars", "boto3")),
    ],
)
def test_a_stage_is_looked_at_without_what_only_some_of_it_needs(module, never):
    code = f"import sys, {module}; print([name for name in {never!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_log_costs_nothing_where_nothing_is_logged(files):
    assert "logging" not in modules_after(files, "paths")
