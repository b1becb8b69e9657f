"""What a record is about where its source names no group: its table, whatever its format, else its passage."""

import pytest

from core.records import grouping, tables
from core.records.record import Chat, Message

ROWS = [["", "2019"], ["R&D | 50 %", " 1,496  "]]
SAME = [["", "2019", ""], ["R&D | 50 %", "1,496", None]]


@pytest.mark.parametrize("table_format", tables.FORMATS)
def test_a_table_is_the_same_by_its_cells_in_every_format(table_format):
    written = tables.render(tables.grid(ROWS), table_format)
    about = grouping.of_fields({"table": ROWS})
    assert grouping.of_prompt(f"<table>\n{written}\n</table>\nHow much?") == about
    assert grouping.of_prompt(f"Look at this:\n\n{written}\n\nHow much?") == about
    assert grouping.of_fields({"table": SAME}) == about


def test_the_table_counts_before_the_passage():
    both = {"table": ROWS, "paragraphs": ["one"]}
    assert grouping.of_fields(both) == grouping.of_fields({"table": ROWS}) != ""
    assert grouping.of_fields({"paragraphs": ["a  b"]}) == grouping.of_fields({"paragraphs": "a b"}) != ""


@pytest.mark.parametrize("fields", [{}, {"table": None, "paragraphs": [" "]}, {"table": [["", ""]]}, {"table": []}])
def test_what_says_nothing_is_no_context(fields):
    assert grouping.of_fields(fields) == ""
    assert grouping.of_prompt("How much?") == ""


def test_what_stands_between_the_tags_and_is_no_table_is_the_same_by_its_text():
    found = [grouping.of_prompt(f"<table>{text}</table> {question}") for text, question in ("Aa", "Ab", "Ba")]
    assert found[0] == found[1] != found[2]


def test_a_chat_is_about_the_first_table_that_its_user_shows_in_whichever_turn():
    html, other = tables.render(tables.grid(ROWS), "html"), tables.render(tables.grid([["1", "2"]]), "markdown")
    earlier = [("user", f"{html}\nHow much?"), ("assistant", f"{other}\n50 %"), ("user", f"And of\n\n{other}\n\n?")]
    turns = [*earlier, ("assistant", "1"), ("user", "And in 2019?")]
    about = grouping.of_fields({"table": ROWS})
    assert grouping.of_chat(Chat(tuple(Message(*turn) for turn in turns))) == about
    history = [{"role": role, "content": text} for role, text in turns[:-1]]
    assert grouping.table_of({"question": "And in 2019?", "history": history}) == about
    assert grouping.of_chat(Chat((Message("user", "How much?"), Message("assistant", html)))) == ""


@pytest.mark.parametrize("history", ["none", [1, {"role": "user"}], None])
def test_a_history_that_is_none_holds_no_table(history):
    assert grouping.table_of({"question": "How much?", "history": history}) == ""
