"""Labels: accuracy, macro-F1 and confusion, against definitions written out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.evaluation import Case
from core.evaluation.classification import OTHER, accuracy, classification, label_of

labels = st.sampled_from(["up", "down", "flat"])
answers = st.lists(st.tuples(labels, st.sampled_from(["up", "down", "flat", "sideways"])), min_size=1, max_size=30)


def cases(pairs):
    return [Case(said, truth) for truth, said in pairs]


def macro_f1(pairs) -> float:
    """The mean of 2·right / (said + expected) over the labels that are truths."""
    truths = {truth for truth, _ in pairs}
    scores = []
    for label in truths:
        right = sum(truth == said == label for truth, said in pairs)
        said = sum(said == label for _, said in pairs)
        expected = sum(truth == label for truth, _ in pairs)
        scores.append(200 * right / (said + expected))
    return sum(scores) / len(scores)


@pytest.mark.parametrize("text", ["up", " Up. ", "UP", "“up”", "up\n", "'up'!"])
def test_a_label_is_compared_without_case_and_marks_around_it(text):
    assert label_of(text) == "up"
    assert accuracy(text, "up") == 100.0


def test_of_several_labels_each_is_right():
    assert accuracy("flat", ["up", "flat"]) == 100.0
    found = classification([Case("flat", ["up", "flat"]), Case("down", ["up", "flat"])], ["a", "b"])
    assert {each.label: each.n for each in found.labels} == {"flat": 1, "up": 1}


@settings(deadline=None, max_examples=60)
@given(answers)
def test_macro_f1_is_the_mean_over_the_labels_that_are_truths(pairs):
    found = classification(cases(pairs), [str(n) for n in range(len(pairs))], resamples=20)
    assert found.macro_f1.value == pytest.approx(macro_f1(pairs))
    assert found.accuracy.value == pytest.approx(100 * sum(a == b for a, b in pairs) / len(pairs))


@settings(deadline=None, max_examples=60)
@given(answers)
def test_the_confusion_matrix_counts_every_answer_once(pairs):
    found = classification(cases(pairs), [str(n) for n in range(len(pairs))], resamples=20)
    assert sum(map(sum, found.confusion)) == len(pairs)
    for each, row in zip(found.labels, found.confusion, strict=True):
        assert sum(row) == each.n
        assert row[-1] == sum(truth == each.label and said not in dict(pairs) for truth, said in pairs)


def test_the_interval_of_macro_f1_is_drawn_by_group():
    pairs = [("up", "up"), ("down", "down"), ("up", "down"), ("down", "down")] * 20
    alone = classification(cases(pairs), [str(n) for n in range(80)])
    grouped = classification(cases(sorted(pairs)), [str(n // 10) for n in range(80)])
    assert alone.macro_f1.low < alone.macro_f1.value < alone.macro_f1.high
    assert grouped.macro_f1.high - grouped.macro_f1.low > alone.macro_f1.high - alone.macro_f1.low


def test_one_group_gives_no_interval():
    found = classification(cases([("up", "up"), ("down", "up")]), ["a", "a"])
    assert (found.macro_f1.low, found.accuracy.low) == (None, None)


def test_what_is_no_label_is_other_and_no_cases_are_an_error():
    assert classification(cases([("up", "who knows")]), ["a"]).confusion == ((0, 1),)
    assert OTHER == "(other)"
    with pytest.raises(InputError, match="nothing to score"):
        classification([], [])
