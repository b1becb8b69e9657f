"""What comparing the records of a file finds: rows, and with which other row."""

import numpy as np
import pytest

from core.data.checks import imbalance, length_outliers, question, row_keys, rules
from core.data.checks.file_comparison import ALONE, Columns, Compared, FileComparison
from core.data.checks.normal_form import answer_key, checksum
from core.errors import CancelledError
from core.progress import Cancel

Asked = tuple[str, str, str]  # context, question, answer


def compared(rows: list[Asked]) -> tuple[Compared, list[str]]:
    def of(text: str) -> int:
        return checksum(text.encode())

    def column(values: list[int]) -> np.ndarray:
        return np.array(values, np.uint64)

    asks = [question.keys(asked) for _, asked, _ in rows]
    known = Columns(
        column([telling for telling, _ in asks]),
        column([content for _, content in asks]),
        column([of(context) for context, _, _ in rows]),
        column([answer_key(answer) for _, _, answer in rows]),
        column([of(context + asked) for context, asked, _ in rows]),
    )
    lengths = [
        np.array([len(text) for text in texts], np.uint32)
        for texts in ([a + b for a, b, _ in rows], [c for *_, c in rows])
    ]
    return Compared(known, *lengths), [asked for _, asked, _ in rows]


def compare(*rows: Asked, thorough: bool = True) -> FileComparison:
    columns, questions = compared(list(rows))
    return rules.compare(columns, lambda wanted: [questions[row] for row in wanted], thorough=thorough)


def pairs(found: FileComparison, rule: str) -> list[tuple[int, int]]:
    related = found.related[rule]
    return list(zip(related.rows.tolist(), related.others.tolist(), strict=True))


ASKED = "What was the net revenue of the Bell segment in 2019?"


def test_a_duplicate_names_the_first_of_its_kind():
    found = compare(("t", ASKED, "12"), ("u", ASKED, "12"), ("t", ASKED, "12"), ("t", ASKED, "12"))
    assert pairs(found, "duplicate") == [(2, 0), (3, 0)]
    assert pairs(found, "contradiction") == []


def test_contradictions_name_a_row_that_answers_otherwise_on_both_sides():
    found = compare(("t", ASKED, "12"), ("t", ASKED, "12"), ("t", ASKED, "13"), ("u", ASKED, "14"))
    assert pairs(found, "contradiction") == [(0, 2), (1, 2), (2, 0)]


@pytest.mark.parametrize("other", ["12.0", "12.", " 12 ", "12\n"])
def test_another_spelling_of_an_answer_is_no_contradiction(other):
    assert pairs(compare(("t", ASKED, "12"), ("t", ASKED, other)), "contradiction") == []


def test_near_duplicates_are_looked_for_within_one_context():
    other = "Please state the net revenue of the Bell segment in 2019."
    found = compare(("t", ASKED, "12"), ("t", other, "12"), ("u", other, "12"))
    assert pairs(found, "near-duplicate") == [(1, 0)]


@pytest.mark.parametrize("other", [ASKED.replace("2019", "2018"), ASKED.replace("was", "was not")])
def test_a_year_or_a_negation_makes_another_question(other):
    assert pairs(compare(("t", ASKED, "12"), ("t", other, "12")), "near-duplicate") == []


def test_a_row_that_repeats_several_is_named_once_with_the_first():
    others = [ASKED.lower(), ASKED.rstrip("?"), "  " + ASKED]
    found = compare(*[("t", text, "12") for text in (ASKED, *others)])
    assert pairs(found, "near-duplicate") == [(1, 0), (2, 0), (3, 0)]


def test_of_very_many_questions_with_one_answer_hashes_find_most_pairs_and_no_wrong_one():
    asked = "What amount of {} costs did the company report for its {} business during the whole of the year?"
    rows = [("t", asked.format(kind, place), "yes") for kind in KINDS for place in PLACES]
    slips = [("t", text.replace("company", "copmany"), answer) for _, text, answer in rows]
    found = pairs(compare(*rows, *slips), "near-duplicate")
    assert len(found) >= 0.9 * len(rows)
    assert all(later == first + len(rows) for later, first in found)


