"""The shape of the sample data: the keys and types of TAT-QA, none of its text, and as varied as printed reports."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from asked import Asked

TATQA = Path(__file__).parents[4] / "shared" / "data" / "tatqa" / "tatqa_dataset_dev.json"


def test_contexts_have_the_keys_of_tatqa(data: list[dict[str, Any]]) -> None:
    question_keys = {"uid", "order", "question", "answer", "derivation", "answer_type", "answer_from"}
    question_keys |= {"rel_paragraphs", "req_comparison", "scale"}
    for context in data:
        assert context.keys() == {"table", "paragraphs", "questions"}
        assert context["table"].keys() == {"uid", "table"}
        assert all(paragraph.keys() == {"uid", "order", "text"} for paragraph in context["paragraphs"])
        assert all(question.keys() == question_keys for question in context["questions"])
        assert [paragraph["order"] for paragraph in context["paragraphs"]] == [
            *range(1, len(context["paragraphs"]) + 1)
        ]
        assert [question["order"] for question in context["questions"]] == [*range(1, len(context["questions"]) + 1)]


def test_answers_have_the_types_of_tatqa(clean: list[Asked]) -> None:
    kinds: dict[str, tuple[type, ...]] = {
        "span": (list,),
        "multi-span": (list,),
        "count": (str,),
        "arithmetic": (int, float),
    }
    for question in clean:
        assert isinstance(question.answer, kinds[question.type]), question
        if question.type in ("span", "multi-span"):
            assert (len(question.answer) == 1) == (question.type == "span"), question


def test_uids_are_unique(data: list[dict[str, Any]]) -> None:
    uids = [context["table"]["uid"] for context in data]
    uids += [item["uid"] for context in data for item in (*context["paragraphs"], *context["questions"])]
    assert len(uids) == len(set(uids))


def test_tables_are_rectangular_and_of_a_realistic_size(data: list[dict[str, Any]]) -> None:
    for context in data:
        grid = context["table"]["table"]
        assert 4 <= len(grid) <= 27
        assert 3 <= len(grid[0]) <= 8
        assert len({len(row) for row in grid}) == 1


def test_tables_vary_as_printed_reports_do(data: list[dict[str, Any]]) -> None:
    grids = [context["table"]["table"] for context in data]
    cells = [cell for grid in grids for row in grid for cell in row]
    assert sum(grid[0][0] == "" for grid in grids) > len(grids) / 2
    assert sum(grid[1][0] == "" for grid in grids) > 50, "headers of several rows"
    assert sum(any(row[0] and not any(row[1:]) for row in grid) for grid in grids) > 30, "section rows"
    assert sum(any(not any(row) for row in grid) for grid in grids) > 2, "empty rows"
    for pattern in (
        r"\(\d[\d,.]*\)",
        r"-[$£€]?\s*\d[\d,.]*",
        r"[$£€] ?—",
        r"—",
        r"–",
        r"-",
        r"[$£€]  \d[\d,.]*",
        r"[\d.]+%",
    ):
        assert sum(bool(re.fullmatch(pattern, cell)) for cell in cells) > 4, pattern
    assert len({len(grid[0]) for grid in grids}) == 6
    words = sum(
        bool(re.fullmatch(r"[A-Z][a-z]+( [a-z]+)+", cell)) for grid in grids for row in grid for cell in row[1:]
    )
    assert words > 200, "cells of text"


def test_there_is_enough_of_each_kind(clean: list[Asked], data: list[dict[str, Any]]) -> None:
    kinds = Counter(question.type for question in clean)
    one_cell = sum(question.type == "span" and question.answer[0] in question.cells() for question in clean)
    assert len(data) >= 150
    assert len(clean) >= 1_500
    assert one_cell >= 550
    share = {kind: number / len(clean) for kind, number in kinds.items()}
    assert 0.42 <= share["span"] <= 0.50
    assert 0.10 <= share["multi-span"] <= 0.15
    assert 0.38 <= share["arithmetic"] <= 0.45
    assert 0.01 <= share["count"] <= 0.03


def test_questions_are_phrased_in_many_ways(clean: list[Asked]) -> None:
    openings = Counter(" ".join(question.text.split()[:3]) for question in clean)
    assert len(openings) > 250
    assert openings.most_common(1)[0][1] < len(clean) / 6


def test_no_question_is_asked_twice_in_the_clean_part(clean: list[Asked]) -> None:
    assert [text for text, number in Counter(question.text for question in clean).items() if number > 1] == []


def test_nothing_of_tatqa_is_repeated(data: list[dict[str, Any]]) -> None:
    if not TATQA.exists():
        pytest.skip("TAT-QA's development split is not at hand")

    def texts(whole: list[dict[str, Any]]) -> set[str]:
        questions = {question["question"].strip() for context in whole for question in context["questions"]}
        paragraphs = {paragraph["text"].strip() for context in whole for paragraph in context["paragraphs"]}
        return {text for text in questions | paragraphs if len(text) > 60}

    tables = {json.dumps(context["table"]["table"]) for context in data}
    theirs = json.loads(TATQA.read_bytes())
    assert texts(data) & texts(theirs) == set()
    assert tables & {json.dumps(context["table"]["table"]) for context in theirs} == set()
