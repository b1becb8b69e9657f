"""The faults planted in the sample data: each is found in its rows, and in no other."""

import json

import pytest
import raw_tatqa
from checked import by_rule

import sample_data

RULE_OF = {"email": "personal-data"}  # what the manifest calls otherwise
WITH_THE_OTHER = {"contradiction"}  # found on both sides
LEAKED = "leak"  # a table under a second name, at times with the very questions: told by a split
MARKUP = "markup"  # harms screens and no model


@pytest.fixture(scope="module")
def planted() -> dict[str, set[int]]:
    """Rows by rule, as the manifest says."""
    contexts = json.loads(sample_data.path(sample_data.FINANCE_QA).read_bytes())
    row_of = {
        uid: row
        for row, uid in enumerate(question["uid"] for context in contexts for question in context["questions"])
    }
    manifest = json.loads(sample_data.path(sample_data.MANIFEST).read_bytes())
    leaked = {row_of[uid] for leak in manifest["leaks"] for pair in leak["questions"] for uid in pair}
    found: dict[str, set[int]] = {LEAKED: leaked}
    for fault in manifest["faults"][sample_data.FINANCE_QA]:
        if fault["rule"] in (LEAKED, MARKUP):
            continue
        uids = fault["questions"] + ([fault["of"]] if fault["rule"] in WITH_THE_OTHER else [])
        found.setdefault(RULE_OF.get(fault["rule"], fault["rule"]), set()).update(row_of[uid] for uid in uids)
    return found


@pytest.fixture(scope="module")
def flagged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    return by_rule(tmp_path_factory.mktemp("sample"), list(raw_tatqa.read(sample_data.path(sample_data.FINANCE_QA))))


@pytest.mark.parametrize(
    "rule",
    [
        "reserved-keyword",
        "empty-content",
        "too-long",
        "control-characters",
        "personal-data",
        "duplicate",
        "contradiction",
    ],
)
def test_each_planted_fault_is_found_and_nothing_else_of_its_rule(rule, planted, flagged):
    assert flagged[rule] - (planted[LEAKED] - planted[rule]) == planted[rule]


def test_every_kind_of_fault_in_the_manifest_is_looked_for(planted, flagged):
    assert planted.keys() - {LEAKED} <= flagged.keys()


def test_further_rules_find_hardly_anything(planted, flagged):
    for rule in flagged.keys() - planted.keys():
        assert len(flagged[rule]) <= 20, rule
