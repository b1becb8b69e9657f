"""A `data.include` that is refused is reported with its place and its replacement, whichever command meets it."""

from pathlib import Path

import pytest
from screens import make_project

RULE = "octet_length(answer) < 9 OR flag = 'keep'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of an older Outcrop, whose rule was taken then."""
    folder = make_project(tmp_path)
    settings = folder / "outcrop.yaml"
    before = settings.read_text().splitlines()
    kept = [line for line in before if not line.strip().startswith("include:")]
    at = kept.index("data:") + 1
    settings.write_text("\n".join([*kept[:at], f'  include: "{RULE}"', *kept[at:]]) + "\n")
    return folder


def place(folder: Path) -> str:
    lines = (folder / "outcrop.yaml").read_text().splitlines()
    number = next(number for number, line in enumerate(lines, 1) if line.strip().startswith("include:"))
    return f"outcrop.yaml:{number} data.include"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("export",), 2),
        (("preflight",), 2),
        (("check",), 1),
        (("check", "records.jsonl"), 1),
        (("split", "records.jsonl", "-o", "parts"), 0),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_a_command_says_where_the_rule_stands_and_what_to_write(outcrop, folder, arguments, code):
    done = outcrop(*arguments)
    assert done.code == code
    said = " ".join(done.err.split())
    assert place(folder) in said
    assert "There is no function octet_length in a filter, at column 1" in said
    assert "Write length(text)" in said


def test_the_doctor_has_a_line_for_a_rule_of_the_project_s_own(outcrop, folder):
    done = outcrop("doctor", "--json")
    [line] = [each for each in done.json["lines"] if each["name"] == "include"]
    assert line["state"] == "fail"
    assert place(folder) in line["found"]
    assert line["todo"] == "Write length(text)"


def test_nothing_is_exported_by_a_rule_that_is_refused(outcrop, folder):
    outcrop("export")
    assert not (folder / "exports").exists()


def test_the_doctor_passes_a_rule_that_can_be_read(outcrop, folder):
    settings = folder / "outcrop.yaml"
    settings.write_text(settings.read_text().replace(RULE, "customer = 'acme'"))  # a fact that records may have
    [line] = [each for each in outcrop("doctor", "--json").json["lines"] if each["name"] == "include"]
    assert (line["state"], line["found"]) == ("pass", "customer = 'acme'")
