"""JSON, schemas and calls of tools."""

import json

import pytest

from core.errors import InputError
from core.evaluation.structured import calls, json_rule, read_schema, schema, tools

SCHEMA = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}


def figures(score):
    return (score.valid, score.schema, score.equal)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"total": 3}', (100.0, 100.0, 100.0)),
        (' {"total":3.0}\n', (100.0, 100.0, 100.0)),
        ('{"total": true}', (100.0, 0.0, 0.0)),
        ('{"sum": 3}', (100.0, 0.0, 0.0)),
        ('```json\n{"total": 3}\n```', (0.0, 0.0, 0.0)),
        ('{"total": 3', (0.0, 0.0, 0.0)),
        ("", (0.0, 0.0, 0.0)),
        ("[" * 10_000, (0.0, 0.0, 0.0)),
    ],
)
def test_an_answer_is_valid_matches_the_schema_and_equals_the_truth(answer, expected):
    assert figures(json_rule(schema(SCHEMA))(answer, '{"total": 3}')) == expected


def test_equality_does_not_see_the_order_of_members_but_sees_that_of_items():
    rule = json_rule()
    assert rule('{"b": [1, 2], "a": 1}', '{"a": 1, "b": [1, 2]}').equal == 100.0
    assert rule("[2, 1]", "[1, 2]").equal == 0.0
    assert rule("1", "true").equal == 0.0
    assert rule("2", ["1", "2"]).equal == 100.0


def test_a_schema_that_is_none_is_named(tmp_path):
    path = tmp_path / "schema.json"
    path.write_text('{"type": "nothing"}')
    with pytest.raises(InputError, match="not a JSON Schema") as caught:
        read_schema(path)
    assert caught.value.where.path == str(path)
    path.write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        read_schema(path)
    with pytest.raises(InputError, match="not there"):
        read_schema(tmp_path / "none.json")


def test_a_schema_fetches_nothing():
    rule = json_rule(schema({"$ref": "http://127.0.0.1:9/other.json"}))
    with pytest.raises(InputError, match="refers to another"):
        rule("{}", "{}")


CALL = {"name": "rate", "arguments": {"from": "EUR", "to": "USD"}}


@pytest.mark.parametrize(
    "written",
    [
        CALL,
        [CALL],
        {"toolUse": {"toolUseId": "1", "name": "rate", "input": CALL["arguments"]}},
        {"type": "tool_use", "name": "rate", "input": CALL["arguments"]},
        {"type": "function", "function": {"name": "rate", "arguments": json.dumps(CALL["arguments"])}},
    ],
)
def test_the_four_ways_to_write_a_call_are_the_same(written):
    score = tools(json.dumps(written), json.dumps(CALL))
    assert (score.call, score.arguments, score.both) == (100.0, 100.0, 100.0)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([{"name": "rate", "arguments": {"from": "EUR", "to": "GBP"}}], (100.0, 50.0, 0.0)),
        ([{"name": "rate", "arguments": {"from": "EUR"}}], (100.0, 50.0, 0.0)),
        ([{"name": "rate", "arguments": CALL["arguments"] | {"on": "today"}}], (100.0, 200 / 3, 0.0)),
        ([{"name": "convert", "arguments": CALL["arguments"]}], (0.0, 0.0, 0.0)),
        ([CALL, CALL], (0.0, 50.0, 0.0)),
        ([], (0.0, 0.0, 0.0)),
    ],
)
def test_calls_and_arguments_are_scored_apart(said, expected):
    score = tools(json.dumps(said), json.dumps(CALL))
    assert (score.call, score.arguments, score.both) == pytest.approx(expected)


def test_the_order_of_calls_does_not_matter():
    other = {"name": "rate", "arguments": {"from": "USD", "to": "JPY"}}
    assert tools(json.dumps([CALL, other]), json.dumps([other, CALL])).both == 100.0


@pytest.mark.parametrize("text", ["rate(EUR, USD)", "3", '{"arguments": {}}', '{"name": "rate", "arguments": "{"}'])
def test_what_is_no_call_scores_nothing(text):
    assert calls(text) is None
    assert tools(text, json.dumps(CALL)).both == 0.0
