"""The article's advice: a system prompt, and blocks within XML tags."""

import pytest

from core.data.checks.no_blocks import lacks_blocks
from core.data.checks.no_system_prompt import lacks_system_prompt
from core.records.record import Chat, Message


def chat(prompt: str, system: str | None = "You are an analyst.") -> Chat:
    return Chat((Message("user", prompt), Message("assistant", "12")), system)


@pytest.mark.parametrize(("system", "lacking"), [(None, True), ("", True), (" \n", True), ("Be brief.", False)])
def test_a_system_prompt_that_says_nothing_is_none(system, lacking):
    assert lacks_system_prompt(chat("How much?", system)) == lacking


@pytest.mark.parametrize(
    "prompt",
    [
        "<question>How much?</question>",
        "<table>\n<tr><td>1</td></tr></table>\nHow much?",
        "<my-context.v2 lang='en'>x</my-context.v2 >",
        "<Text>x</Text> <tr><td>1</td></tr>",
        "<text>x</text> and </unopened>",
    ],
)
def test_a_part_within_tags_is_a_block(prompt):
    assert not lacks_blocks(chat(prompt))


@pytest.mark.parametrize(
    "prompt", ["How much?", "", "a < b and c > d", "x</text>", "<text>x", "<tr><td>1</td></tr><b>So?</b>", "</"]
)
def test_layout_and_half_a_tag_are_none(prompt):
    assert lacks_blocks(chat(prompt))


def test_blocks_in_the_system_prompt_or_an_earlier_turn_count():
    assert not lacks_blocks(chat("How much?", "<rules>Be brief.</rules>"))
    turns = (Message("user", "<text>x</text>"), Message("assistant", "Yes."), Message("user", "And?"))
    assert not lacks_blocks(Chat((*turns, Message("assistant", "No."))))


def test_blocks_in_the_answer_do_not():
    assert lacks_blocks(Chat((Message("user", "Why?"), Message("assistant", "<reason>So.</reason>"))))
