"""`outcrop check`: leakage against what was trained on, copies that are mended, rules that explain themselves."""

import json
from pathlib import Path

import pytest
from screens import edit_record, make_project, records

TURNS = [{"role": "user", "content": "<question>q</question>"}, {"role": "assistant", "content": "a"}]


def line(question: str, answer: str = "a", *, table: str = "", **extra: object) -> bytes:
    prompt = (f"<table>{table}</table>\n" if table else "") + f"<question>{question}</question>"
    turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
    return json.dumps({"system": "You are an analyst.", "messages": turns} | extra).encode() + b"\n"


GOOD = [line(f"What was sold in {1900 + n}?", table=f"<tr><td>{n}</td></tr>") for n in range(40)]


@pytest.fixture
def write(tmp_path: Path):
    def written(name: str, *lines: bytes) -> Path:
        (tmp_path / name).write_bytes(b"".join(lines))
        return tmp_path / name

    return written


def found(done) -> dict[str, list[int]]:
    """The lines of each rule."""
    return {each["rule"]: each["lines"] for each in done.json["issues"]}


@pytest.mark.parametrize("depth", ["--json", "--quick"])
def test_what_training_has_seen_of_a_test_set_is_counted_by_how(outcrop, write, depth):
    tested = [
        GOOD[0],  # the record
        line("What was sold in 1901?", "another answer", table="<tr><td>1</td></tr>"),  # the prompt
        line("Who wrote it?", table="<tr><td>2</td></tr>"),  # the table
        line("Please state what was sold in 1903", table="<tr><td>3</td></tr>"),  # the question in other words
        *[line(f"What was made in {2000 + n}?", table=f"<tr><td>new {n}</td></tr>") for n in range(36)],
    ]
    done = outcrop("check", write("test.jsonl", *tested), "--against", write("train.jsonl", *GOOD), depth, "--json")
    [issue] = [each for each in done.json["issues"] if each["rule"] == "leakage"]
    assert (issue["severity"], issue["count"], issue["lines"]) == ("warning", 4, [1, 2, 3, 4])
    assert "10.0% of the test rows" in issue["message"]
    assert "the same record 2.5%, the same prompt 5.0%, the same table or document 10.0%" in issue["message"]


def test_a_table_is_the_same_table_in_another_format(outcrop, write):
    markdown = "\n| | 2019 |\n|---|---|\n| Cost | 12 |\n"
    html = "<tr><th></th><th>2019</th></tr><tr><td>Cost</td><td>12</td></tr>"
    train = write("train.jsonl", *GOOD, line("How much?", table=markdown))
    done = outcrop("check", write("test.jsonl", line("Since when?", table=html), *GOOD), "--against", train, "--json")
    [issue] = [each for each in done.json["issues"] if each["rule"] == "leakage"]
    assert 1 in issue["lines"]


def test_sets_that_share_nothing_do_not_leak(outcrop, write):
    other = [line(f"What was made in {2000 + n}?", table=f"<tr><td>new {n}</td></tr>") for n in range(40)]
    done = outcrop("check", write("test.jsonl", *other), "--against", write("train.jsonl", *GOOD), "--json")
    assert done.json == {"records": 40, "errors": 0, "warnings": 0, "issues": []}


def test_a_copy_is_mended_where_that_is_safe_and_the_file_stays(outcrop, write, tmp_path):
    rest = [line("Who was it?", table="-", id=7), line("Who?\u200b", table="+")]
    broken = [b"\xef\xbb\xbf" + GOOD[0], *GOOD[1:], b"\n", *rest, GOOD[3]]
    path = write("x.jsonl", *broken)
    done = outcrop("check", path, "--fix", "-o", "new.jsonl", "--json")
    assert path.read_bytes() == b"".join(broken)
    lines = (tmp_path / "new.jsonl").read_bytes().splitlines(keepends=True)
    assert lines[:40] == GOOD
    assert [json.loads(each) for each in lines[40:]] == [
        json.loads(line("Who was it?", table="-")),
        json.loads(line("Who?", table="+")),
    ]
    assert (done.code, done.json["errors"], done.json["warnings"], done.json["records"]) == (0, 0, 0, 42)
    for said in ("encoding: removes", "blank-line: removes", "extra-key: removes", "control-characters: removes"):
        assert said in done.err
    assert "duplicate: keeps the first of exact duplicates; 1 line: 44" in done.err


def test_lines_with_nothing_to_mend_stay_byte_for_byte(outcrop, write, tmp_path):
    odd = line("q").replace(b'{"system"', b'{ "system"')
    outcrop("check", write("x.jsonl", *GOOD, odd, b"{broken\n"), "--fix", "-o", "new.jsonl")
    assert (tmp_path / "new.jsonl").read_bytes() == b"".join([*GOOD, odd, b"{broken\n"])


@pytest.mark.parametrize("name", ["x.jsonl", "./x.jsonl"])
def test_a_file_is_never_mended_in_place(outcrop, write, name):
    path = write("x.jsonl", *GOOD, b"\n")
    done = outcrop("check", path, "--fix", "-o", name)
    assert (done.code, path.read_bytes()) == (2, b"".join([*GOOD, b"\n"]))
    assert "never mended in place" in done.err


