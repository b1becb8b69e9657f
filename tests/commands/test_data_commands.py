"""Plain twins of the Data tab: statistics, differences, shared decisions, review queues."""

import os
import shutil
from pathlib import Path

import pytest
from screens import make_project, opened

from core.data.decisions import Subject, decide


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project in the folder that commands run in."""
    return make_project(tmp_path)


def flag(folder: Path, who: str, value: str, *rows: int) -> None:
    workspace = opened(folder)
    subjects = [Subject(f"{row:016x}", "h") for row in rows]
    decide(workspace.store, subjects, "flag", value, who=who, now=workspace.clock.now())
    workspace.close()


def test_stats_says_what_a_column_holds_for_people_and_for_scripts(outcrop, folder):
    found = outcrop("stats", "records.jsonl", "output_tokens", "--where", "row <= 6")
    assert "output_tokens: 6 rows" in found.out
    assert "most frequent" in found.out
    assert "█" in found.out
    assert outcrop("stats", "records.jsonl", "type", "--json").json["top"] == [["span", 12]]


def test_stats_knows_the_decisions_of_the_project_around_the_file(outcrop, folder):
    flag(folder, "ann", "reject", 1, 2)
    assert outcrop("stats", "records.jsonl", "flag", "--json").json["top"] == [["reject", 2]]


def test_stats_reads_a_project_that_cannot_be_written_and_leaves_it_as_it_is(outcrop, folder, monkeypatch):
    flag(folder, "ann", "reject", 1, 2)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert outcrop("stats", "records.jsonl", "flag", "--json").json["top"] == [["reject", 2]]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_mistake_in_a_filter_is_pointed_at(outcrop, folder):
    found = outcrop("stats", "records.jsonl", "type", "--where", "row > 3 AND flagg IS NULL")
    assert found.code == 2
    assert "  row > 3 AND flagg IS NULL\n              ^\n" in found.err


def test_a_where_that_is_no_condition_is_a_mistake_and_no_search(outcrop, folder):
    found = outcrop("stats", "records.jsonl", "type", "--where", "nonsense = 1")
    assert found.code == 2
    assert "There is no column named nonsense, at column 1" in found.err
    assert "type: 4 rows" in outcrop("stats", "records.jsonl", "type", "--where", "'company 2").out


def test_diff_finds_nothing_between_a_file_and_itself(outcrop, folder):
    found = outcrop("diff", "records.jsonl", "records.jsonl")
    assert found.code == 0
    assert "12 records and 12: 12 the same" in found.out


@pytest.mark.parametrize(
    "command", [["diff", "records.jsonl", "records.jsonl"], ["format", "preview"]], ids=lambda command: command[0]
)
def test_what_only_reads_works_where_the_project_cannot_be_written(outcrop, folder, command):
    shutil.rmtree(folder / ".outcrop", ignore_errors=True)
    (folder / ".outcrop").write_text("in the way of a database")
    assert outcrop(*command).code == 0


def test_diff_names_what_was_added_removed_and_changed(outcrop, folder):
    lines = (folder / "records.jsonl").read_bytes().splitlines(keepends=True)
    changed = lines[3].replace(b'"answer":"28"', b'"answer":"about 28"')
    assert changed != lines[3]
    (folder / "other.jsonl").write_bytes(b"".join([*lines[1:3], changed, *lines[4:]]))
    found = outcrop("diff", "records.jsonl", "other.jsonl")
    assert found.code == 1
    assert "1 removed" in found.out
    assert "about 28" in found.out
    told = outcrop("diff", "records.jsonl", "other.jsonl", "--json").json
    assert (told["removed"], told["added"], len(told["changed"]), told["same"]) == ([1], [], 1, 10)
    assert [fact["name"] for fact in told["facts"]] == ["output_tokens"]


def test_of_a_prompt_that_was_changed_diff_shows_what_it_said_and_says(outcrop, folder):
    text = (folder / "records.jsonl").read_text()
    (folder / "other.jsonl").write_text(text.replace("How many shops had company 1", "How many stores had company 1"))
    found = outcrop("diff", "records.jsonl", "other.jsonl").out
    assert "…How many shops had comp…  …How many stores had comp…" in found
    [told] = outcrop("diff", "records.jsonl", "other.jsonl", "--json").json["changed"]
    assert (told["what"], "shops" in told["prompt"], "stores" in told["other_prompt"]) == ("prompt", True, True)


def test_flags_go_out_and_come_in_again(outcrop, folder, tmp_path):
    flag(folder, "ann", "keep", 1, 2)
    assert "2 decisions in flags.jsonl" in outcrop("flags", "export").out
    other = make_project(tmp_path / "other")
    found = outcrop("--project", other, "flags", "import", "flags.jsonl", "--json")
    assert found.code == 0
    assert found.json == {"added": 2, "same": 0, "conflicts": [], "elsewhere": 0}


def test_conflicting_flags_are_shown_exit_with_one_and_are_both_kept(outcrop, folder, tmp_path):
    flag(folder, "ann", "keep", 1)
    outcrop("flags", "export")
    other = make_project(tmp_path / "other")
    flag(other, "bob", "reject", 1)
    found = outcrop("--project", other, "flags", "import", "flags.jsonl")
    assert found.code == 1
    assert "reject  bob  keep    ann" in found.out
    assert outcrop("--project", other, "stats", other / "records.jsonl", "disputed", "--json").json["missing"] == 11
    again = outcrop("--project", other, "flags", "import", "flags.jsonl")
    assert (again.code, again.out) == (1, found.out)
    assert "theirs hold" in outcrop("--project", other, "flags", "import", "--theirs", "flags.jsonl").err
    assert outcrop("--project", other, "stats", other / "records.jsonl", "flag", "--json").json["top"] == [
        ["keep", 1]
    ]
    assert outcrop("--project", other, "flags", "import", "flags.jsonl").code == 0


def test_flags_of_records_that_are_not_here_are_kept_and_counted(outcrop, folder, tmp_path):
    flag(folder, "ann", "keep", 1, 98, 99)
    outcrop("flags", "export")
    found = outcrop("--project", make_project(tmp_path / "other"), "flags", "import", "flags.jsonl")
    assert "3 added" in found.out
    assert "2 of records that are not in this project's file" in found.err


def test_flags_go_to_stdout_where_the_file_is_a_dash(outcrop, folder):
    flag(folder, "ann", "keep", 1)
    found = outcrop("flags", "export", "-")
    outcrop("flags", "export")
    assert found.out.encode() == (folder / "flags.jsonl").read_bytes()
    assert not (folder / "-").exists()


def test_flags_are_not_brought_into_a_read_only_project(outcrop, folder):
    flag(folder, "ann", "keep", 1)
    outcrop("flags", "export")
    assert "read-only" in outcrop("--read-only", "flags", "import").err


def test_a_review_queue_is_drawn_and_says_how_far_everybody_is_and_how_far_they_agree(outcrop, folder):
    drawn = outcrop("review", "--draw", "random", "--size", "4", "--json").json
    rows = [int(record, 16) for record in drawn["queue"]["records"]]
    assert len(rows) == 4
    flag(folder, "ann", "keep", *rows[:3])
    flag(folder, "bob", "keep", *rows[:2])
    flag(folder, "bob", "reject", rows[2])
    found = outcrop("review")
    assert "4 records, random, seed 1" in found.out
    assert "ann and bob: 3 records, agree 67%, kappa 0.00" in found.out
    told = outcrop("review", "--json").json
    assert {who: each["done"] for who, each in told["reviewers"].items()} == {"ann": 3, "bob": 3}


def test_without_a_queue_review_says_how_to_draw_one(outcrop, folder):
    found = outcrop("review")
    assert found.code == 2
    assert "--draw" in found.err


@pytest.mark.parametrize("command", [["stats", "none.jsonl", "row"], ["diff", "none.jsonl", "records.jsonl"],
                                     ["flags", "import", "none.jsonl"]], ids=" ".join)  # fmt: skip
def test_a_file_that_is_not_there_is_named(outcrop, folder, command):
    found = outcrop(*command)
    assert found.code == 1
    assert "none.jsonl" in found.err
    assert "Traceback" not in found.err
