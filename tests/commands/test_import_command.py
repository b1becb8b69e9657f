"""`outcrop import`: any source, its kind named or found out, previewed or written, with what could not be taken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import config
from core.formatting import importing


def piped(folder: Path, text: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Runs an import with what a pipe brings."""
    command = [sys.executable, "-P", "-m", "tui", "import", *arguments]
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, input=text, capture_output=True, text=True, check=False
    )


def test_a_file_is_imported_whatever_it_is_and_what_could_not_be_taken_is_listed(outcrop, tmp_path):
    (tmp_path / "rows.csv").write_text("q,a,customer\nHow?,So,c1\nWhy?,,c1\n")
    done = outcrop("import", "rows.csv", "--map", "question=q,answer=a,group=customer", "-o", "out", "--json")
    assert done.code == 0
    assert done.json == {
        "kind": "csv",
        "records": 1,
        "tables": 0,
        "path": "out/records.jsonl",
        "unmapped": 1,
        "report": "out/records.unmapped.jsonl",
    }
    assert "1 row could not be taken: see out/records.unmapped.jsonl" in done.err
    [missed] = [json.loads(line) for line in (tmp_path / "out" / "records.unmapped.jsonl").read_text().splitlines()]
    assert missed == {
        "file": "rows.csv",
        "line": 3,
        "field": "a",
        "reason": "the answer is empty",
        "todo": "Fill it, or leave the row out",
    }


def test_tables_are_counted_and_not_groups(outcrop, tmp_path):
    rows = [(table, customer) for table in ([["1"]], [["2"]]) for customer in "abc"]
    lines = [{"question": "How?", "answer": "So", "table": table, "group": group} for table, group in rows]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = outcrop("import", "rows.jsonl", "--table-format", "all", "-o", "out", "--json").json
    assert (done["records"], done["tables"]) == (24, 2)
    assert "6 records of 2 tables in" in outcrop("import", "rows.jsonl", "-o", "out").out


def test_a_preview_shows_the_mapping_the_first_records_and_the_misses_and_writes_nothing(outcrop, tmp_path):
    (tmp_path / "rows.csv").write_text("question,answer\nHow?,So\nWhy?,\n")
    done = outcrop("import", "csv", "rows.csv", "--preview")
    assert done.code == 0
    for said in (
        "csv: 1 record from the first 2 rows",
        "question from the column question",
        "How?",
        "line 3, answer: the answer is empty",
    ):
        assert said in done.out
    assert outcrop("import", "rows.csv", "--preview", "--json").json["fitting"] == 1
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]


def test_several_files_become_one_file_of_records(outcrop, tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"prompt": "How?", "completion": "So."}\n')
    assert outcrop("import", "a.jsonl", "b.jsonl", "-o", "out", "--json").json["records"] == 2


def test_files_of_several_kinds_are_not_read_as_one(outcrop, tmp_path):
    (tmp_path / "a.csv").write_text("question,answer\nHow?,So\n")
    (tmp_path / "b.jsonl").write_text('{"question": "How?", "answer": "So"}\n')
    done = outcrop("import", "a.csv", "b.jsonl", "-o", "out")
    assert done.code == 2
    assert "several kinds" in done.err
    assert "a.csv and b.jsonl" in done.err


@pytest.mark.parametrize(
    ("command", "name", "content"),
    [
        ("check", "a.csv", b"question,answer\nHow?,So\n"),
        ("check", "a", b"PAR1"),
        ("check", "a.json", b'[{"table": {"uid": "t"'),
        ("stats", "a.csv", b"question,answer\nHow?,So\n"),
        ("stats", "a.jsonl", b'{"question": "How?", "answer": "So"}\n'),
    ],
)
def test_who_opens_what_is_to_be_imported_is_told_to_import_it(outcrop, tmp_path, command, name, content):
    (tmp_path / name).write_bytes(content)
    done = outcrop(command, name, *(["answer"] if command == "stats" else []))
    assert done.code == 1
    assert f"Make records of it: outcrop import {name} -o data" in done.err


