"""Replies that version 0.1.0 paid for are found again: runs and asks keep their ids."""

import json
from pathlib import Path

import pytest

from core.clock import from_iso
from core.data.annotation import judge, rationale
from core.inference import Answer, Usage
from core.inference.answers import keep_all

PAID = Path(__file__).with_name("paid_answers.jsonl")  # by version 0.1.0, of the six records of `judged_project`


@pytest.fixture
def paid(judged_project, rehearsal):
    """The project with the replies of version 0.1.0, where nothing more may be asked."""
    for line in PAID.read_text("utf-8").splitlines():
        run, at, reply = (row := json.loads(line)).pop("run"), row.pop("at"), Answer(row.pop("ask"), *row.values())
        keep_all(judged_project.store, run, [reply], from_iso(at))
    judged_project.connect = lambda _: rehearsal.connection(read_only=True)  # refuses to ask
    return judged_project


def test_judging_again_asks_nothing(paid):
    planned = judge.prepare(paid)
    summary = judge.run(paid, planned)
    assert (planned.forecast.to_ask, summary.reused, summary.used) == (0, 6, Usage())
    assert summary.counts == {"correct": 3, "incorrect": 3, "unparsed": 0}


def test_rationales_are_proposed_from_the_replies_there_are(paid):
    planned = rationale.prepare(paid)
    summary = rationale.run(paid, planned)
    assert (planned.forecast.to_ask, summary.reused, summary.used) == (0, 6, Usage())
    assert summary.proposed == 6


def test_a_record_with_a_rationale_is_still_the_record_that_was_judged(paid):
    rationale.run(paid, rationale.prepare(paid))
    assert judge.prepare(paid).forecast.to_ask == 0
