"""Texts made to keep a search busy: every rule comes to its end, and in no time that grows with their square."""

import time
from collections.abc import Callable

import pytest

from core.data.checks import derivation, question, unsupported_answer
from core.data.checks.normal_form import answer_key
from core.data.checks.one_record import record_of
from core.data.checks.rules import RECORD_RULES, findings
from core.records.record import Chat, Message, Source

PIECES = [
    *("1", "1 ", "+1 ", "1.1.", "1:2:", ":", "(1) ", "a@", "a", "DE12 ", "123-45-", "4111-", "phone ", "fax(((("),
    *("<", "</", "</a>", "<question>", "<table>", "n't", "%", "1%", "million ", " ", "\n"),
    *("\u200b", "\x1b", "\x1e", "\u200d"),
]
SHORT, LONG = 2_000, 16_000
SQUARE = (LONG / SHORT) ** 2


def all_rules(text: str) -> None:
    chat = Chat((Message("user", text), Message("assistant", text)))
    for kind in ("span", "multi-span", "arithmetic", "count"):
        source = Source("1", "", {"answer": text}, {"type": kind, "derivation": text, "scale": "percent"})
        record = record_of(chat, source)
        list(findings(record, "source"))
        for rule in RECORD_RULES:
            (rule.holds or rule.broken)(record)
    for rule in (
        lambda: question.keys(text),
        lambda: question.read(text),
        lambda: answer_key(text),
        lambda: unsupported_answer.find(text, text[:300], "span"),
        lambda: derivation.check(text[:1900], "5"),
    ):
        rule()


def seconds(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_eight_times_the_text_does_not_take_sixty_four_times_as_long(piece):
    short = min(seconds(lambda: all_rules((piece * SHORT)[:SHORT])) for _ in range(2))
    long = seconds(lambda: all_rules((piece * LONG)[:LONG]))
    assert long < max(0.2, short) * SQUARE / 2
