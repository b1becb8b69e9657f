"""What a scan notes in passing is what a check of the line says at length."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import catalog
from core.data import issues
from core.data.checks.one_record import record_of
from core.data.checks.rules import findings
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.data.scan.block import COLUMNS, ScanSpec, rules_in
from core.data.scan.measure import Measurer
from core.records import formats
from core.records.check import check_line
from core.records.record import Chat, Message
from core.records.requirements import Limits, Requirements

LIMITS = Limits(record_tokens=10)
EACH = [Requirements(name, LIMITS, ("\nHuman:", "Bot:")) for name in formats.FORMATS]
TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "q", "\nHuman: x", "Bot:", "a\x1bb", "ann@example.com", "<t>x</t>", "x" * 40, "y" * 70]
    ),
    st.text(max_size=12),
)
CHATS = st.builds(
    Chat,
    st.lists(st.builds(Message, st.sampled_from(["user", "assistant", "system"]), TEXTS), max_size=4).map(tuple),
    st.none() | TEXTS,
)


def noted(line: bytes, rules: Requirements) -> set[tuple[str, str]]:
    measurer = Measurer(ScanSpec("", rules.format), rules, None)
    measurer.add(0, line)
    [found] = np.frombuffer(measurer.block().columns["rules"], COLUMNS["rules"]).tolist()
    return set(rules_in(found))


def said(line: bytes, rules: Requirements) -> set[tuple[str, str]]:
    chat, of_format = check_line(line, 1, rules)
    every = [*of_format, *(findings(record_of(chat), rules.format) if chat else ())]
    return {(each.rule, each.severity) for each in every}


@given(chat=CHATS, rules=st.sampled_from([each for each in EACH if formats.named(each.format).conversations]))
@settings(deadline=None, max_examples=300)
def test_of_any_chat_a_scan_notes_what_a_check_says(chat, rules):
    line = formats.named(rules.format).encode(chat)
    assert noted(line, rules) == said(line, rules)


@given(prompt=TEXTS, completion=TEXTS)
@settings(deadline=None)
def test_of_any_prompt_and_completion_too(prompt, completion):
    line = json.dumps({"prompt": prompt, "completion": completion}).encode()
    rules = Requirements("prompt-completion", LIMITS, ("\nHuman:", "Bot:"))
    assert noted(line, rules) == said(line, rules)


@given(line=st.binary(max_size=80), rules=st.sampled_from(EACH))
@settings(deadline=None)
def test_of_any_bytes_too(line, rules):
    if b"\n" not in line:
        assert noted(line, rules) == said(line, rules)


@given(chat=CHATS)
@settings(deadline=None)
def test_the_question_that_is_compared_is_the_chats_question(chat):
    from core.data.checks import question

    measurer = Measurer(ScanSpec("", "anthropic-messages"), EACH[0], None)
    measurer.add(0, formats.named("anthropic-messages").encode(chat))
    columns = measurer.block().columns
    compared = tuple(int(np.frombuffer(columns[name], "Q")[0]) for name in ("telling", "content"))
    proper = [turn.role for turn in chat.messages] in (["user", "assistant"], ["user", "assistant"] * 2)
    plain = not any("\x1e" in turn.content for turn in chat.messages)
    if proper and plain and chat.completion and chat.question.isascii():
        assert compared == question.keys(chat.question)


@pytest.mark.parametrize("model", ["claude-3-haiku", "nova-micro", "llama-3-1-8b", "llama-3-3-70b"])
def test_every_note_of_a_row_has_a_reason(model, tmp_path: Path):

    rules = catalog.load().tuning_of(model)[1].requirements()
    encode = formats.named(rules.format).encode
    chats = [
        Chat((Message("user", text), Message("assistant", answer)), None)
        for text in ("", "q", "\nHuman: x", "User: ann@example.com", "a\x1bb")
        for answer in ("", "a", "b")
    ]
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\n".join([*(encode(chat) for chat in chats), b"{", b"", b"[]", b"\xff"]))
    dataset = Dataset(path, expected=rules.format)
    facts = Facts(dataset, rules)
    facts.scan()
    for row in range(facts.count):
        reasons = issues.reasons(dataset, facts, row)
        assert {(each.rule, each.severity) for each in reasons} == set(facts.findings(row)), row
        assert all(each.message and each.line == row + 1 for each in reasons)
    dataset.close()
