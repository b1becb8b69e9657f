"""Files as they come: broken, cut, in another encoding. Each has findings; none stops the check."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import formats
from core.records.check import RULES, check_line, check_lines
from core.records.requirements import Limits, Requirements

TURNS = [{"role": "user", "content": "How much?"}, {"role": "assistant", "content": "12 %"}]
GOOD = json.dumps({"messages": TURNS}).encode()
EACH = [Requirements(name, Limits(), ("\nHuman:",)) for name in formats.FORMATS]
HAIKU, NOVA, LLAMA = EACH[:3]


def rules_found(*lines: bytes) -> list[set[str]]:
    """The rules that each line breaks."""
    return [{finding.rule for finding in check_line(line, n, HAIKU)[1]} for n, line in enumerate(lines, 1)]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'{"messages": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "json"),
        (b"[" * 10_000, "json"),
        (b'{"a":' * 10_000, "json"),
        (b'{"messages": ' + b"9" * 5000 + b"}", "json"),
        (b'{"messages": 1e999}', "schema"),
        (b'{"messages": -0}', "schema"),
        (b'{"messages": NaN}', "schema"),
        (b"\0", "encoding"),
        (GOOD + b"\0", "json"),
        (GOOD.replace(b"12", b"1\x002"), "json"),
        (GOOD[: len(GOOD) // 2], "json"),
        (GOOD[:-1], "json"),
        (GOOD + GOOD, "json"),
        (GOOD.replace(b'"role"', b'"\\ud800"', 1), "schema"),
        (GOOD.replace(b"12", b"\\udc00"), "encoding"),
        (GOOD.replace(b"12", b"\xed\xa0\x80"), "encoding"),
        (GOOD.replace(b"12", b"\xc0\x80"), "encoding"),
        (b"\xff", "encoding"),
        (b"\xfe\xff", "encoding"),
    ],
)
def test_a_hostile_line_has_a_finding_of_the_right_rule(line, rule):
    assert rule in rules_found(line)[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_every_line_of_a_file_in_utf_16_is_of_another_encoding(encoding):
    content = (GOOD + b"\n" + GOOD + b"\n").decode().encode(encoding)
    assert set.union(*rules_found(*content.splitlines(keepends=True))) == {"encoding"}


def test_a_byte_order_mark_is_an_error_of_the_first_line_alone():
    assert rules_found(b"\xef\xbb\xbf" + GOOD, GOOD) == [{"encoding"}, set()]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_line_may_end_in_any_way(end):
    assert rules_found(GOOD + end) == [set()]


def test_line_separators_of_unicode_are_text_and_end_no_line():
    text = json.dumps({"messages": [TURNS[0], {"role": "assistant", "content": "a\u2028b\x85c"}]}, ensure_ascii=False)
    chat, findings = check_line(text.encode(), 1, HAIKU)
    assert not findings
    assert chat is not None
    assert chat.completion == "a\u2028b\x85c"


TWICE = [
    (HAIKU, b'{"system": "a", "system": "b", "messages": [%s]}', "system"),
    (HAIKU, b'{"messages": [%s], "messages": [%s]}', "messages"),
    (NOVA, b'{"schemaVersion": "bedrock-conversation-2024", "system": [{"text": "a"}], "system": [], %s}', "system"),
    (LLAMA, b'{"prompt": "a", "completion": "b", "prompt": "c \\"d\\""}', "prompt"),
]


@pytest.mark.parametrize(("rules", "line", "key"), TWICE)
def test_a_key_that_stands_twice_is_an_error_even_where_the_record_can_be_read(rules, line, key):
    turns = b'{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}'
    blocks = turns.replace(b'"a"', b'[{"text": "a"}]').replace(b'"b"', b'[{"text": "b"}]')
    line = line.replace(b"%s", b'"messages": [' + blocks + b"]" if rules is NOVA else turns)
    chat, [finding] = check_line(line, 1, rules)
    assert chat is None
    assert (finding.rule, finding.severity, finding.message) == ("json", "error", f"the key '{key}' stands twice")


def test_control_characters_in_a_text_are_data():
    text = json.dumps({"messages": [TURNS[0], {"role": "assistant", "content": "\x1b[31m\x00\x9b"}]})
    assert rules_found(text.encode()) == [set()]


@given(line=st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_at_all_stop_the_check(line):
    for rules in EACH:
        chat, findings = check_line(line, 1, rules)
        assert chat is not None or findings
        assert {finding.rule for finding in findings} <= {rule.name for rule in RULES}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["messages", "role", "content"]), inner)
    ),
    max_leaves=12,
)


@given(value=JSON)
@settings(deadline=None)
def test_no_json_at_all_stops_the_check(value):
    line = json.dumps(value).encode()
    for rules in EACH:
        chat, findings = check_line(line, 1, rules)
        assert chat is not None or findings


@given(cut=st.integers(min_value=0, max_value=len(GOOD)))
@settings(deadline=None)
def test_a_file_may_break_off_anywhere(cut):
    report = check_lines([GOOD + b"\n", GOOD[:cut]], HAIKU)
    assert report.records == 1 + bool(cut)
    assert report.errors == (cut < len(GOOD))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"messages": ' + b"9" * 5000 + b"}", "a whole number of more than 4,300 digits"),
        (b'{"messages": "a\nb"}', "not JSON: invalid control character at column 16"),
        (b'{"system": "a", "system": "b"}', "the key 'system' stands twice"),
    ],
)
def test_what_python_says_of_a_line_is_said_in_words_of_the_file(line, said):
    _, [finding] = check_line(line, 1, HAIKU)
    assert (finding.rule, finding.message) == ("json", said)
