"""A record's identity: the same for the same content, whatever else changes; duplicates are told apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records.record import Chat, Message, Numbering, chat_identity, identity, source_identity
from core.records.tokens import estimate, estimate_characters

ASK, REPLY = Message("user", "How much?"), Message("assistant", "12 %")


def test_an_identity_is_sixteen_hexadecimal_digits():
    found = identity(["a", 1, None])
    assert len(found) == 16
    assert int(found, 16) >= 0


def test_a_source_keeps_its_identity_whatever_the_order_of_its_fields():
    assert source_identity({"question": "q", "answer": "a"}) == source_identity({"answer": "a", "question": "q"})


def test_any_change_of_a_field_gives_another_identity():
    base = {"table": [["a", "b"]], "question": "q", "answer": "a"}
    changes = [{"table": [["a"], ["b"]]}, {"question": "q "}, {"answer": ""}, {"paragraphs": []}]
    assert len({source_identity(base | change) for change in [{}, *changes]}) == 5


def test_a_chat_is_known_by_its_system_prompt_and_its_turns():
    chats = [Chat((ASK, REPLY)), Chat((ASK, REPLY), ""), Chat((ASK, REPLY), "s"), Chat((ASK,)), Chat((REPLY, ASK))]
    assert len({chat_identity(chat) for chat in chats}) == len(chats)


@given(st.text())
@settings(deadline=None)
def test_every_text_has_an_identity_even_one_that_utf_8_cannot_hold(text):
    assert identity([text]) == identity([text])


def test_equals_are_numbered_from_the_second_on():
    numbering = Numbering()
    assert [numbering.number(each) for each in "abaab"] == ["a", "b", "a.2", "a.3", "b.2"]


def test_a_chat_knows_its_prompt_its_completion_and_what_is_sent_at_inference():
    chat = Chat((ASK, REPLY, Message("user", "And then?"), Message("assistant", "13 %")), "s")
    assert (chat.prompt, chat.completion) == ("And then?", "13 %")
    assert chat.asked() == Chat(chat.messages[:-1], "s")
    assert chat.asked().asked() == chat.asked()
    assert chat.asked().completion == ""


@pytest.mark.parametrize(
    ("prompt", "question"),
    [
        ("<table>…</table>\n<question>\nHow much?\n</question>\n", "How much?"),
        ("A table.\n\nHow much?", "How much?"),
        ("How much?", "How much?"),
        ("<question>open", "open"),
        ("", ""),
    ],
)
def test_the_question_is_the_tagged_one_else_the_last_line(prompt, question):
    assert Chat((Message("user", prompt),)).question == question


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2), (400, 100)])
def test_tokens_are_estimated_at_four_characters_each_and_rounded_up(characters, tokens):
    assert estimate("é" * characters) == estimate_characters(characters) == tokens