def test_a_file_that_is_there_is_replaced_only_where_that_is_wanted(outcrop, write):
    path, there = write("x.jsonl", *GOOD, b"\n"), write("y.jsonl", b"mine\n")
    done = outcrop("check", path, "--fix", "-o", "y.jsonl")
    assert (done.code, there.read_bytes()) == (1, b"mine\n")
    assert "y.jsonl is there already" in done.err
    assert outcrop("check", path, "--fix", "-o", "y.jsonl", "--force").code == 0
    assert there.read_bytes() == b"".join(GOOD)


def test_without_a_file_the_projects_own_records_are_checked(outcrop, tmp_path):
    missing = outcrop("check")
    assert (missing.code, "There is no file to check" in missing.err) == (2, True)
    make_project(tmp_path)
    assert outcrop("check", "--json").json["records"] == 12


def test_the_projects_own_records_are_judged_as_edited_and_a_named_file_as_it_stands(outcrop, tmp_path):
    make_project(tmp_path)
    edit_record(tmp_path, 2, answer="ann@example.com")
    edit_record(tmp_path, 5, **records()[4].fields)
    done = outcrop("check", "--json")
    assert found(done)["personal-data"] == [3]
    assert found(done)["duplicate"] == [6]
    assert "2 records judged as edited" in done.err
    assert found(outcrop("check", "records.jsonl", "--json")).keys().isdisjoint({"personal-data", "duplicate"})


def test_an_edit_whose_line_has_changed_since_is_not_what_is_judged(outcrop, tmp_path):
    make_project(tmp_path)
    edit_record(tmp_path, 2, answer="ann@example.com")
    path = tmp_path / "records.jsonl"
    path.write_text(path.read_text().replace("How many vans had company 1", "How many vans had company 1 sold"))
    done = outcrop("check", "--json")
    assert "personal-data" not in found(done)
    assert "edited" not in done.err


@pytest.mark.parametrize("arguments", [["--fix"], ["-o", "new.jsonl"]])
def test_mending_and_its_new_file_go_together(outcrop, write, arguments):
    done = outcrop("check", write("x.jsonl", *GOOD), *arguments)
    assert done.code == 2
    assert "--fix writes a new file" in done.err


def test_a_quick_check_holds_to_the_models_rules_and_exact_duplicates_only(outcrop, write):
    path = write("x.jsonl", *GOOD, GOOD[0], line("call ann@example.com", table="-"))
    thorough = {each["rule"] for each in outcrop("check", path, "--json").json["issues"]}
    quick = {each["rule"] for each in outcrop("check", path, "--json", "--quick").json["issues"]}
    assert thorough == {"duplicate", "personal-data"}
    assert quick == {"duplicate"}


def test_warnings_fail_when_asked_to_and_advice_never_does(outcrop, write):
    plain = [json.dumps({"messages": [{"role": "user", "content": f"q{n}"}, TURNS[1]]}).encode() for n in range(40)]
    path = write("x.jsonl", *[each + b"\n" for each in plain])
    assert outcrop("check", path, "--strict").code == 0
    assert outcrop("check", write("y.jsonl", *GOOD, GOOD[0]), "--strict").code == 1
    assert outcrop("check", write("y.jsonl", *GOOD, GOOD[0])).code == 0


def test_a_rule_explains_itself(outcrop):
    shown = outcrop("check", "--explain", "extra-key").out
    assert shown.splitlines()[0] == "extra-key (error)"
    assert "removes keys that the format does not have" in shown
    assert "Anthropic, cookbook" in shown


def test_a_fix_that_only_a_person_can_accept_is_said_where_it_is_offered(outcrop):
    assert "* in the Data tab rejects those whose answer" in outcrop("check", "--explain", "near-duplicate").out


def test_all_rules_are_listed_with_what_they_find(outcrop):
    shown = outcrop("check", "--explain", "all").out
    for rule in ("json", "near-duplicate", "no-blocks", "leakage"):
        assert f" {rule} " in shown


def test_an_unknown_rule_names_the_known_ones(outcrop):
    done = outcrop("check", "--explain", "dupes")
    assert done.code == 2
    assert "near-duplicate" in done.err


def test_a_full_disk_or_a_missing_folder_leaves_nothing_behind(outcrop, write, tmp_path):
    (tmp_path / "file").write_text("x")
    done = outcrop("check", write("x.jsonl", *GOOD), "--fix", "-o", "file/new.jsonl")
    assert done.code == 1
    assert "cannot be written" in done.err


def test_of_the_same_prompt_only_equal_answers_are_duplicates_even_when_in_a_hurry(outcrop, write):
    path = write("some.jsonl", line("What?", "yes"), line("What?", "nah"), line("What?", "yes"), *GOOD)
    [issue] = outcrop("check", path, "--quick", "--json").json["issues"]
    assert (issue["rule"], issue["lines"]) == ("duplicate", [3])


def test_a_check_leaves_no_trace_in_a_project(outcrop, write, tmp_path):
    path = write("some.jsonl", *GOOD)
    (tmp_path / "outcrop.yaml").write_text("name: p\n")
    assert outcrop("--project", tmp_path, "check", path).code == 0
    assert {each.name for each in tmp_path.iterdir()} == {"some.jsonl", "outcrop.yaml"}
