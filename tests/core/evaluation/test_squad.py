import pytest
from hypothesis import given, settings
from plain_metrics import f1, squad_counts, squad_normalised, texts

from core.evaluation import squad


def test_case_punctuation_and_articles_make_no_difference():
    assert squad("The Modified, retrospective method!", "modified retrospective method") == squad("x", "x")


def test_words_count_as_often_as_they_occur():
    score = squad("cat cat cat dog", "cat cat bird")
    assert score.em == 0.0
    assert score.f1 == pytest.approx(100 * 2 * 2 / (4 + 3))


def test_two_empty_answers_match_exactly_and_share_no_word():
    for empty in ("", "the", "...", " \n"):
        score = squad(empty, "")
        assert (score.em, score.f1) == (100.0, 0.0)


@pytest.mark.parametrize(("one", "other"), [("-43", "(43)"), ("$5", "5%"), ("1,496.5", "14965")])
def test_sign_unit_and_decimal_point_are_not_seen(one, other):
    assert squad(one, other).em == 100.0


def test_of_several_references_em_and_f1_each_take_their_best():
    score = squad("", ["2019", "the"])
    assert (score.em, score.f1) == (100.0, 0.0)
    assert squad("fiscal 2019", ["2018", "in fiscal 2019"]).f1 == pytest.approx(80.0)


@settings(deadline=None)
@given(texts, texts)
def test_scores_follow_from_the_official_steps(prediction, reference):
    score = squad(prediction, reference)
    assert score.em == (100.0 if squad_normalised(prediction) == squad_normalised(reference) else 0.0)
    assert score.f1 == pytest.approx(f1(*squad_counts(prediction, reference)), abs=1e-9)


@settings(deadline=None)
@given(texts)
def test_an_answer_with_words_is_perfect_against_itself(answer):
    score = squad(answer, answer)
    assert (score.em, score.f1) == (100.0, 100.0 if squad_normalised(answer) else 0.0)