KINDS = ("leasing", "pension", "interest", "advertising", "research", "insurance", "energy", "training")
PLACES = ("Bavarian", "Norwegian", "Canadian", "Mexican", "Turkish", "Japanese", "Brazilian", "Spanish")


def test_without_thoroughness_only_whole_records_are_compared():
    found = compare(("t", ASKED, "12"), ("t", ASKED, "12"), ("t", ASKED, "13"), thorough=False)
    assert found.related.keys() == {"duplicate"}


def test_the_other_row_of_a_finding_can_be_looked_up():
    found = compare(("t", ASKED, "12"), ("u", ASKED, "1"), ("t", ASKED, "12"))
    assert found.other("duplicate", 2) == 0
    assert found.other("duplicate", 0) is None
    assert found.other("leakage", 2) is None


def test_a_file_without_readable_rows_has_nothing_to_compare():
    assert all(len(related.rows) == 0 for related in compare().related.values())


# --- lengths


def test_a_length_far_from_the_rest_is_an_outlier_on_either_side():
    lengths = np.array([1000 + 10 * n for n in range(50)] + [9000, 50], np.uint32)
    assert length_outliers.find(lengths).tolist() == [50, 51]
    bounds = length_outliers.bounds(lengths)
    assert bounds.holds(1000)
    assert not bounds.holds(9000)


def test_short_answers_differ_by_a_few_characters_and_are_no_outliers():
    assert length_outliers.find(np.array([3] * 50 + [1, 9, 40], np.uint32)).tolist() == []


def test_in_a_small_file_nothing_is_said_about_lengths():
    assert length_outliers.find(np.array([10] * 18 + [10_000], np.uint32)).tolist() == []


def test_an_empty_text_has_a_rule_of_its_own():
    assert length_outliers.find(np.array([1000] * 50 + [0], np.uint32)).tolist() == []


# --- labels


def labels(**counts: int) -> np.ndarray:
    return np.array([answer_key(label) for label, count in counts.items() for _ in range(count)], np.uint64)


def test_the_rows_of_a_rare_label_are_found():
    assert imbalance.find(labels(yes=960, no=40)).tolist() == list(range(960, 1000))


@pytest.mark.parametrize("counts", [{"yes": 500, "no": 500}, {"a": 900, "b": 100}, {"only": 1000}])
def test_labels_that_are_all_frequent_enough_are_balanced(counts):
    assert imbalance.find(labels(**counts)).tolist() == []


def test_answers_that_hardly_repeat_are_no_labels():
    assert imbalance.find(labels(**{f"answer{n}": 9 for n in range(40)}, rare=1)).tolist() == []


def test_imbalance_concerns_a_row_alone():
    found = compare(*[(f"t{n}", f"Good {n}?", "no" if n < 3 else "yes") for n in range(100)])
    assert pairs(found, "imbalance") == [(0, ALONE), (1, ALONE), (2, ALONE)]


# --- cancelling


def test_comparing_stops_where_that_is_asked():
    columns, questions = compared(
        [("t1", "How many shops are there?", "3"), ("t1", "How many shops there are?", "3")]
    )
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        rules.compare(columns, lambda wanted: [questions[row] for row in wanted], cancel=cancel)


# --- keys


def test_the_first_row_of_each_key_stands_for_it():
    assert row_keys.firsts(np.array([7, 8, 7, 9, 8], np.uint64)).tolist() == [0, 1, 0, 3, 1]


def test_mixing_two_keys_keeps_their_order_apart():
    one, other = np.array([1], np.uint64), np.array([2], np.uint64)
    assert row_keys.mixed(one, other) != row_keys.mixed(other, one)
