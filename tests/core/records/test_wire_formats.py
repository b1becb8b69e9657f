"""The three wire formats: what is written is read back, in AWS's own spelling, and nothing else is accepted."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.records import formats
from core.records.record import Chat, Message

TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # UTF-8 holds no lone surrogate
NAMES = tuple(formats.FORMATS)
CONVERSATIONS = tuple(name for name, each in formats.FORMATS.items() if each.conversations)


@st.composite
def conversations(draw: st.DrawFn) -> Chat:
    """One to three exchanges, with or without a system prompt."""
    texts = draw(st.lists(TEXT, min_size=2, max_size=6).filter(lambda found: len(found) % 2 == 0))
    turns = tuple(Message("assistant" if place % 2 else "user", text) for place, text in enumerate(texts))
    return Chat(turns, draw(st.none() | TEXT))


ONE = Chat((Message("user", "How much?"), Message("assistant", "12 %")), "Be brief.")


def test_the_formats_of_bedrock_keep_their_names_and_the_order_in_which_they_are_tried():
    assert NAMES[:3] == ("anthropic-messages", "bedrock-conversation-2024", "prompt-completion")


@pytest.mark.parametrize("name", CONVERSATIONS)
@given(chat=conversations())
@settings(deadline=None)
def test_a_conversation_is_read_back_as_it_was_written(name, chat):
    line = formats.named(name).encode(chat)
    assert b"\n" not in line
    assert formats.named(name).decode(line) == chat


@given(prompt=TEXT, completion=TEXT)
@settings(deadline=None)
def test_a_prompt_and_its_completion_are_read_back_as_they_were_written(prompt, completion):
    chat = Chat((Message("user", prompt), Message("assistant", completion)))
    module = formats.named("prompt-completion")
    assert module.decode(module.encode(chat)) == chat


def test_the_anthropic_format_has_plain_texts_and_the_system_prompt_on_top():
    line = b'{"system":"Be brief.","messages":[{"role":"user","content":"How much?"},'
    line += b'{"role":"assistant","content":"12 %"}]}'
    assert formats.named("anthropic-messages").encode(ONE) == line


def test_the_conversation_format_has_its_version_and_lists_of_text_blocks():
    assert json.loads(formats.named("bedrock-conversation-2024").encode(ONE)) == {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "Be brief."}],
        "messages": [
            {"role": "user", "content": [{"text": "How much?"}]},
            {"role": "assistant", "content": [{"text": "12 %"}]},
        ],
    }


def test_prompt_and_completion_take_the_system_prompt_before_a_blank_line():
    line = formats.named("prompt-completion").encode(ONE)
    assert json.loads(line) == {"prompt": "Be brief.\n\nHow much?", "completion": "12 %"}


@pytest.mark.parametrize("name", NAMES)
def test_without_a_system_prompt_none_is_written(name):
    assert b"system" not in formats.named(name).encode(Chat(ONE.messages))


def test_several_exchanges_do_not_fit_prompt_and_completion():
    chat = Chat(ONE.messages + ONE.messages)
    with pytest.raises(InputError, match="several turns does not fit") as caught:
        formats.named("prompt-completion").encode(chat)
    assert "4 messages" in caught.value.why
    assert caught.value.todo


def test_several_text_blocks_of_one_turn_become_one_text():
    line = json.dumps(
        {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [{"role": "user", "content": [{"text": "a"}, {"text": "b"}]}],
        }
    )
    assert formats.named("bedrock-conversation-2024").decode(line.encode()).messages[0].content == "a\nb"


@pytest.mark.parametrize("name", NAMES)
def test_a_line_is_known_by_its_format(name):
    assert formats.sniff(formats.named(name).encode(ONE)) == name


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b"3", b'{"text": "x"}', b"\xff", b"[" * 10_000])
def test_a_line_in_no_format_is_refused_with_what_to_do(line):
    with pytest.raises(InputError, match="in none of the formats") as caught:
        formats.sniff(line)
    assert "outcrop check" in caught.value.todo


@pytest.mark.parametrize(
    ("name", "value", "rule", "field"),
    [
        ("anthropic-messages", [], "schema", ""),
        ("anthropic-messages", {"messages": {}}, "schema", "messages"),
        ("anthropic-messages", {"messages": ["hello"]}, "schema", "messages[0]"),
        ("anthropic-messages", {"messages": [{"role": "user"}]}, "schema", "messages[0].content"),
        ("anthropic-messages", {"messages": [{"role": 1, "content": ""}]}, "schema", "messages[0].role"),
        ("anthropic-messages", {"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "schema",
         "messages[0].content"),
        ("anthropic-messages", {"messages": [], "system": ["x"]}, "schema", "system"),
        ("anthropic-messages", {"messages": [], "id": 1}, "extra-key", "id"),
        ("anthropic-messages", {"messages": [{"role": "user", "content": "", "weight": 1}]}, "extra-key",
         "messages[0].weight"),
        ("bedrock-conversation-2024", {"messages": []}, "schema", "schemaVersion"),
        ("bedrock-conversation-2024", {"schemaVersion": "2025", "messages": []}, "schema", "schemaVersion"),
        ("bedrock-conversation-2024", {"schemaVersion": "bedrock-conversation-2024", "messages": [],
         "system": "x"}, "schema", "system"),
        ("bedrock-conversation-2024", {"schemaVersion": "bedrock-conversation-2024", "messages": [
            {"role": "user", "content": "x"}]}, "schema", "messages[0].content"),
        ("bedrock-conversation-2024", {"schemaVersion": "bedrock-conversation-2024", "messages": [
            {"role": "user", "content": [{"image": {}}]}]}, "extra-key", "messages[0].content[0].image"),
        ("prompt-completion", {"prompt": "x"}, "schema", "completion"),
        ("prompt-completion", {"prompt": "x", "completion": None}, "schema", "completion"),
        ("prompt-completion", {"prompt": "x", "completion": "", "id": 1}, "extra-key", "id"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_shape_is_refused_and_explained_with_its_field(name, value, rule, field):
    module = formats.named(name)
    with pytest.raises(msgspec.MsgspecError):
        module.decode(json.dumps(value).encode())
    problems = [(problem.rule, problem.field) for problem in module.explain(value)]
    assert (rule, field) in problems


@pytest.mark.parametrize("name", NAMES)
def test_what_is_of_the_shape_has_nothing_to_explain(name):
    module = formats.named(name)
    assert list(module.explain(json.loads(module.encode(ONE)))) == []
