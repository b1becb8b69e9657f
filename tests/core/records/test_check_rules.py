"""The rules of `outcrop check`: each found on its line, with AWS's limits where they stand."""

import json

import msgspec
import pytest

from core import catalog
from core.records.check import LINES_KEPT, RULES, CheckReport, check_lines, check_totals
from core.records.requirements import Limits, Requirements

RESERVED = ("\nHuman:", "\nAssistant:")
LOOSE = Requirements("anthropic-messages", Limits(), RESERVED)


def line(*texts: str, system: str | None = None, **extra: object) -> bytes:
    """One chat, its turns alternating from the user."""
    turns = [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(texts)]
    return (
        json.dumps(({"system": system} if system is not None else {}) | {"messages": turns} | extra).encode() + b"\n"
    )


GOOD = line("How much?", "12 %")


def found(report: CheckReport) -> dict[str, tuple[str, int, tuple[int, ...]]]:
    """Severity, count and lines, by rule."""
    return {issue.rule: (issue.severity, issue.count, issue.lines) for issue in report.issues}


def check(*lines: bytes, rules: Requirements = LOOSE) -> dict[str, tuple[str, int, tuple[int, ...]]]:
    return found(check_lines(lines, rules))


def test_a_good_file_has_no_findings():
    assert check_lines([GOOD] * 3, LOOSE) == CheckReport(records=3, errors=0, warnings=0, issues=())


def test_the_rules_have_the_names_that_are_promised():
    promised = "json schema extra-key roles reserved-keyword too-long empty-content blank-line record-count file-size"
    assert {rule.name for rule in RULES} >= {*promised.split(), "encoding"}


def test_the_report_has_the_promised_shape():
    report = check_lines([GOOD, b"{\n", line("", "x")], LOOSE)
    assert json.loads(msgspec.json.encode(report)) == {
        "records": 3,
        "errors": 1,
        "warnings": 1,
        "issues": [
            {
                "rule": "json",
                "severity": "error",
                "count": 1,
                "lines": [2],
                "message": "not JSON: expecting property name enclosed in double quotes at column 2",
            },
            {
                "rule": "empty-content",
                "severity": "warning",
                "count": 1,
                "lines": [3],
                "message": "messages[0].content is empty",
            },
        ],
    }


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (b"not json\n", "json"),
        (b'{"messages": [}\n', "json"),
        (b'{"messages": [], "messages": []\n', "json"),
        (b"{}\n", "schema"),
        (b"[]\n", "schema"),
        (b'{"messages": "hello"}\n', "schema"),
        (line("only a question"), "schema"),
        (line(), "schema"),
        (line("q", "a", id=7), "extra-key"),
        (GOOD.replace(b'"role": "user"', b'"role": "user", "name": "Ann"'), "extra-key"),
        (GOOD.replace(b'"role": "user"', b'"role": "system"'), "roles"),
        (GOOD.replace(b'"role": "user"', b'"role": "assistant"'), "roles"),
        (GOOD.replace(b'"role": "assistant"', b'"role": "user"'), "roles"),
        (line("q", "a", "q"), "roles"),
        (line("he said\nHuman: no", "a"), "reserved-keyword"),
        (line("q", "a\nAssistant: b"), "reserved-keyword"),
        (line("q", "a", system="be\nHuman:"), "reserved-keyword"),
        (b"\n", "blank-line"),
        (b" \t\r\n", "blank-line"),
        (GOOD.replace(b"12", b"\xe9"), "encoding"),
        (GOOD.replace(b"12", b"\\ud800"), "encoding"),
        (b"\xef\xbb\xbf" + GOOD, "encoding"),
    ],
)
def test_an_error_is_found_on_its_line(bad, rule):
    assert check(GOOD, bad, GOOD) == {rule: ("error", 1, (2,))}


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
@pytest.mark.parametrize("place", ["system", "user", "assistant"])
def test_an_empty_text_is_a_warning(text, place):
    texts = {"system": "s", "user": "q", "assistant": "a"} | {place: text}
    bad = line(texts["user"], texts["assistant"], system=texts["system"])
    assert check(GOOD, bad) == {"empty-content": ("warning", 1, (2,))}


def test_a_reserved_word_counts_only_as_the_model_reserves_it():
    assert check(line("Human: is a word at the start", "a\nHuman without a colon")) == {}
    nova = catalog.load().tuning_of("nova-micro")[1].requirements()
    text = {"schemaVersion": "bedrock-conversation-2024"} | json.loads(line("x", "a"))
    for turn, said in zip(text["messages"], ("The User: asks", "a"), strict=True):
        turn["content"] = [{"text": said}]
    assert check(json.dumps(text).encode(), rules=nova) == {"reserved-keyword": ("error", 1, (1,))}


