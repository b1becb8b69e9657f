"""Chats from elsewhere become records: last question, its answer, what was said before; nothing is dropped unsaid."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from imports import imported, json_lines, one

from core.errors import InputError, UsageError
from core.formatting.importing import ImportPlan, Input, detect, run
from core.formatting.template import Renderer, load
from core.records import tables
from core.records.record import Chat, Message

USER, ASSISTANT = {"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}
SYSTEM = {"role": "system", "content": "Be brief."}
BLOCKS = [{"role": "user", "content": [{"text": "How?"}]}, {"role": "assistant", "content": [{"text": "So."}]}]
QA = {"question": "How?", "answer": "So."}
BRIEF = {"system": "Be brief.", "question": "How?", "answer": "So."}


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("chat", {"messages": [SYSTEM, USER, ASSISTANT]}),
        ("chat", {"messages": [{"role": "developer", "content": [{"type": "text", "text": "Be brief."}]}, USER,
                               {"role": "assistant", "content": "So.", "weight": 1, "tool_calls": None}]}),
        ("anthropic", {"system": "Be brief.", "messages": [USER, ASSISTANT]}),
        ("anthropic", {"system": [{"type": "text", "text": "Be brief."}],
                       "messages": [{"role": "user", "content": [{"type": "text", "text": "How?"}]}, ASSISTANT]}),
        ("conversation", {"schemaVersion": "bedrock-conversation-2024", "system": [{"text": "Be brief."}],
                          "messages": BLOCKS}),
    ],
)  # fmt: skip
def test_a_chat_is_known_by_its_shape_and_says_the_same_in_every_format(tmp_path, kind, line):
    path = json_lines(tmp_path / "chats.jsonl", line)
    assert detect(path) == kind
    record = one(path)
    assert record.fields == BRIEF
    assert (record.facts["file"], record.facts["row"]) == ("chats.jsonl", 1)


def test_prompt_and_completion_are_a_question_and_its_answer(tmp_path):
    path = json_lines(tmp_path / "pairs.jsonl", {"prompt": "How?", "completion": "So."})
    assert detect(path) == "prompt-completion"
    assert one(path).fields == {"question": "How?", "answer": "So."}


def test_earlier_turns_are_kept_and_rendered_before_the_question(tmp_path):
    turns = [USER, ASSISTANT, {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Thus."}]
    record = one(json_lines(tmp_path / "chats.jsonl", {"messages": [SYSTEM, *turns]}))
    assert record.fields["history"] == [USER, ASSISTANT]
    chat = Renderer(load("chat")).chat(record)
    assert chat == Chat(tuple(Message(**turn) for turn in turns), "Be brief.")


def test_a_history_that_cannot_be_read_is_said_by_the_template(tmp_path):
    row = {"question": "q", "answer": "a", "history": ["hello"]}
    record = one(json_lines(tmp_path / "rows.jsonl", row), ImportPlan("jsonl"))
    with pytest.raises(InputError, match="earlier turns of the record"):
        Renderer(load("chat")).chat(record)


def test_a_table_in_the_prompt_makes_the_group(tmp_path):
    table = "<table><tr><td>1</td></tr></table>"
    lines = [{"prompt": f"{table}\n{n}", "completion": "a"} for n in range(2)] + [{"prompt": "x", "completion": "a"}]
    groups = [each.group for each in imported(json_lines(tmp_path / "pairs.jsonl", *lines))[0]]
    assert groups[0] == groups[1] != ""
    assert groups[2] == ""


def test_a_table_is_one_group_in_whatever_format_its_chats_have_it(tmp_path):
    grid = tables.grid([["", "2019"], ["R&D", "5"]])
    prompts = [f"<table>\n{tables.render(grid, name)}\n</table>\nHow much?" for name in tables.FORMATS]
    path = json_lines(tmp_path / "pairs.jsonl", *({"prompt": each, "completion": "5"} for each in prompts))
    records, _ = imported(path)
    assert {each.group for each in records} == {one(json_lines(tmp_path / "rows.jsonl", QA | {"table": grid})).group}


def test_what_else_a_line_says_is_kept_as_facts(tmp_path):
    line = {"messages": [SYSTEM, USER, ASSISTANT], "topic": "tone", "metadata": {"a": 1}, "temperature": 0.5}
    facts = one(json_lines(tmp_path / "chats.jsonl", line)).facts
    assert (facts["topic"], facts["metadata"], facts["temperature"]) == ("tone", '{"a":1}', 0.5)


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ({}, "messages", "no messages"),
        ({"messages": []}, "messages", "no messages"),
        ({"messages": [SYSTEM]}, "messages", "nothing is asked"),
        ({"messages": [USER]}, "messages", "the user has the last word"),
        ({"messages": [ASSISTANT, USER]}, "messages[0].role", "'user' is due"),
        ({"messages": [USER, USER, ASSISTANT]}, "messages[1].role", "'assistant' is due"),
        ({"messages": [USER, SYSTEM, ASSISTANT]}, "messages[1]", "a system message after the first turn"),
        ({"messages": [USER, "hello"]}, "messages[1]", "must be an object, not text"),
        ({"messages": [USER, {"role": "bot", "content": "x"}]}, "messages[1].role", "nobody is called 'bot'"),
        ({"messages": [USER, {"role": "assistant"}]}, "messages[1].content", "no text"),
        ({"messages": [USER, {"role": "assistant", "content": 3}]}, "messages[1].content", "not a number"),
        ({"messages": [USER, ASSISTANT | {"tool_calls": [{}]}]}, "messages[1].tool_calls", "has no place"),
        ({"messages": [USER | {"name": "Eve"}, ASSISTANT]}, "messages[0].name", "has no place"),
        ({"messages": [USER, ASSISTANT | {"weight": 0}]}, "messages[1].weight", "weight 0"),
        ({"messages": [USER, {"role": "tool", "content": "x"}]}, "messages[1]", "tool is not plain text"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}, ASSISTANT]}, "messages[0].content[0]",
         "'image_url' is not text"),
        ({"messages": [{"role": "user", "content": [{"image": {}}]}, ASSISTANT]}, "messages[0].content[0]",
         "'image' is not text"),
        ({"messages": [USER, ASSISTANT], "tools": [{}]}, "tools", "not plain text"),
        ({"messages": [USER, ASSISTANT], "system": 3}, "system", "must be text"),
    ],
)  # fmt: skip
def test_a_chat_that_cannot_be_trained_on_says_where_and_why(tmp_path, line, field, reason):
    records, [missed] = imported(json_lines(tmp_path / "chats.jsonl", line), ImportPlan("chat"))
    assert (records, missed.line, missed.field) == ([], 1, field)
    assert reason in missed.reason
    assert missed.todo


@pytest.mark.parametrize(
    "line", [{"prompt": "x"}, {"prompt": "x", "completion": None}, {"prompt": [], "completion": ""}]
)
def test_half_a_pair_is_listed(tmp_path, line):
    _, [missed] = imported(json_lines(tmp_path / "pairs.jsonl", line), ImportPlan("prompt-completion"))
    assert missed.field in ("prompt", "completion")


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ({"prompt": " ", "completion": "So."}, "prompt", "the question is empty"),
        ({"prompt": "How?", "completion": ""}, "completion", "the answer is empty"),
        ({"messages": [USER | {"content": ""}, ASSISTANT]}, "messages", "the question is empty"),
        ({"messages": [SYSTEM, USER, ASSISTANT | {"content": []}]}, "messages", "the answer is empty"),
    ],
)
def test_a_chat_that_asks_or_answers_nothing_is_listed_as_an_empty_column_is(tmp_path, line, field, reason):
    records, [missed] = imported(json_lines(tmp_path / "chats.jsonl", line))
    assert (records, missed.field, missed.reason, missed.todo) == ([], field, reason, "Fill it, or leave the row out")


# Logs of calls


def logged(asked: Any, answered: Any, **more: Any) -> dict[str, Any]:
    return {
        "schemaType": "ModelInvocationLog",
        "timestamp": "2025-06-01T00:00:00Z",
        "requestId": "r1",
        "operation": "Converse",
        "modelId": "amazon.nova-micro-v1:0",
        "input": {"inputBodyJson": asked},
        "output": {"outputBodyJson": answered},
    } | more


STREAM = [
    {"type": "message_start", "message": {"role": "assistant", "content": []}},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "S"}},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "o."}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({"messages": BLOCKS[:1], "system": [{"text": "Be brief."}]}, {"output": {"message": BLOCKS[1]}}),
        ({"messages": [USER], "system": "Be brief."}, {"content": [{"type": "text", "text": "So."}]}),
        ({"messages": [USER], "system": "Be brief."}, STREAM),
        ({"messages": BLOCKS[:1], "system": [{"text": "Be brief."}]},
         [{"contentBlockDelta": {"delta": {"text": "So"}}}, {"contentBlockDelta": {"delta": {"text": "."}}}]),
        ({"messages": [USER, {"role": "assistant", "content": "S"}], "system": "Be brief."},
         {"content": [{"type": "text", "text": "o."}]}),
        ({"messages": BLOCKS[:1], "system": [{"text": "Be brief."}]},
         {"output": {"message": {"content": [{"reasoningContent": {}}, {"text": "So."}]}}}),
    ],
)  # fmt: skip
def test_a_logged_call_is_a_chat_whichever_way_the_model_was_asked(tmp_path, asked, answered):
    path = json_lines(tmp_path / "log.json", logged(asked, answered))
    assert detect(path) == "invocation-log"
    record = one(path)
    assert record.fields == BRIEF
    assert (record.facts["request"], record.facts["model"]) == ("r1", "amazon.nova-micro-v1:0")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({"prompt": "How?"}, {"generation": "So."}),
        ({"inputText": "How?"}, {"results": [{"outputText": "So."}]}),
        ({"prompt": "How?"}, {"outputs": [{"text": "So."}]}),
        ({"prompt": "How?"}, [{"generation": "S"}, {"generation": "o."}]),
    ],
)
def test_models_without_turns_are_logged_as_prompt_and_answer(tmp_path, asked, answered):
    record = one(json_lines(tmp_path / "log.json", logged(asked, answered)))
    assert record.fields == {"question": "How?", "answer": "So."}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (logged({}, {}, errorCode="ThrottlingException"), "errorCode"),
        (logged({}, {}, input={"inputBodyS3Path": "s3://b/k"}), "input.inputBodyS3Path"),
        (logged({}, {}, input={}), "input.inputBodyJson"),
        (logged({}, {}, input=None), "input.inputBodyJson"),
        (logged([], {"generation": "x"}), "input.inputBodyJson"),
        (logged({"prompt": "x"}, {}), "output.outputBodyJson"),
        (logged({"a": 1}, {"generation": "x"}), "input.inputBodyJson"),
        (logged({"messages": [USER], "toolConfig": {"tools": [{}]}}, {"generation": "x"}), "tools"),
        (logged({"messages": [USER]}, {"content": [{"type": "tool_use"}]}), "output.outputBodyJson.content[0]"),
    ],
)
def test_a_logged_call_that_teaches_nothing_says_why(tmp_path, line, field):
    _, [missed] = imported(json_lines(tmp_path / "log.json", line), ImportPlan("invocation-log"))
    assert (missed.field, bool(missed.reason), bool(missed.todo)) == (field, True, True)


def test_logs_are_read_packed_as_bedrock_leaves_them(tmp_path):
    path = tmp_path / "log.json.gz"
    path.write_bytes(gzip.compress(json.dumps(logged({"prompt": "How?"}, {"generation": "So."})).encode()))
    assert detect(path) == "invocation-log"
    assert one(path).fields["answer"] == "So."


@pytest.mark.parametrize("damage", [lambda packed: packed[:-12], lambda _: b"no gzip"])
def test_a_packed_file_that_is_cut_off_is_refused(tmp_path, damage):
    path = tmp_path / "log.json.gz"
    path.write_bytes(damage(gzip.compress(json.dumps(logged({"prompt": "x"}, {"generation": "y"})).encode() * 99)))
    with pytest.raises(InputError, match="cannot be unpacked"):
        run([Input(path)], ImportPlan("invocation-log"), tmp_path / "out")


# What a file is


def text(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content)
    return folder / name


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", "q,a\n", "csv"),
        ("a.TSV", "q\ta\n", "csv"),
        ("a.jsonl", '{"q": 1}\n', "jsonl"),
        ("a.jsonl", 'broken\n{"prompt": "", "completion": ""}\n', "prompt-completion"),
        ("a.jsonl", '{"messages": 3}\n{"messages": []}\n', "anthropic"),
        ("a.json", '[{"table": {}}]', "tatqa"),
        ("a", "PAR1...", "parquet"),
    ],
)
def test_a_file_is_known_by_its_name_or_its_first_lines(tmp_path, name, content, kind):
    assert detect(text(tmp_path, name, content)) == kind


def test_a_file_of_no_known_kind_names_the_kinds(tmp_path):
    with pytest.raises(InputError, match="of no kind that can be imported") as caught:
        detect(text(tmp_path, "a", "hello\n"))
    assert "outcrop import tatqa|csv" in caught.value.todo


def test_source_records_are_not_imported_twice(tmp_path):
    with pytest.raises(UsageError, match="source records already") as caught:
        detect(json_lines(tmp_path / "records.jsonl", {"id": "1", "group": "", "fields": {}}))
    assert "data.source" in caught.value.todo


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_file_is_named(tmp_path, content):
    with pytest.raises(InputError, match="is empty"):
        detect(text(tmp_path, "a.json", content))
