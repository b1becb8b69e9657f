"""TAT-QA's raw JSON becomes source records: answers as people write them, identities that last, clear mistakes."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import raw_tatqa

from core.errors import InputError
from core.formatting.importing import PRESETS
from core.formatting.importing.shapes.tatqa import answer_text

TABLE = {"uid": "t1", "table": [["", "2019", "2018"], ["Revenue", "1,496.5", "(71)"]]}


def question(text: str, answer: Any, **more: Any) -> dict[str, Any]:
    return {"uid": text, "question": text, "answer": answer, "answer_type": "span", "answer_from": "table"} | more


def context(*questions: dict[str, Any], table: dict[str, Any] = TABLE, **more: Any) -> dict[str, Any]:
    return {"table": table, "questions": list(questions)} | more


def written(folder: Path, *contexts: dict[str, Any]) -> Path:
    path = folder / "tatqa.json"
    path.write_text(json.dumps(contexts))
    return path


@pytest.mark.parametrize(
    ("answer", "scale", "text"),
    [
        (["2019"], "", "2019"),
        (["23 %", "77 %"], "", "23 %, 77 %"),
        ([" 12 %"], "percent", " 12 %"),
        ([""], "", ""),
        ([], "", ""),
        (14.07, "percent", "14.07 percent"),
        (1496.5, "million", "1496.5 million"),
        (43.0, "", "43"),
        (0, "", "0"),
        (0, "percent", "0 percent"),
        (0.0, "", "0"),
        (-0.0, "thousand", "0 thousand"),
        (-43, "", "-43"),
        (1e-07, "", "1e-07"),
        ("3", "", "3"),
        ("3", "million", "3 million"),
        (None, "", ""),
        (None, "percent", ""),
    ],
)
def test_an_answer_reads_as_a_person_writes_it(answer, scale, text):
    assert answer_text(answer, scale) == text


def test_a_record_holds_its_table_text_question_and_answer_and_where_it_came_from(tmp_path):
    paragraphs = [{"uid": "p2", "order": 2, "text": "Second."}, {"uid": "p1", "order": 1, "text": "First."}]
    asked = question("How much?", -71, scale="million", derivation="-(71)", order=3, answer_type="arithmetic")
    [record] = raw_tatqa.read(written(tmp_path, context(asked, paragraphs=paragraphs)))
    assert record.group == "t1"
    assert record.fields == {
        "table": TABLE["table"],
        "paragraphs": ["First.", "Second."],
        "question": "How much?",
        "answer": "-71 million",
    }
    assert record.facts == {
        "file": "tatqa.json",
        "row": 1,
        "type": "arithmetic",
        "source": "table",
        "scale": "million",
        "derivation": "-(71)",
        "order": 3,
    }


def test_the_text_around_the_table_can_be_left_out(tmp_path):
    path = written(tmp_path, context(question("q", ["a"]), paragraphs=[{"text": "Around."}]))
    [record] = raw_tatqa.read(path, paragraphs=False)
    assert record.fields["paragraphs"] == []


def test_presets_choose_by_the_type_of_answer_or_by_its_place(tmp_path):
    path = written(
        tmp_path,
        context(
            question("span", ["a"]),
            question("multi", ["a", "b"], answer_type="multi-span", answer_from="text"),
            question("sum", 3, answer_type="arithmetic"),
            question("count", "2", answer_type="count", answer_from="table-text"),
        ),
    )
    kept = {
        preset: [record.fields["question"] for record in raw_tatqa.read(path, preset=preset)] for preset in PRESETS
    }
    assert kept == {"article": ["span", "multi"], "table": ["span", "sum"], "all": ["span", "multi", "sum", "count"]}


def test_rows_keep_their_number_in_the_file_whatever_the_preset(tmp_path):
    path = written(tmp_path, context(question("sum", 3, answer_type="arithmetic"), question("span", ["a"])))
    [record] = raw_tatqa.read(path, preset="article")
    assert record.facts["row"] == 2


def test_identities_depend_on_what_is_asked_and_not_on_its_place_in_the_file(tmp_path):
    contexts = [
        context(*[question(f"q{n}", [str(n)]) for n in range(5)], table={"uid": f"t{m}", "table": [[str(m)]]})
        for m in range(4)
    ]
    before = {record.id for record in raw_tatqa.read(written(tmp_path, *contexts))}
    random.Random(7).shuffle(contexts)
    for each in contexts:
        random.Random(8).shuffle(each["questions"])
    assert {record.id for record in raw_tatqa.read(written(tmp_path, *contexts))} == before
    assert len(before) == 20


def test_exact_duplicates_are_told_apart_and_contradictions_are_two_records(tmp_path):
    path = written(tmp_path, context(question("q", ["a"]), question("q", ["a"]), question("q", ["b"])))
    first, twin, other = (record.id for record in raw_tatqa.read(path))
    assert twin == f"{first}.2"
    assert "." not in other
    assert other != first


def test_a_question_without_an_answer_among_others_is_left_empty_for_every_check_to_show(tmp_path):
    path = written(tmp_path, context(question("q", ["a"]), {"question": "open"}))
    assert [record.fields["answer"] for record in raw_tatqa.read(path)] == ["a", ""]


def test_the_test_split_without_answers_is_taken_whole_and_answers_nothing(tmp_path):
    bare = [{"uid": "1", "order": 1, "question": "q"}, {"uid": "2", "order": 2, "question": "r"}]
    path = written(tmp_path, context(*bare))
    assert [(each.fields["question"], each.fields["answer"]) for each in raw_tatqa.read(path)] == [
        ("q", ""),
        ("r", ""),
    ]
    with pytest.raises(InputError, match="preset table has nothing to choose by") as caught:
        list(raw_tatqa.read(path, preset="table"))
    assert "Import all of it" in caught.value.todo


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = written(tmp_path, context(question("q", ["a"])))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(list(raw_tatqa.read(path))) == 1


def test_further_members_are_passed_over(tmp_path):
    asked = question("q", ["a"], rel_paragraphs=["2"], req_comparison=False, facts=[1])
    assert len(list(raw_tatqa.read(written(tmp_path, context(asked, more=1))))) == 1


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        ({"uid": "q7", "order": 3}, "[0].questions[1]", "missing required field `question`"),
        ({"uid": "q7", "order": 3, "question": " "}, "[0].questions[1]", "the question is empty"),
        ({"uid": "q7", "order": 3, "question": 5}, "[0].questions[1].question", "Expected `str`, got `int`"),
    ],
)
def test_a_question_that_cannot_be_read_is_listed_and_costs_no_other(tmp_path, bad, field, reason):
    first, missed, last = raw_tatqa.read(written(tmp_path, context(question("q", ["a"]), bad, question("r", ["b"]))))
    assert [(each.fields["question"], each.facts["row"]) for each in (first, last)] == [("q", 1), ("r", 3)]
    assert (missed.file, missed.line, missed.field) == ("tatqa.json", 2, field)
    assert missed.reason.startswith("the question of uid q7 and order 3 of the table of uid t1: ")
    assert reason in missed.reason
    assert missed.todo


def test_a_table_that_cannot_be_read_lists_each_of_its_questions(tmp_path):
    bad = context(question("q", ["a"]), question("r", ["b"]), table={"uid": "t2", "table": [[1]]})
    *missed, taken = raw_tatqa.read(written(tmp_path, bad, context(question("s", ["c"]))))
    assert [(each.line, each.field) for each in missed] == [
        (1, "[0].table.table[0][0]"),
        (2, "[0].table.table[0][0]"),
    ]
    assert "uid r" in missed[1].reason
    assert "uid t2" in missed[1].reason
    assert taken.facts["row"] == 3


GOOD = json.dumps([context(question("q", ["a"]))]).encode()


@pytest.mark.parametrize(
    ("content", "what", "field"),
    [
        (b"", "is empty", ""),
        (b" \n\t\n", "is empty", ""),
        (b"hello", "not JSON", ""),
        (GOOD[:-20], "not JSON", ""),
        (b"\0" * 10, "not JSON", ""),
        (GOOD.decode().encode("utf-16"), "not UTF-8", ""),
        (GOOD.replace(b"Revenue", b"\xe9"), "not UTF-8", ""),
        (b"[" * 100_000, "nested too deeply", ""),
        (b"{}", "not TAT-QA's raw format", ""),
        (b'{"id": "1", "fields": {}}', "not TAT-QA's raw format", ""),
        (b"[1]", "not TAT-QA's raw format", "[0]"),
        (GOOD.replace(b'"2019"', b"2019"), "not TAT-QA's raw format", "[0].table.table[0][1]"),
        (GOOD.replace(b'"question"', b'"quest"'), "not TAT-QA's raw format", "[0].questions[0]"),
        (GOOD.replace(b'["a"]', b"9" * 5000), "not TAT-QA's raw format", "[0].questions[0].answer"),
        (GOOD.replace(b'"q"', b'"\\ud800"'), "not TAT-QA's raw format", ""),
        (b"[]", "has no questions", ""),
    ],
)
def test_a_file_that_is_something_else_is_refused_with_its_place_and_a_remedy(tmp_path, content, what, field):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=what) as caught:
        list(raw_tatqa.read(path))
    assert (caught.value.where.path, caught.value.where.field) == (str(path), field)
    assert caught.value.todo


def test_the_line_of_broken_json_is_named(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[\n  {\n    oops\n")
    with pytest.raises(InputError) as caught:
        list(raw_tatqa.read(path))
    assert caught.value.where.line == 3


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path, what in ((tmp_path / "none.json", "not there"), (tmp_path, "a folder")):
        with pytest.raises(InputError, match=what) as caught:
            list(raw_tatqa.read(path))
        assert caught.value.where.path == str(path)
