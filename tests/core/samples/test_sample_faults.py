"""The faults of the sample data stand where the manifest says, and nowhere else."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asked import Asked

import sample_data
from core import catalog
from core.records import check
from core.records.tables import find
from sample_data import generate

HAIKU = "claude-3-haiku"
CHAT_RULES = {
    "json",
    "schema",
    "extra-key",
    "roles",
    "reserved-keyword",
    "too-long",
    "empty-content",
    "blank-line",
    "encoding",
}
RULES = {
    "duplicate",
    "contradiction",
    "leak",
    "too-long",
    "reserved-keyword",
    "empty-content",
    "control-characters",
    "markup",
    "email",
}
RESERVED = ("\nHuman:", "\nAssistant:")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MARKUP = re.compile(r"\[[/@a-z]")
EMAIL = re.compile(r"[\w.]+@[\w.-]+")
SURELY_TOO_LONG = 192_000


def planted(manifest: dict[str, Any], asked: dict[str, Asked], rule: str) -> Iterator[tuple[dict[str, Any], Asked]]:
    """The faults of a rule with each question they affect."""
    for fault in manifest["faults"][sample_data.FINANCE_QA]:
        if fault["rule"] == rule:
            for uid in fault["questions"]:
                assert asked[uid].table_uid == fault["table"]
                yield fault, asked[uid]


def spoilt(fault: dict[str, Any], question: Asked) -> str:
    """The text at the place that a fault names."""
    place = fault["where"]
    if place.startswith("paragraph "):
        return str(question.paragraphs[place.split()[1]])
    if place.startswith("cell "):
        row, column = map(int, place.split()[1].split(","))
        return question.grid[row][column]
    assert place == "question"
    return question.text


def test_the_manifest_counts_and_seals_the_files(
    manifest: dict[str, Any], asked: dict[str, Asked], clean: list[Asked], data: list[dict[str, Any]]
) -> None:
    for name, told in manifest["files"].items():
        read = sample_data.path(name).read_bytes()
        assert told["sha256"] == hashlib.sha256(read).hexdigest()
        assert told["bytes"] == len(read)
    told = manifest["files"][sample_data.FINANCE_QA]
    assert manifest["seed"] == generate.SEED
    assert told["tables"] == len(data)
    assert told["questions"] == len(asked)
    assert told["clean"]["questions"] == len(clean)
    assert told["types"] == Counter(question.type for question in asked.values())


def test_every_rule_is_broken_somewhere(manifest: dict[str, Any]) -> None:
    faults = manifest["faults"]
    assert {fault["rule"] for fault in faults[sample_data.FINANCE_QA]} == RULES
    assert {fault["rule"] for fault in faults[sample_data.FAULTY]} == CHAT_RULES


def test_duplicates_repeat_question_and_answer(manifest: dict[str, Any], asked: dict[str, Asked]) -> None:
    for fault, question in planted(manifest, asked, "duplicate"):
        original = asked[fault["of"]]
        assert (question.key(), question.answer) == (original.key(), original.answer)


def test_contradictions_repeat_the_question_only(manifest: dict[str, Any], asked: dict[str, Asked]) -> None:
    for fault, question in planted(manifest, asked, "contradiction"):
        original = asked[fault["of"]]
        assert question.key() == original.key()
        assert question.answer != original.answer


def test_leaks_show_the_same_table_and_questions_under_two_contexts(
    manifest: dict[str, Any], asked: dict[str, Asked]
) -> None:
    named = {question.uid for _, question in planted(manifest, asked, "leak")}
    for leak in manifest["leaks"]:
        assert leak["a"] != leak["b"]
        assert leak["questions"]
        for first, second in leak["questions"]:
            assert (asked[first].table_uid, asked[second].table_uid) == (leak["a"], leak["b"])
            assert asked[first].key() == asked[second].key()
            assert asked[first].answer == asked[second].answer
            assert second in named
            named.remove(second)
    assert named == set()


def test_nothing_but_duplicates_contradictions_and_leaks_repeats_a_question(
    manifest: dict[str, Any], asked: dict[str, Asked]
) -> None:
    repeated = sum(number - 1 for number in Counter(question.key() for question in asked.values()).values())
    rules = ("duplicate", "contradiction", "leak")
    assert repeated == sum(len(list(planted(manifest, asked, rule))) for rule in rules)


@pytest.mark.parametrize(
    ("rule", "shows"),
    [
        ("too-long", lambda text: len(text) > SURELY_TOO_LONG),
        ("reserved-keyword", lambda text: any(word in text for word in RESERVED)),
        ("control-characters", CONTROL.search),
        ("markup", MARKUP.search),
        ("email", EMAIL.search),
    ],
)
def test_the_text_shows_its_fault_where_the_manifest_says_and_nowhere_else(
    rule: str,
    shows: Callable[[str], object],
    manifest: dict[str, Any],
    asked: dict[str, Asked],
    clean: list[Asked],
) -> None:
    faults = list(planted(manifest, asked, rule))
    assert faults
    assert all(shows(spoilt(fault, question)) for fault, question in faults)
    named = {question.uid for _, question in faults}
    for question in asked.values():
        found = any(shows(text) for text in (*question.cells(), *question.paragraphs.values(), question.text))
        assert found == (question.uid in named), question
    assert named.isdisjoint(question.uid for question in clean)


def test_answers_are_empty_only_where_the_manifest_says(manifest: dict[str, Any], asked: dict[str, Asked]) -> None:
    named = {question.uid for _, question in planted(manifest, asked, "empty-content")}
    assert named == {uid for uid, question in asked.items() if question.answer in ([], [""], "")}


def test_hidden_characters_stand_escaped_in_the_file() -> None:
    text = sample_data.path(sample_data.FINANCE_QA).read_text("utf-8")
    assert CONTROL.search(text) is None


def test_each_broken_line_breaks_its_rule_and_all_others_are_sound(manifest: dict[str, Any]) -> None:
    _, tuning = catalog.load().tuning_of(HAIKU)
    rules = tuning.requirements()
    told = {fault["line"]: fault["rule"] for fault in manifest["faults"][sample_data.FAULTY]}
    lines = sample_data.path(sample_data.FAULTY).read_bytes().splitlines(keepends=True)
    assert len(lines) == manifest["files"][sample_data.FAULTY]["lines"]
    for number, line in enumerate(lines, 1):
        found = {finding.rule for finding in check.check_line(line, number, rules)[1]}
        assert found == ({told[number]} if number in told else set()), number


def test_sound_lines_hold_the_table_of_a_context(data: list[dict[str, Any]], manifest: dict[str, Any]) -> None:
    broken = {fault["line"] for fault in manifest["faults"][sample_data.FAULTY]}
    grids = [[[cell.strip() for cell in row] for row in context["table"]["table"]] for context in data]
    for number, line in enumerate(sample_data.path(sample_data.FAULTY).read_bytes().splitlines(), 1):
        if number not in broken:
            table = find(json.loads(line)["messages"][0]["content"])
            assert table is not None
            assert [[cell.strip() for cell in row] for row in table.grid] in grids