def test_a_compressed_file_that_is_not_gzip_says_how_to_decompress_it(outcrop, tmp_path):
    (tmp_path / "a.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd...")
    assert "zstd -d a.jsonl.zst" in outcrop("import", "a.jsonl.zst").err


def test_a_project_learns_where_its_records_are_and_which_template_chats_need(outcrop, tmp_path):
    (tmp_path / "chats.jsonl").write_text('{"prompt": "How?", "completion": "So."}\n')
    assert outcrop("init", "project").code == 0
    done = outcrop("--project", "project", "import", "chats.jsonl", "-o", "project/data")
    assert "outcrop.yaml now says data.source: data/records.jsonl" in done.err
    settings = config.read(tmp_path / "project" / "outcrop.yaml")
    assert (settings.data.source, settings.format.template) == ("data/records.jsonl", "chat")


def test_a_project_uses_the_records_of_an_import_that_is_told_so(outcrop, imported, tmp_path):
    settings = tmp_path / "project" / "outcrop.yaml"
    arguments = ("--project", "project", "import", "rows.csv", "-o")
    assert outcrop(*arguments, "project/other").code == 0
    assert config.read(settings).data.source == "data/records.jsonl"
    done = outcrop(*arguments, "project/other", "--use")
    assert "outcrop.yaml now says data.source: other/records.jsonl" in done.err
    assert "outcrop.yaml" not in outcrop(*arguments, "project/other", "--use").err
    assert outcrop(*arguments, "elsewhere", "--use").code == 0
    assert config.read(settings).data.source == str(tmp_path / "elsewhere" / "records.jsonl")


@pytest.mark.parametrize(
    ("chosen", "source"),
    [({"data.source": "mine.jsonl"}, "mine.jsonl"), ({"read_only": True}, "data/records.jsonl")],
)
def test_what_somebody_chooses_while_an_import_runs_stays(outcrop, imported, monkeypatch, chosen, source):
    settings, run = imported.parent.parent / "outcrop.yaml", importing.run

    def meanwhile(*arguments, **more):
        config.change(settings, chosen)
        return run(*arguments, **more)

    monkeypatch.setattr(importing, "run", meanwhile)
    done = outcrop("--project", "project", "import", "rows.csv", "-o", "project/other", "--use")
    assert (done.code, f"keeps data.source: {source}" in done.err) == (0, True)
    assert config.read(settings).data.source == source


def test_only_a_project_uses_records(outcrop, tmp_path):
    (tmp_path / "rows.csv").write_text("question,answer\nHow?,So\n")
    done = outcrop("import", "rows.csv", "-o", "out", "--use")
    assert (done.code, "no project" in done.err, (tmp_path / "out").exists()) == (2, True, False)


@pytest.fixture
def imported(outcrop, tmp_path):
    """A project with two records, imported from a file beside it."""
    (tmp_path / "rows.csv").write_text("question,answer\nHow?,So\nWhy?,Thus\n")
    assert outcrop("init", "project").code == 0
    assert outcrop("--project", "project", "import", "rows.csv", "-o", "project/data").code == 0
    return tmp_path / "project" / "data" / "records.jsonl"


def test_a_read_only_outcrop_imports_nothing_and_still_previews(outcrop, imported, tmp_path):
    before = imported.read_bytes()
    (tmp_path / "other.csv").write_text("question,answer\nWho?,Me\n")
    for where in ((), ("--project", "project")):
        done = outcrop("--read-only", *where, "import", "other.csv", "-o", "project/data", "--yes")
        assert (done.code, "read-only" in done.err, imported.read_bytes()) == (1, True, before)
        assert outcrop("--read-only", *where, "import", "other.csv", "--preview").code == 0


