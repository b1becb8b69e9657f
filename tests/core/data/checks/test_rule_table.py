"""The list of all rules, which every screen and command takes its words from."""

from pathlib import Path

import pytest

from core.data.checks.reference import as_markdown
from core.data.checks.rules import BY_NAME, RULES
from core.records import check

ROOT = Path(__file__).parents[4]
FORMAT_RULES = tuple(rule.name for rule in check.RULES)

OF_TEXTS = (
    "unrendered file-name duplicate contradiction near-duplicate leakage unsupported-answer derivation "
    "length-outlier personal-data control-characters imbalance no-system-prompt no-blocks"
)


def test_it_holds_the_rules_of_the_formats_first_and_in_their_order():
    assert tuple(rule.name for rule in RULES)[: len(FORMAT_RULES)] == FORMAT_RULES


def test_no_rule_that_scripts_may_know_has_gone_and_none_stands_twice():
    assert BY_NAME.keys() >= {*FORMAT_RULES, *OF_TEXTS.split()}
    assert len(BY_NAME) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_says_what_it_finds_what_to_do_and_who_says_so(rule):
    assert rule.finds.endswith(".")
    assert rule.todo.endswith(".")
    assert rule.source
    assert rule.severities


def test_only_what_the_model_refuses_is_an_error():
    assert {rule.name for rule in RULES if "error" in rule.severities} <= {*FORMAT_RULES, "unrendered"}


def test_advice_is_marked_as_such():
    advice = {rule.name for rule in RULES if "advice" in rule.severities}
    assert advice >= {"no-system-prompt", "no-blocks", "imbalance"}


def test_a_rule_knows_its_safe_fix():
    assert {rule.name for rule in RULES if rule.fix} >= {
        "encoding",
        "blank-line",
        "extra-key",
        "control-characters",
        "duplicate",
    }


def test_the_documentation_has_the_same_rules():
    written = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert written == as_markdown(), "a rule has changed: `make golden` writes docs/rules.md anew"


def test_all_rules_and_severities_fit_the_bits_of_one_number():
    assert sum(len(rule.severities) for rule in RULES) <= 64
