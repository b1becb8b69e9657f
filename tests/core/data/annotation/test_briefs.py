"""What a model is told of a record of any kind: a context, a question and an answer."""

import pytest

from core.data.annotation.brief import Brief, ask_id, brief_of, key_of
from core.data.dataset import DatasetRow
from core.formatting.template import Renderer, load
from core.records.record import Chat, Message, Source

ELSEWHERE = "<table>\n<tr><td>1</td></tr>\n</table>\nThe text.\n"


def row(chat: Chat, source: Source | None = None) -> DatasetRow:
    return DatasetRow(0, b"", "id", "", chat, source)


def chat(user: str, answer: str = "12", *earlier: Message) -> Chat:
    return Chat((*earlier, Message("user", user), Message("assistant", answer)))


@pytest.fixture
def renderer():
    return Renderer(load("table-question"), "markdown")


def test_a_source_record_gives_table_text_question_and_answer(renderer):
    fields = {
        "answer": "12",
        "table": [["", "2019"], ["Tea", 12]],
        "paragraphs": ["One.", "Two."],
        "question": "Tea?",
    }
    source = Source("id", "g", fields)
    brief = brief_of(row(renderer.chat(source), source), renderer)
    assert brief == Brief("|  | 2019 |\n|---|---|\n| Tea | 12 |\n\nOne.\nTwo.", "Tea?", "12")


def test_the_template_s_wording_does_not_change_what_is_judged(renderer):
    source = Source("id", "g", {"table": [["a", "b"]], "question": "q", "answer": "a"})
    assert brief_of(row(chat("Reworded: q"), source), renderer) == brief_of(
        row(renderer.chat(source), source), renderer
    )


def test_a_source_record_without_a_context_is_judged_as_its_template_shows_it(renderer):
    source = Source("id", "g", {"letter": "My parcel is lost.", "label": "delivery"})
    shown = chat("My parcel is lost.\nWhich topic is it?", "delivery")
    assert brief_of(row(shown, source), renderer) == Brief("My parcel is lost.", "Which topic is it?", "delivery")


def test_a_chat_from_elsewhere_gives_its_prompt_without_the_question_block():
    brief = brief_of(row(chat(f"{ELSEWHERE}<question>\nHow many?\n</question>\nBe brief.")), None)
    assert brief == Brief(f"{ELSEWHERE.strip()}\n\nBe brief.", "How many?", "12")


def test_without_a_block_the_last_line_is_the_question():
    assert brief_of(row(chat(f"{ELSEWHERE}How many?\n")), None) == Brief(ELSEWHERE.strip(), "How many?", "12")


def test_a_prompt_of_one_line_has_no_context():
    assert brief_of(row(chat("How many?")), None) == Brief("", "How many?", "12")


def test_the_turns_before_the_question_belong_to_the_context():
    earlier = Message("user", "Here is a table."), Message("assistant", "I see.")
    assert brief_of(row(chat("How many?", "12", *earlier)), None) == Brief(
        "Here is a table.\n\nI see.", "How many?", "12"
    )


def test_a_line_that_cannot_be_read_is_not_judged(renderer):
    assert brief_of(DatasetRow(3, b"{", "", "", None, problem="cut off"), renderer) is None


def test_what_is_judged_has_a_hash_that_changes_with_each_part():
    briefs = [
        Brief("c", "q", "a"),
        Brief("d", "q", "a"),
        Brief("c", "r", "a"),
        Brief("c", "q", "b"),
        Brief("cq", "", "a"),
    ]
    assert len({brief.content for brief in briefs}) == len(briefs)
    assert Brief("c", "q", "a").content == briefs[0].content


@pytest.mark.parametrize("record_id", ["plain", "with:colons:in", "urn:x:y.2", "", "a/b"])
def test_whatever_a_record_s_identity_is_its_ask_leads_back_to_it(record_id):
    ask = ask_id(record_id, "0123456789abcdef")
    assert key_of(ask) == key_of(f"{ask}:again") == (record_id, "0123456789abcdef")