def test_a_projects_records_give_way_only_to_a_yes(outcrop, imported, tmp_path):
    before = imported.read_bytes()
    (tmp_path / "other.csv").write_text("question,answer\nWho?,Me\n")
    done = outcrop("--project", "project", "import", "other.csv", "-o", "project/data")
    assert (done.code, imported.read_bytes()) == (2, before)
    for said in ("2 records give way to 1", "decisions stay with the records", "--yes"):
        assert said in done.err
    done = outcrop("--project", "project", "import", "other.csv", "-o", "project/data", "--yes")
    assert (done.code, imported.read_bytes().count(b"\n")) == (0, 1)
    assert "2 records give way to 1" in done.err


def test_the_same_records_again_and_another_file_are_not_asked_about(outcrop, imported, tmp_path):
    before = imported.read_bytes()
    assert outcrop("--project", "project", "import", "rows.csv", "-o", "project/data").code == 0
    assert imported.read_bytes() == before
    (tmp_path / "other.csv").write_text("question,answer\nWho?,Me\n")
    for file in ("rows.csv", "other.csv"):
        assert outcrop("--project", "project", "import", file, "-o", "elsewhere").code == 0


def test_options_that_mean_nothing_to_a_kind_are_refused(outcrop, tmp_path):
    (tmp_path / "rows.csv").write_text("question,answer\nHow?,So\n")
    (tmp_path / "chats.jsonl").write_text('{"prompt": "How?", "completion": "So."}\n')
    for wrong in (
        ("rows.csv", "--preset", "article"),
        ("chats.jsonl", "--delimiter", ";"),
        ("chats.jsonl", "--map", "question=q"),
        ("rows.csv", "--map", "question"),
        ("rows.csv", "--map", "question=a,question=b"),
        ("csv",),
    ):
        done = outcrop("import", *wrong, "-o", "out")
        assert (done.code, done.out) == (2, ""), wrong
        assert "do:" in done.err
    assert not (tmp_path / "out" / "records.jsonl").exists()


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", "\\x"])
def test_what_can_stand_between_no_columns_is_refused_with_what_can(outcrop, tmp_path, delimiter):
    (tmp_path / "rows.csv").write_text("question,answer\nHow?,So\n")
    done = outcrop("import", "rows.csv", "--delimiter", delimiter, "-o", "out")
    assert (done.code, "is no delimiter" in done.err, "one character" in done.err) == (2, True, True)


@pytest.mark.parametrize(("delimiter", "between"), [("\\t", "\t"), ("tab", "\t"), ("é", "é"), (";", ";")])
def test_a_delimiter_is_one_character_and_a_tab_has_a_name(outcrop, tmp_path, delimiter, between):
    (tmp_path / "rows.csv").write_text(f"question{between}answer\nHow?{between}So\n")
    assert outcrop("import", "rows.csv", "--delimiter", delimiter, "-o", "out", "--json").json["records"] == 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [([], '{"question": "How?", "answer": "So"}\n'), (["csv"], "question,answer\nHow?,So\n")],
    ids=["found out", "named"],
)
def test_what_a_pipe_brings_is_imported_and_no_copy_of_it_stays(tmp_path, kind, text):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = piped(tmp_path, text, *kind, "-", "-o", "out", TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "out" / "records.jsonl").read_text())
    assert (record["fields"]["answer"], record["facts"]["file"]) == ("So", "stdin")
    assert not list(temporary.iterdir())


def test_what_is_wrong_with_a_pipe_names_the_pipe_and_not_its_copy(tmp_path):
    done = piped(tmp_path, "question,answer\nHow?,So\n", "-", "-o", "out")
    assert done.returncode == 1
    assert "/dev/stdin: This file is of no kind that can be imported" in done.stderr
    assert "invocation-log /dev/stdin" in done.stderr


def test_a_pipe_is_read_once(outcrop):
    done = outcrop("import", "jsonl", "-", "-")
    assert done.code == 2
    assert "`-` is stdin, which can be read only once" in done.err


def test_an_address_in_s3_needs_a_project_that_says_which_account(outcrop):
    done = outcrop("import", "s3://bucket/key.jsonl")
    assert done.code == 2
    assert "no Outcrop project" in done.err
