"""How far two raters agree, held against tables worked by hand."""

import pytest

from core.data import agreement
from core.data.agreement import Disagreement, compare, kappa, with_humans
from core.data.annotation.verdicts import Verdict

# Reviewer down, judge across, 50 records:
#
#              correct  incorrect
#   correct       20         5      25
#   incorrect     10        15      25
#                 30        20
#
# Observed 35/50 = 0.7; by chance 30/50 x 25/50 + 20/50 x 25/50 = 0.5; kappa (0.7 - 0.5) / (1 - 0.5) = 0.4.
REVIEWER = ["correct"] * 25 + ["incorrect"] * 25
JUDGE = ["correct"] * 20 + ["incorrect"] * 5 + ["correct"] * 10 + ["incorrect"] * 15


def by_record(labels):
    return {f"record {number}": label for number, label in enumerate(labels)}


def test_kappa_equals_a_table_worked_by_hand():
    assert kappa(REVIEWER, JUDGE) == pytest.approx(0.4)


def test_kappa_of_three_labels_equals_a_table_worked_by_hand():
    """Rows of a, b, c against their columns: 4 1 0 / 1 3 1 / 0 0 2; 9 of 12 agree; by chance (5x5+5x4+2x3)/144."""
    first = list("aaaaabbbbbcc")
    second = list("aaaababbbccc")
    assert kappa(first, second) == pytest.approx((9 / 12 - 51 / 144) / (1 - 51 / 144))


def test_it_does_not_matter_who_comes_first():
    assert kappa(REVIEWER, JUDGE) == kappa(JUDGE, REVIEWER)


def test_full_agreement_is_one_and_full_disagreement_on_even_halves_minus_one():
    assert kappa(["a", "b"], ["a", "b"]) == 1
    assert kappa(["a", "b"], ["b", "a"]) == -1


def test_what_chance_would_bring_is_nought():
    assert kappa(["a", "a", "b", "b"], ["a", "b", "a", "b"]) == 0


@pytest.mark.parametrize("labels", [[], ["a", "a", "a"]])
def test_where_chance_explains_everything_kappa_is_undefined(labels):
    assert kappa(labels, labels) is None


def test_the_comparison_counts_each_pair_of_labels():
    found = compare(by_record(REVIEWER), by_record(JUDGE))
    assert (found.records, found.accuracy, found.kappa) == (50, 0.7, pytest.approx(0.4))
    assert found.labels == ("correct", "incorrect")
    assert found.confusion == ((20, 5), (10, 15))


def test_records_on_which_the_raters_differ_are_listed_in_order():
    found = compare({"r1": "keep", "r2": "fix", "r3": "keep"}, {"r3": "reject", "r2": "fix", "r1": "reject"})
    assert found.disagreements == (Disagreement("r1", "keep", "reject"), Disagreement("r3", "keep", "reject"))


def test_only_records_that_both_have_rated_count():
    found = compare({"r1": "keep", "r2": "keep"}, {"r2": "keep", "r3": "reject"})
    assert (found.records, found.accuracy, found.disagreements) == (1, 1.0, ())


def test_without_common_records_nothing_is_claimed():
    found = compare({"r1": "keep"}, {})
    assert (found.records, found.accuracy, found.kappa, found.confusion) == (0, None, None, ())


def test_a_flag_says_whether_the_record_is_right_as_it_stands():
    assert agreement.HUMAN == {"keep": "correct", "reject": "incorrect", "fix": "incorrect"}


def test_a_judge_is_compared_with_the_reviewers_where_both_have_spoken():
    flags = {"r1": "keep", "r2": "reject", "r3": "fix", "r4": "keep", "r5": "keep"}
    said = {
        "r1": Verdict("correct", ""),
        "r2": Verdict("correct", ""),
        "r3": Verdict("incorrect", ""),
        "r4": Verdict("unparsed", ""),
        "r6": Verdict("correct", ""),
    }
    found = with_humans(flags, said)
    assert (found.records, found.accuracy) == (3, pytest.approx(2 / 3))
    assert found.disagreements == (Disagreement("r2", "incorrect", "correct"),)
