"""`outcrop split`: parts by table, row, fact, share or number, and what leaks between them, made or brought."""

import json

import pytest


@pytest.fixture
def records(tmp_path):
    """Sixty tables with four questions each, every question in two table formats."""
    lines = [
        {
            "id": f"{t}-{q}-{form}",
            "group": f"t{t}",
            "fields": {"question": f"q{q} of {t}?", "answer": f"{t}.{q}"},
            "facts": {"type": "span" if q else "count", "customer": f"c{t % 6}", "table_format": form},
        }
        for t in range(60)
        for q in range(4)
        for form in ("html", "json")
    ]
    (tmp_path / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_split_prints_its_parts_and_its_leakage_for_scripts(outcrop, records, tmp_path):
    done = outcrop("split", "records.jsonl", "--by", "table", "-o", "out", "--json").json
    assert (done["train"], done["validation"], done["test"]) == (384, 48, 48)
    assert done["leakage"] == {"record": 0.0, "question": 0.0, "table": 0.0}
    assert len((tmp_path / "out" / "test.jsonl").read_text().splitlines()) == 48


@pytest.mark.parametrize(
    ("named", "records_of"),
    [
        ({"train": 0.7, "test": 0.3}, (336, 0, 144)),
        ({"train": 0.9}, (432, 24, 24)),
        ({"train": 0.5, "test": 0.1}, (240, 48, 48)),
        ({"train": 300, "test": 50}, (300, 48, 50)),
    ],
)
def test_a_share_that_is_not_named_takes_what_the_named_ones_leave(outcrop, records, named, records_of):
    options = [each for part, share in named.items() for each in (f"--{part}", share)]
    done = outcrop("split", "records.jsonl", *options, "-o", "out", "--json").json
    assert (done["train"], done["validation"], done["test"]) == records_of


def test_by_row_the_same_question_stands_on_both_sides_and_what_that_does_to_a_score_is_said(outcrop, records):
    done = outcrop("split", "records.jsonl", "--by", "row", "-o", "out", "--json").json
    assert done["leakage"]["question"] > 0.6
    assert done["leakage"]["table"] > 0.9
    assert done["memoriser"]["leaked"] == 100
    assert done["memoriser"]["lift"] > 40
    said = outcrop("split", "records.jsonl", "--by", "row", "-o", "out").out
    assert "a memoriser, asked 48 test rows" in said
    assert "where the question has leaked" in said


def test_a_part_without_rows_is_warned_of_and_what_cannot_be_measured_is_no_figure(outcrop, records):
    done = outcrop("split", "records.jsonl", "--by", "type", "-o", "out")
    assert (done.code, done.out.count("–")) == (0, 3)
    assert "! the test part has no records; `by type` keeps too many records together" in done.err
    assert "for so small a part, `by row` none" in done.err
    assert "what leaks into it cannot be measured" in done.err
    as_json = outcrop("split", "records.jsonl", "--by", "type", "-o", "out", "--json").json
    assert (as_json["test"], as_json["leakage"]["question"], as_json["memoriser"]) == (0, 0.0, None)
    assert [each.split(";")[0] for each in as_json["warnings"]] == ["the test part has no records"]
    assert outcrop("split", "out", "--json").json["warnings"][-1].startswith("the test part has no records")
    assert outcrop("split", "records.jsonl", "-o", "out", "--json").json["warnings"] == []


def test_numbers_facts_and_strata(outcrop, records, tmp_path):
    wanted = ("--train", 300, "--validation", 0, "--test", 50, "--by", "customer", "--stratify", "type")
    done = outcrop("split", "records.jsonl", *wanted, "-o", "out", "--json").json
    assert (done["train"], done["test"]) == (300, 50)

    def customers(part):
        lines = (tmp_path / "out" / f"{part}.jsonl").read_text().splitlines()
        return {json.loads(line)["facts"]["customer"] for line in lines}

    assert not customers("train") & customers("test")


def test_parts_that_somebody_brought_are_measured_and_left_as_they_are(outcrop, records, tmp_path):
    made = outcrop("split", "records.jsonl", "--by", "row", "-o", "out", "--json").json
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert outcrop("split", "out", "--json").json == made
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


def rows_about(things: list[dict[str, object]], each: int = 8) -> list[dict[str, object]]:
    """Rows without a group: so many questions about each of some things."""
    return [{"question": f"What is {n}?", "answer": str(n)} | thing for thing in things for n in range(each)]


TABLES = [{"table": [["", "2019"], ["Revenue", str(t)]]} for t in range(5)]
PASSAGES = [{"context": f"Passage {t}."} for t in range(5)]
WHOLE = ("--train", 0.6, "--validation", 0.2, "--test", 0.2)


@pytest.mark.parametrize("things", [TABLES, PASSAGES], ids=["tables", "passages"])
@pytest.mark.parametrize("imported", ["now", "without groups"])
def test_rows_that_name_no_group_are_kept_together_by_their_table_or_passage(outcrop, tmp_path, things, imported):
    rows = rows_about(things)
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert outcrop("import", "rows.jsonl", "-o", ".", "--json").json["records"] == 40
    if imported == "without groups":
        lines = [json.loads(line) | {"group": ""} for line in (tmp_path / "records.jsonl").read_text().splitlines()]
        (tmp_path / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    by_table = outcrop("split", "records.jsonl", *WHOLE, "-o", "out", "--json").json
    assert [by_table[part] for part in ("train", "validation", "test")] == [24, 8, 8]
    assert by_table["leakage"] == {"record": 0.0, "question": 0.0, "table": 0.0}
    by_row = outcrop("split", "records.jsonl", *WHOLE, "--by", "row", "-o", "out", "--json").json
    assert by_row["leakage"] == {"record": 0.0, "question": 0.0, "table": 1.0}


def test_brought_chats_are_compared_by_the_cells_of_their_tables_in_whatever_format(outcrop, tmp_path):
    html = "<table><tr><td>Revenue</td><td>12</td></tr></table>"
    for part, table in (("train", html), ("test", "<table>\n| Revenue | 12 |\n|---|---|\n</table>")):
        prompt = f"{table}\n<question>How much?</question>"
        (tmp_path / f"{part}.jsonl").write_text(json.dumps({"prompt": prompt, "completion": "12"}) + "\n")
    done = outcrop("split", ".", "--json").json
    assert done["leakage"] == {"record": 0.0, "question": 1.0, "table": 1.0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("records.jsonl",), "Missing option '-o'"),
        (("records.jsonl", "--by", "shop", "-o", "out"), "has a fact named 'shop'"),
        (("records.jsonl", "--stratify", "shop", "-o", "out"), "has a fact named 'shop'"),
        (("records.jsonl", "--train", "900", "-o", "out"), "there are 480"),
    ],
)
def test_what_cannot_be_split_is_a_mistake_of_the_command(outcrop, records, arguments, said):
    done = outcrop("split", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
