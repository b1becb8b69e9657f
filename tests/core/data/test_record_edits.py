"""Edits: checked before they are accepted, kept as decisions, applied while the line is as it was."""

import json
from collections.abc import Callable

import pytest
from record_lines import chat_line, source_line

from core.clock import ManualClock
from core.data import edits
from core.data.decisions import Subject, decide, undo
from core.data.view import View
from core.errors import InputError
from core.store import Store

CONVERSATION = (
    b'{"schemaVersion": "bedrock-conversation-2024", "messages": [{"role": "user", "content": [{"text": "q"}]},'
    b' {"role": "assistant", "content": [{"text": "a"}]}]}\n'
)
LINES = [source_line(n, facts={"type": "span"}) for n in range(3)]


@pytest.fixture
def edit(store: Store) -> Callable[[View, int, bytes], None]:
    """Edits a row: `edit(view, 1, line)`."""

    def edited(view: View, row: int, line: bytes) -> None:
        subject, now = view.edited_subject(row), ManualClock().now()
        decide(store, [subject], "edit", line.decode("utf-8", "surrogatepass"), who="ann", now=now)
        view.refresh()

    return edited


def test_a_record_is_shown_for_an_editor_a_member_a_line_and_comes_back_as_it_was(look):
    view = look(*LINES)
    row = view.row(1)
    text = edits.as_text(row)
    assert '"question": "question 1"' in text
    assert len(text.splitlines()) > 5
    assert json.loads(edits.accepted(view.dataset, row, text))["fields"] == json.loads(LINES[1])["fields"]


def test_an_accepted_edit_shows_everywhere_and_the_file_stays_as_it_is(look, edit):
    view = look(*LINES)
    before = view.dataset.path.read_bytes()
    edit(view, 1, edits.with_answer(view.dataset, view.row(1), "one and a half"))
    assert view.row(1).source.fields["answer"] == "one and a half"
    assert [cells.answer for cells in view.rows(0, 3)] == ["0", "one and a half", "2"]
    assert view.rows(1, 2)[0].output_tokens == 4
    view.apply("answer LIKE '%half%'")
    assert [cells.number for cells in view.rows(0, 9)] == [1]
    assert view.dataset.path.read_bytes() == before


def test_a_search_finds_an_edited_record_by_what_its_edit_says_and_in_its_place(look, edit):
    view = look(*LINES)
    edit(view, 1, edits.with_answer(view.dataset, view.row(1), "one and a half"))
    view.apply("one and a half")
    assert [cells.number for cells in view.rows(0, 9)] == [1]
    view.apply("question")
    assert [cells.number for cells in view.rows(0, 9)] == [0, 1, 2]
    edit(view, 1, edits.with_answer(view.dataset, view.row(1), "two"))
    view.apply("half")
    assert view.count == 0


def test_an_edit_keeps_the_records_identity_and_is_undone_like_any_decision(look, store, edit):
    view = look(*LINES)
    identity = view.identity(1)
    edit(view, 1, edits.with_answer(view.dataset, view.row(1), "other"))
    assert (view.identity(1), view.row(1).identity) == (identity, identity)
    undo(store, ManualClock().now())
    view.refresh()
    assert view.row(1).source.fields["answer"] == "1"


@pytest.mark.parametrize("identity", ["zz", "", "f" * 40, "é"])
def test_an_edit_of_a_record_that_no_file_can_have_stands_nowhere(look, store, identity):
    view = look(*LINES)
    decide(store, [Subject(identity, "")], "edit", "not even a record", who="bob", now=ManualClock().now())
    view.refresh()
    assert [cells.answer for cells in view.rows(0, 3)] == ["0", "1", "2"]


def test_an_edit_of_a_line_that_has_changed_since_is_not_applied(look, edit):
    first = look(*LINES, name="first.jsonl")
    edit(first, 1, edits.with_answer(first.dataset, first.row(1), "other"))
    second = look(LINES[0], source_line(1, answer="meanwhile"), LINES[2], name="second.jsonl")
    assert second.row(1).source.fields["answer"] == "meanwhile"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (chat_line("q", "a"), "messages"),
        (b'{"prompt": "q", "completion": "a"}\n', "completion"),
        (CONVERSATION, "messages"),
    ],
)
def test_an_answer_is_edited_in_every_format(look, line, field):
    view = look(line)
    edited = json.loads(edits.with_answer(view.dataset, view.row(0), "b"))
    assert '"b"' in json.dumps(edited[field])
    assert view.dataset.read(0, json.dumps(edited).encode()).chat.completion == "b"


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ('{"fields": {\n"answer": }}', "Expecting value", 2),
        ("[1, 2]", "a record is an object", 0),
        ('{"facts": {}}', "Expected `object`, got `null`", 0),
        ('{"fields": {"answer": "1"}, "facts": {"type": []}}', "Expected", 0),
        ("[" * 100_000, "nested too deeply", 0),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(look, text, why, line):
    view = look(*LINES)
    with pytest.raises(InputError) as caught:
        edits.accepted(view.dataset, view.row(0), text)
    assert why in caught.value.why
    assert caught.value.where is not None
    assert caught.value.where.line == line


@pytest.mark.parametrize(
    "text",
    ['{"messages": []}', '{"messages": [{"role": "user", "content": 3}]}', '{"messages": "none"}', '{"other": 1}'],
)
def test_a_chat_that_its_format_does_not_have_is_refused(look, text):
    view = look(chat_line("q", "a"))
    with pytest.raises(InputError, match="not a record of this file's format") as caught:
        edits.accepted(view.dataset, view.row(0), text)
    assert caught.value.why


def test_a_line_that_cannot_be_read_is_given_to_the_editor_as_it_is(look):
    view = look(*LINES, b'{"broken": \n')
    assert edits.as_text(view.row(3)) == '{"broken": '
