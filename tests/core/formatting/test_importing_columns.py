"""CSV, Parquet and JSON Lines: columns become fields, by their names or by a mapping; no row is lost unsaid."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from imports import imported, json_lines, one

from core.errors import InputError, TypedError, UsageError
from core.formatting.importing import ImportPlan, Input, look, mapping, run
from core.records.formats import source_record

QA = {"question": "q", "answer": "a"}


def csv(folder: Path, text: str, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def test_columns_that_are_named_as_fields_need_no_mapping(tmp_path):
    record = one(csv(tmp_path, "Question,Answer,context,document_id,tone\nHow?,So,Because.,d1,calm\n"))
    fields = {"question": "How?", "answer": "So", "paragraphs": ["Because."], "tone": "calm"}
    assert (record.group, record.fields) == ("d1", fields)
    assert record.facts == {"tone": "calm", "file": "rows.csv", "row": 2}


def test_a_column_of_another_name_is_a_fact_whether_anything_is_mapped_or_not(tmp_path):
    path = json_lines(tmp_path / "rows.jsonl", QA | {"customer": "c1", "labels": ["a", "b"], "note": None})
    mapped, guessed = one(path, ImportPlan("jsonl", {"question": "question", "answer": "answer"})), one(path)
    assert (mapped.facts["customer"], guessed.facts["customer"]) == ("c1", "c1")
    assert guessed.fields == QA | {"customer": "c1", "labels": ["a", "b"], "note": ""}
    assert mapped.fields == QA


def test_a_mapping_says_which_column_is_which_and_the_others_are_kept_as_facts(tmp_path):
    mapping = {"question": "q", "answer": "a", "group": "customer", "id": "key"}
    record = one(csv(tmp_path, "q,a,customer,key,channel\nHow?,So,c1,k1,mail\n"), ImportPlan("csv", mapping))
    assert (record.group, record.fields) == ("c1", {"question": "How?", "answer": "So"})
    assert record.facts == {"channel": "mail", "file": "rows.csv", "row": 2}
    assert record.id == one(csv(tmp_path, "q,a,customer,key\nOther?,No,c1,k1\n"), ImportPlan("csv", mapping)).id


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, between):
    path = csv(tmp_path, f'question{between}answer\n"a{between}b"{between}c\n')
    assert one(path).fields == {"question": f"a{between}b", "answer": "c"}


def test_cells_over_several_lines_keep_the_number_of_the_line_they_begin_on(tmp_path):
    records, _ = imported(csv(tmp_path, '\ufeffquestion,answer\r\n"a\nb\nc",1\r\nd,2\r\n'))
    assert [(each.fields["question"], each.facts["row"]) for each in records] == [("a\nb\nc", 2), ("d", 5)]


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("only one", "", "it has 1 column, the first line 2"),
        ("a,b,c", "", "it has 3 columns"),
        ("q,", "answer", "the answer is empty"),
        (" ,a", "question", "the question is empty"),
        ("\udce9,a", "question", "it is not UTF-8"),
    ],
)
def test_a_row_that_cannot_be_taken_says_line_field_reason_and_remedy(tmp_path, row, field, reason):
    records, [missed] = imported(csv(tmp_path, f"question,answer\ngood,1\n{row}\nlast,2\n"))
    assert [each.fields["question"] for each in records] == ["good", "last"]
    assert (missed.file, missed.line, missed.field) == ("rows.csv", 3, field)
    assert reason in missed.reason
    assert missed.todo


def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_memory(tmp_path):
    _, missed = imported(csv(tmp_path, 'question,answer\nq,"' + "x" * (17 << 20)))
    assert [each.line for each in missed] == [2]
    assert "field larger than field limit" in missed[0].reason


@pytest.mark.parametrize("row", ['"q1,a1', 'q1,"a1'])
@pytest.mark.parametrize("end", ["", "\n"])
def test_rows_that_an_open_quote_takes_in_are_told_and_are_nobodys_answer(tmp_path, row, end):
    records, [missed] = imported(csv(tmp_path, f"question,answer\ngood,1\n{row}\nq2,a2\nq3,a3{end}"))
    assert [each.fields["question"] for each in records] == ["good"]
    assert missed.line == 3
    assert "never closed, so that the 3 last lines" in missed.reason


def test_a_row_whose_quotes_reach_too_far_says_to_which_line(tmp_path):
    records, [missed] = imported(csv(tmp_path, 'question,answer\n"q1,a1\nq2,"a2"\nq3,a3\n'))
    assert [each.fields["question"] for each in records] == ["q3"]
    assert missed.reason == "it has 1 column, the first line 2; its quotes reach to line 3"


@pytest.mark.parametrize("text", ["", "question,question\na,b\n", "fran\udce7ais,b\n", "\udcff\udcfeq\0,\0a\0"])
def test_a_csv_file_whose_columns_cannot_be_told_apart_is_refused(tmp_path, text):
    with pytest.raises(InputError, match="cannot be told apart"):
        imported(csv(tmp_path, text))


def test_without_a_question_or_an_answer_the_columns_are_named(tmp_path):
    with pytest.raises(UsageError, match="looks like the question or the answer") as caught:
        imported(csv(tmp_path, "foo,bar\n1,2\n"))
    assert "foo, bar" in caught.value.why
    assert "--map" in caught.value.todo


def test_a_mapping_to_a_column_that_is_not_there_names_those_that_are(tmp_path):
    with pytest.raises(UsageError, match="no column named 'x' for question") as caught:
        imported(csv(tmp_path, "foo,bar\n1,2\n"), ImportPlan("csv", {"question": "x"}))
    assert "foo, bar" in caught.value.todo


NESTED = {"in": {"q": "How?", "who": {"customer": "c1"}}, "out": {"a": 3.2, "unit": "million"}, "in.x": "dotted"}
REACHING = {"question": "in.q", "answer": "out.a", "scale": "out.unit", "group": "in.who.customer", "tone": "in.x"}


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_mapping_reaches_into_objects_by_dotted_paths(tmp_path, kind):
    path = tmp_path / f"rows.{kind}"
    row = NESTED | {"in": NESTED["in"] | {"channel": "mail"}}
    if kind == "parquet":
        pl.DataFrame([row]).write_parquet(path)
    else:
        json_lines(path, row)
    record = one(path, ImportPlan(kind, REACHING))
    assert (record.group, record.fields) == ("c1", {"question": "How?", "answer": "3.2 million", "tone": "dotted"})
    assert record.facts == {"in.channel": "mail", "out.unit": "million", "file": path.name, "row": 1}
    with pytest.raises(UsageError, match=r"no column named 'in\.y'") as caught:
        one(path, ImportPlan(kind, REACHING | {"tone": "in.y"}))
    assert "in.q, in.who, in.who.customer, in.channel, out, out.a" in caught.value.todo


def test_a_row_whose_path_leads_nowhere_is_listed(tmp_path):
    path = json_lines(tmp_path / "rows.jsonl", NESTED, {"in": "text", "out": {"a": "x"}}, {"out": {"a": "x"}})
    records, missed = imported(path, ImportPlan("jsonl", {"question": "in.q", "answer": "out.a"}))
    assert len(records) == 1
    assert [(each.line, each.field, each.reason) for each in missed] == [
        (2, "in.q", "the question is empty"),
        (3, "in.q", "the question is empty"),
    ]


def test_parquet_keeps_lists_as_spans_numbers_with_their_scale_and_days_as_days(tmp_path):
    frame = pl.DataFrame(
        {
            "question": ["a", "b", "c"],
            "answer": [14.07, 3.2, 43.0],
            "scale": ["percent", "million", ""],
            "day": [date(2025, 6, 1)] * 3,
            "price": [Decimal("1.50")] * 3,
            "spans": [["x", "y"]] * 3,
        }
    )
    frame.write_parquet(tmp_path / "rows.parquet")
    records, _ = imported(tmp_path / "rows.parquet")
    assert [each.fields["answer"] for each in records] == ["14.07 percent", "3.2 million", "43"]
    assert (records[0].fields["day"], records[0].fields["price"]) == ("2025-06-01", "1.50")
    mapping = {"question": "question", "answer": "spans"}
    records, _ = imported(tmp_path / "rows.parquet", ImportPlan("parquet", mapping))
    assert (records[2].fields["answer"], records[2].facts["row"]) == ("x, y", 3)


def test_bytes_of_parquet_are_text_where_they_are_and_cost_no_row_where_not(tmp_path):
    row = QA | {"note": b"caf\xc3\xa9", "picture": b"\x89PNG\xff", "day": date(2020, 1, 1)}
    pl.DataFrame([row]).write_parquet(tmp_path / "rows.parquet")
    record = one(tmp_path / "rows.parquet")
    assert record.fields == QA | {"note": "café", "picture": "", "day": "2020-01-01"}
    assert (record.facts["note"], record.facts["day"], "picture" in record.facts) == ("café", "2020-01-01", False)


def test_parquet_is_read_in_slices_and_in_order(tmp_path):
    count = 12_001
    frame = pl.DataFrame({"question": [str(n) for n in range(count)], "answer": ["a"] * count})
    frame.write_parquet(tmp_path / "rows.parquet")
    records, _ = imported(tmp_path / "rows.parquet")
    assert [each.fields["question"] for each in records] == [str(n) for n in range(count)]
    assert records[-1].facts["row"] == count


def test_what_only_calls_itself_parquet_is_refused(tmp_path):
    with pytest.raises(InputError, match="Parquet file cannot be read"):
        imported(csv(tmp_path, "question,answer\n", "rows.parquet"))


@pytest.mark.parametrize(
    "table",
    [
        [["", "2019"], ["R&D", "5"]],
        [{"": "R&D", "2019": 5}],
        "<table><tr><td></td><td>2019</td></tr><tr><td>R&amp;D</td><td>5</td></tr></table>",
        "|  | 2019 |\n|---|---|\n| R&D | 5 |",
        '[["","2019"],["R&D","5"]]',
    ],
)
def test_a_table_may_be_rows_objects_or_text_in_any_of_the_formats(tmp_path, table):
    record = one(json_lines(tmp_path / "rows.jsonl", QA | {"table": table}))
    assert record.fields["table"] == [["", "2019"], ["R&D", "5"]]


@pytest.mark.parametrize("table", ["no table", 3, [[]], [1]])
def test_what_is_no_table_is_said(tmp_path, table):
    records, [missed] = imported(json_lines(tmp_path / "rows.jsonl", QA | {"table": table}))
    assert (records, missed.line, missed.field) == ([], 1, "table")


@pytest.mark.parametrize("nothing", [None, "", " ", []])
def test_a_row_without_a_table_or_a_text_is_a_record_without_them(tmp_path, nothing):
    path = json_lines(tmp_path / "rows.jsonl", QA | {"table": [["1"]]}, QA | {"table": nothing, "context": nothing})
    records, missed = imported(path)
    assert (records[1].fields, missed) == (QA, [])


@pytest.mark.parametrize(
    "line", ["{", "[]", "null", '{"a": 1e400}', '"text"', "\\ud800", '{"a": 1, "a"', "[" * 10_000]
)
def test_a_line_that_is_no_object_is_listed(tmp_path, line):
    path = json_lines(tmp_path / "rows.jsonl", QA)
    path.write_text(path.read_text() + line + "\n\n" + path.read_text())
    records, [missed] = imported(path)
    assert [each.facts["row"] for each in records] == [1, 4]
    assert (missed.line, bool(missed.reason)) == (2, True)


def test_values_that_are_no_text_are_written_as_one_writes_them(tmp_path):
    record = one(json_lines(tmp_path / "rows.jsonl", QA | {"answer": True, "note": None, "tags": ["x"]}))
    assert record.fields == {"question": "q", "answer": "true", "note": "", "tags": ["x"]}


def test_an_object_is_no_answer(tmp_path):
    _, [missed] = imported(json_lines(tmp_path / "rows.jsonl", QA | {"answer": {"a": 1}}))
    assert (missed.field, missed.reason) == ("answer", "an object is not text")


def test_each_table_format_is_a_record_of_its_own_with_the_format_among_its_facts(tmp_path):
    path = json_lines(tmp_path / "rows.jsonl", QA | {"table": [["1"]], "group": "t"})
    records, _ = imported(path, ImportPlan("jsonl", table_formats=("html", "latex")))
    assert [each.facts["table_format"] for each in records] == ["html", "latex"]
    assert len({each.id for each in records}) == 2
    assert {each.group for each in records} == {"t"}


def test_one_table_format_leaves_identities_as_they_are(tmp_path):
    path = json_lines(tmp_path / "rows.jsonl", QA | {"table": [["1"]]})
    assert one(path, ImportPlan("jsonl", table_formats=("json",))).id == one(path).id


def test_equal_rows_are_told_apart_over_all_files(tmp_path):
    paths = [json_lines(tmp_path / name, QA) for name in ("a.jsonl", "b.jsonl")]
    done = run([Input(path) for path in paths], ImportPlan("jsonl"), tmp_path / "out")
    assert done.records == 2
    ids = [line.split('"')[3] for line in (tmp_path / "out" / "records.jsonl").read_text().splitlines()]
    assert ids[1] == f"{ids[0]}.2"


def test_a_preview_shows_records_and_misses_and_writes_nothing(tmp_path):
    path = json_lines(tmp_path / "rows.jsonl", QA | {"table": [["1"]]}, {"question": "q"}, QA | {"table": [["2"]]})
    before = sorted(tmp_path.iterdir())
    found = look([Input(path)], ImportPlan("jsonl"), records=1)
    assert (found.looked_at, found.fitting, len(found.records), len(found.unmapped)) == (3, 2, 1, 1)
    assert found.mapping == {"question": "question", "answer": "answer", "table": "table"}
    assert set(found.table_tokens) == {"html", "json", "markdown", "latex"}
    assert sorted(tmp_path.iterdir()) == before


def test_unmapped_rows_are_listed_beside_and_the_list_goes_when_there_are_none(tmp_path):
    path, out = tmp_path / "rows.jsonl", tmp_path / "out"
    done = run([Input(json_lines(path, QA, {"question": "q"}))], ImportPlan("jsonl"), out)
    assert (done.records, done.unmapped) == (1, 1)
    assert '"line":2' in (out / "records.unmapped.jsonl").read_text()
    done = run([Input(json_lines(path, QA))], ImportPlan("jsonl"), out)
    assert (done.unmapped, done.report) == (0, "")
    assert [each.name for each in out.iterdir()] == ["records.jsonl"]


def test_where_nothing_fits_the_old_records_stay(tmp_path):
    out = tmp_path / "out"
    run([Input(json_lines(tmp_path / "good.jsonl", QA))], ImportPlan("jsonl"), out)
    before = (out / "records.jsonl").read_bytes()
    with pytest.raises(InputError, match="None of these rows") as caught:
        run([Input(json_lines(tmp_path / "bad.jsonl", QA | {"answer": ""}))], ImportPlan("jsonl"), out)
    assert caught.value.where.line == 1
    assert (out / "records.jsonl").read_bytes() == before


def test_records_never_take_the_place_of_the_file_they_come_from(tmp_path):
    path = json_lines(tmp_path / "records.jsonl", QA)
    with pytest.raises(UsageError, match="take the place"):
        run([Input(path)], ImportPlan("jsonl"), tmp_path)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, "true"),
        (7, 7),
        (0.5, 0.5),
        (10**30, str(10**30)),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (["x"], '["x"]'),
        ({"a": 1}, '{"a":1}'),
    ],
)
def test_a_fact_is_what_a_column_can_hold_and_is_read_back(tmp_path, value, kept):
    frame_of_floats = isinstance(value, float)
    path = tmp_path / ("rows.parquet" if frame_of_floats else "rows.jsonl")
    if frame_of_floats:
        pl.DataFrame({"question": ["q"], "answer": ["a"], "extra": [value]}).write_parquet(path)
    else:
        json_lines(path, QA | {"extra": value})
    plan = ImportPlan("parquet" if frame_of_floats else "jsonl", {"question": "question", "answer": "answer"})
    run([Input(path)], plan, tmp_path / "out")
    [line] = (tmp_path / "out" / "records.jsonl").read_bytes().splitlines()
    assert source_record.decode(line).facts["extra"] == kept


def test_a_fact_that_is_not_utf8_is_listed_like_any_other_misfit(tmp_path):
    path = csv(tmp_path, "question,answer,extra\nq,a,\udce9\n")
    _, [missed] = imported(path, ImportPlan("csv", {"question": "question", "answer": "answer"}))
    assert (missed.line, missed.field, missed.reason) == (2, "extra", "it is not UTF-8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("question=q, answer = the answer ,", {"question": "q", "answer": "the answer"}),
        ('question="Question, long",answer="a=b"', {"question": "Question, long", "answer": "a=b"}),
        ('question=say "so",answer="say ""so"""', {"question": 'say "so"', "answer": 'say "so"'}),
        ('"a,b"="a,b",answer=a=b,id=" "', {"a,b": "a,b", "answer": "a=b", "id": " "}),
        ("", {}),
    ],
)
def test_a_mapping_holds_any_name_within_quotes_and_is_written_as_it_is_read(text, found):
    assert mapping.parse(text) == found
    assert mapping.parse(mapping.written(found)) == found


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("question", 0),
        ("question=Question, long,answer=a", 19),
        ('question=q,answer="a', 11),
        ("question=,answer=a", 0),
        ("question=a, question=b", 12),
        ('question="a"b', 0),
    ],
)
def test_a_mapping_that_cannot_be_read_shows_where_and_how_it_is_written(text, at):
    with pytest.raises(TypedError) as caught:
        mapping.parse(text)
    assert caught.value.at == at
    assert 'answer="Answer, in full"' in caught.value.todo
