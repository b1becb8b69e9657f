"""The memoriser: what a model that only remembers its training answers would score, on leaked rows and on others."""

import pytest

from core.formatting.memoriser import ASKED, Known, exact, memorise

TRAIN = [
    Known("t1", "What is revenue in 2019?", "12"),
    Known("t1", "What is profit in 2019?", "3"),
    Known("t2", "Which region grew fastest?", "Asia"),
]


def test_a_leaked_question_is_answered_by_heart_and_the_lift_is_the_difference_it_makes():
    test = [Known("t1", "What is revenue in 2019?", "12"), Known("t9", "Who signed the lease?", "Nobody")]
    found = memorise(TRAIN, test)
    assert (found.asked, found.leaked, found.others, found.score, found.lift) == (2, 100.0, 0.0, 50.0, 50.0)


def test_what_training_has_not_seen_is_answered_as_the_most_similar_question_of_the_same_table():
    assert memorise(TRAIN, [Known("t1", "How large is profit?", "3")]).others == 100
    assert memorise(TRAIN, [Known("t2", "How large is profit?", "3")]).others == 0


def test_a_question_about_another_table_is_answered_as_its_rarest_words_are():
    assert memorise(TRAIN, [Known("t9", "Does one region grow?", "Asia")]).others == 100


def test_the_same_question_about_another_table_has_not_leaked():
    found = memorise(TRAIN, [Known("t9", "What is revenue in 2019?", "99")])
    assert (found.leaked, found.others, found.lift) == (None, 0, 0)


def test_where_everything_has_leaked_nothing_can_be_said_of_the_rest():
    found = memorise(TRAIN, TRAIN)
    assert (found.leaked, found.others, found.lift) == (100, None, None)


@pytest.mark.parametrize(("train", "test"), [([], TRAIN), (TRAIN, [])])
def test_without_training_or_test_there_is_no_figure(train, test):
    assert memorise(train, test) is None


def test_of_a_large_test_set_a_seeded_draw_is_asked():
    test = [Known("t9", f"q{n}", str(n)) for n in range(ASKED + 1)]
    found = memorise(TRAIN, test)
    assert found.asked == ASKED
    assert found == memorise(TRAIN, test)


def test_any_score_may_be_used():
    assert memorise(TRAIN, TRAIN, lambda answer, truth: 7.0).score == 7
    assert (exact("The answer.", "the answer"), exact("a", "b")) == (100, 0)
