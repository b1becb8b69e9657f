"""Safe fixes: what each mends, and that nothing else is touched."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_lines import chat_line, source_line

from core.data.checks.fixes import fix_line, fix_lines
from core.records.formats import FORMATS

HAIKU = "anthropic-messages"


def kept(lines: list[bytes], format_name: str = HAIKU) -> list[bytes]:
    return [each.after for each in fix_lines(lines, format_name) if each.after is not None]


def test_a_good_line_stays_byte_for_byte_however_it_is_written():
    line = b'{ "messages" : [{"content":"q","role":"user"}, {"role":"assistant","content":"\\u00e9"}]}'
    assert fix_line(line, HAIKU) == (line, ())


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_lines_lose_their_line_breaks_and_nothing_else(end):
    line = chat_line("q", "a").rstrip()
    assert kept([line + end]) == [line]


def test_a_byte_order_mark_goes_whatever_follows_it():
    line = chat_line("q", "a").rstrip()
    assert fix_line(b"\xef\xbb\xbf" + line, HAIKU) == (line, ("encoding",))
    assert fix_line(b"\xef\xbb\xbf{broken", HAIKU) == (b"{broken", ("encoding",))


def test_empty_lines_go():
    line = chat_line("q", "a").rstrip()
    found = list(fix_lines([line + b"\n", b"\n", b" \t\r\n"], HAIKU))
    assert [(each.after, each.rules) for each in found] == [
        (line, ()),
        (None, ("blank-line",)),
        (None, ("blank-line",)),
    ]


def test_extra_keys_go_wherever_they_stand():
    turns = [
        {"role": "user", "content": "q", "name": "Ann"},
        {"role": "assistant", "content": "a", "score": {"x": 1}},
    ]
    mended, done = fix_line(json.dumps({"messages": turns, "id": [7]}).encode(), HAIKU)
    assert json.loads(mended) == json.loads(chat_line("q", "a"))
    assert done == ("extra-key",)


def test_a_line_of_another_shape_is_left_alone_even_where_it_has_extra_keys():
    line = b'{"messages": "text", "id": 1}'
    mended, done = fix_line(line, HAIKU)
    assert (json.loads(mended), done) == ({"messages": "text"}, ("extra-key",))


def test_a_key_that_stands_twice_is_nobodys_to_choose():
    line = b'{"messages": [], "id": 1, "id": 2}'
    assert fix_line(line, HAIKU) == (line, ())


def test_invisible_characters_go_from_every_text_and_from_every_field():
    chat = chat_line("q\u200b", "a\x07", system="s\u202e").rstrip()
    assert fix_line(chat, HAIKU) == (
        json.dumps(json.loads(chat_line("q", "a", system="s")), separators=(",", ":")).encode(),
        ("control-characters",),
    ) or json.loads(fix_line(chat, HAIKU)[0]) == json.loads(chat_line("q", "a", system="s"))
    source = source_line(1, table=[["a\x1b[1mb"]], question="q\u200b").rstrip()
    fields = json.loads(fix_line(source, "source")[0])["fields"]
    assert (fields["table"], fields["question"]) == ([["a[1mb"]], "q")


def test_of_exact_duplicates_the_first_stays():
    one, other = chat_line("q", "a"), chat_line("q", "b")
    found = list(fix_lines([one, other, one, one], HAIKU))
    assert [each.after is None for each in found] == [False, False, True, True]
    assert found[2].rules == ("duplicate",)


def test_what_is_equal_once_mended_is_a_duplicate():
    assert len(kept([chat_line("q", "a"), chat_line("q", "a", id=7), chat_line("q\u200b", "a")])) == 1


def test_broken_lines_are_no_duplicates_of_each_other():
    assert kept([b"{", b"{"]) == [b"{", b"{"]


def test_source_records_are_the_same_by_what_they_say_and_not_by_their_id():
    one, other = (
        source_line(1, question="q", answer="a", table=[]),
        source_line(2, question="q", answer="a", table=[]),
    )
    assert len(kept([one, other], "source")) == 1


def test_only_the_fixes_that_are_chosen_are_made():
    line = chat_line("q\u200b", "a", id=7).rstrip()
    mended, done = fix_line(line, HAIKU, ("extra-key",))
    assert done == ("extra-key",)
    assert "\u200b" in json.loads(mended)["messages"][0]["content"]


@given(line=st.binary(max_size=300), format_name=st.sampled_from([*FORMATS, "source"]))
@settings(deadline=None)
def test_no_bytes_at_all_stop_a_fix_and_mending_twice_mends_no_more(line, format_name):
    mended, _ = fix_line(line, format_name)
    if mended is None:
        assert not line.removeprefix(b"\xef\xbb\xbf").strip()
        return
    again, done = fix_line(mended, format_name)
    assert mended.startswith(b"\xef\xbb\xbf") or (again, done) == (mended, ())