@pytest.mark.parametrize(
    ("characters", "severity"), [(300, None), (301, "warning"), (600, "warning"), (601, "error"), (2000, "error")]
)
def test_a_record_is_likely_too_long_at_three_characters_a_token_and_surely_at_six(characters, severity):
    rules = Requirements("anthropic-messages", Limits(record_tokens=100), ())
    bad = line("q" * (characters - 60), "a" * 40, system="s" * 20)
    assert check(bad, rules=rules) == ({"too-long": (severity, 1, (1,))} if severity else {})


def test_length_counts_characters_and_not_bytes():
    rules = Requirements("anthropic-messages", Limits(record_tokens=100), ())
    assert check(line("é" * 299, "a"), rules=rules) == {}


@pytest.mark.parametrize(("records", "wrong"), [(1, True), (2, False), (4, False), (5, True)])
def test_the_number_of_records_has_its_bounds(records, wrong):
    rules = Requirements("anthropic-messages", Limits(minimum_records=2, training_records=4), ())
    assert check(*[GOOD] * records, rules=rules) == ({"record-count": ("error", 1, ())} if wrong else {})


def test_a_validation_file_has_its_own_bounds():
    limits = Limits(training_records=4, validation_records=2, training_bytes=1000, validation_bytes=1)
    rules = Requirements("anthropic-messages", limits, (), "validation")
    assert check(*[GOOD] * 3, rules=rules).keys() == {"record-count", "file-size"}


def test_where_only_the_total_is_known_it_bounds_the_file():
    rules = Requirements("prompt-completion", Limits(total_records=4), ())
    assert [finding.rule for finding in check_totals(5, 0, rules)] == ["record-count"]
    assert list(check_totals(4, 0, rules)) == []


def test_a_model_without_known_limits_sets_none():
    assert list(check_totals(10**9, 10**12, LOOSE)) == []


@pytest.mark.parametrize(("limit", "wrong"), [(2 * len(GOOD), False), (2 * len(GOOD) - 1, True)])
def test_the_size_of_the_file_counts_every_byte_with_its_line_breaks(limit, wrong):
    rules = Requirements("anthropic-messages", Limits(training_bytes=limit), ())
    assert check(GOOD, GOOD, rules=rules) == ({"file-size": ("error", 1, ())} if wrong else {})


def test_blank_lines_are_no_records():
    assert check_lines([GOOD, b"\n", GOOD], LOOSE).records == 2


def test_the_first_twenty_lines_of_a_rule_are_kept_and_all_are_counted():
    report = check_lines([b"{}\n"] * 50, LOOSE)
    assert found(report) == {"schema": ("error", 50, tuple(range(1, LINES_KEPT + 1)))}
    assert report.errors == 50


def test_a_line_counts_once_for_a_rule_and_once_for_each_of_several():
    both = line("\nHuman:\nAssistant:", "\nHuman:")
    assert check(both) == {"reserved-keyword": ("error", 1, (1,))}
    assert check(line("\nHuman:", "")).keys() == {"reserved-keyword", "empty-content"}


def test_errors_come_before_warnings_and_the_most_frequent_first():
    report = check_lines([line("", "a"), line("", "a"), line("", "a"), b"{\n", b"{}\n", b"{}\n"], LOOSE)
    assert [issue.rule for issue in report.issues] == ["schema", "json", "empty-content"]
    assert (report.errors, report.warnings) == (3, 3)


def test_a_message_names_the_field_and_a_rule_keeps_its_first():
    report = check_lines([GOOD.replace(b'"content": "q"', b""), GOOD.replace(b'"12 %"', b"12"), b'{"a": 1}'], LOOSE)
    assert [issue.message for issue in report.issues if issue.rule == "schema"] == [
        "messages[1].content must be text, not a number"
    ]


def test_the_limits_of_claude_3_haiku_are_awss():
    rules = catalog.load().tuning_of("claude-3-haiku")[1].requirements()
    assert rules.format == "anthropic-messages"
    assert rules.reserved == RESERVED
    limits = rules.limits
    assert (limits.minimum_records, limits.training_records, limits.validation_records) == (32, 10_000, 1_000)
    assert (limits.total_records, limits.record_tokens) == (10_000, 32_000)
    assert (limits.training_bytes, limits.validation_bytes) == (10 * 1024**3, 1024**3)
