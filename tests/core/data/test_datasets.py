"""A file of records, whatever its format: rows by number, decoded only when somebody looks."""

import os

import pytest
from record_lines import chat_line, source_line

from core.clock import ManualClock
from core.data import Cells, Dataset, FirstRows
from core.data.decisions import Subject, decide
from core.errors import InputError
from core.formatting.template import Renderer, load
from core.records import formats
from core.records.record import Chat, Message, chat_identity

CHAT = Chat((Message("user", "How much?"), Message("assistant", "12 %")), "s")


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_file_in_any_wire_format_is_opened_as_it_is(write, name):
    dataset = Dataset(write(*[formats.named(name).encode(CHAT) + b"\n"] * 2))
    assert (dataset.format, dataset.count) == (name, 2)
    chat = dataset.row(0).chat
    assert chat is not None
    assert chat.completion == "12 %"
    dataset.close()


def test_source_records_are_rendered_by_the_projects_template(write):
    dataset = Dataset(write(source_line(7, group="t7")), Renderer(load("table-question")))
    row = dataset.row(0)
    assert row.chat is not None
    assert (row.chat.question, row.chat.completion) == ("question 7", "7")
    assert (row.identity, row.group) == (f"{7:016x}", "t7")
    assert row.source is not None
    dataset.close()


def test_source_records_without_a_template_show_question_and_answer(write):
    dataset = Dataset(write(source_line(7)))
    assert dataset.row(0).chat == Chat((Message("user", "question 7"), Message("assistant", "7")))
    dataset.close()


def test_a_chat_is_grouped_by_the_table_in_its_prompt(write):
    dataset = Dataset(
        write(chat_line("a?", "1", table="A"), chat_line("b?", "2", table="A"), chat_line("c?", "3", table="B"))
    )
    groups = [dataset.row(number).group for number in range(3)]
    assert groups[0] == groups[1] != groups[2]
    dataset.close()


def test_a_chat_without_a_table_belongs_to_no_group(write):
    dataset = Dataset(write(chat_line("a?", "1")))
    row = dataset.row(0)
    assert (row.group, row.identity) == ("", chat_identity(row.chat))
    dataset.close()


def test_an_export_brings_identities_and_groups_beside_it(write):
    write(b"00000000000000a1\tgroup 1\tspan\n00000000000000a1.2\tgroup 2\tspan\n", name="train.ids")
    dataset = Dataset(write(chat_line("a?", "1"), chat_line("b?", "2"), chat_line("c?", "3"), name="train.jsonl"))
    rows = [dataset.row(number) for number in range(3)]
    assert [(row.identity, row.group) for row in rows[:2]] == [
        ("00000000000000a1", "group 1"),
        ("00000000000000a1.2", "group 2"),
    ]
    assert rows[2].identity == chat_identity(rows[2].chat)
    dataset.close()


@pytest.mark.parametrize("beside", [b"\xff\xfe", b"no tabs\nat all\n", b""])
def test_identities_that_cannot_be_read_are_passed_over(write, beside):
    write(beside, name="train.ids")
    dataset = Dataset(write(chat_line("a?", "1"), name="train.jsonl"))
    assert dataset.row(0).identity == chat_identity(dataset.row(0).chat)
    dataset.close()


def test_the_format_is_found_behind_broken_lines(write):
    dataset = Dataset(write(b"broken\n", b"\n", b"\xff\n", source_line(1), source_line(2)))
    assert dataset.format == "source"
    assert dataset.row(3).chat is not None
    dataset.close()


@pytest.mark.parametrize("bad", [b"", b"{", b"\xff", b"[" * 10_000, b'{"id": "\\ud800"}', b'{"messages": []}'])
def test_a_broken_line_is_a_row_that_says_why(write, bad):
    dataset = Dataset(write(source_line(1), bad + b"\n", source_line(2)))
    row = dataset.row(1)
    assert (row.chat, row.identity, row.raw) == (None, "", bad)
    assert row.problem
    assert dataset.source(1) is None
    assert dataset.row(2).chat is not None
    dataset.close()


def test_a_record_that_the_template_cannot_render_is_a_row_that_says_why(write):
    dataset = Dataset(write(source_line(1), source_line(2, table=[])), Renderer(load("table-question")))
    assert dataset.row(1).chat is None
    assert "no cells" in dataset.row(1).problem
    dataset.close()


def test_a_file_without_any_record_is_refused_with_the_first_reason(write):
    with pytest.raises(InputError, match="not a file of records") as caught:
        Dataset(write(b"\n", b"hello\n", b"3\n"))
    assert caught.value.where.line == 1
    assert "outcrop check" in caught.value.todo


def test_a_file_that_is_refused_is_given_back(write):
    path = write(b"hello\n")
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    with pytest.raises(InputError):
        Dataset(path)
    again = os.open(os.devnull, os.O_RDONLY)
    os.close(again)
    assert again == free


def test_the_first_rows_show_without_a_template_and_without_a_scan(write, store):
    dataset = Dataset(write(source_line(1, answer="a long answer"), b"broken\n", source_line(2)))
    decide(store, [Subject(f"{2:016x}", "c")], "flag", "keep", who="me", now=ManualClock().now())
    rows = FirstRows(dataset, store)
    assert rows.count == 3
    assert rows.number(2) == 2
    shown = rows.rows(0, 10)
    assert shown[0] == Cells(0, None, None, 4, None, None, "a long answer")
    assert shown[1].answer  # why it cannot be read
    assert shown[2].flag == "keep"
    dataset.close()
