import pytest
from hypothesis import given, settings
from plain_metrics import article_counts, f1, texts

from core.evaluation import article, article_raw

GENERATED = "The cat sits on the mat in the sun"
REFERENCE = "The cat sits on the soft mat under the warm sun."


@pytest.mark.parametrize("rule", [article, article_raw])
def test_the_articles_example_has_6_of_9_and_6_of_11_and_an_f1_of_exactly_60(rule):
    score = rule(GENERATED, REFERENCE)
    assert score.precision == pytest.approx(100 * 6 / 9, abs=1e-12)
    assert score.recall == pytest.approx(100 * 6 / 11, abs=1e-12)
    assert score.f1 == 60.0


def test_case_and_punctuation_at_the_ends_of_words_make_no_difference():
    assert article("(Revenue), rose.", '"revenue" ROSE').f1 == 100.0


def test_punctuation_within_a_word_makes_a_difference():
    assert article("1,452.4", "1452.4").f1 == 0.0


def test_the_raw_rule_sees_case_and_punctuation():
    assert article_raw("Revenue rose.", "revenue rose").f1 == 0.0


def test_a_repeated_word_scores_below_100_against_itself():
    assert article("the cat and the dog", "the cat and the dog").f1 == 80.0


def test_texts_without_a_word_score_nothing():
    assert article("", "").f1 == article("--", "...").f1 == article("", "2019").recall == 0.0


def test_of_several_references_the_one_with_the_best_f1_counts():
    assert article("fiscal 2019", ["2018", "2019", "in fiscal 2019"]) == article("fiscal 2019", "in fiscal 2019")


@settings(deadline=None)
@given(texts, texts)
def test_scores_follow_from_the_plain_counts(prediction, reference):
    common, predicted, expected = article_counts(prediction, reference)
    score = article(prediction, reference)
    assert score.precision == pytest.approx(100 * common / predicted if common else 0.0, abs=1e-9)
    assert score.recall == pytest.approx(100 * common / expected if common else 0.0, abs=1e-9)
    assert score.f1 == pytest.approx(f1(common, predicted, expected), abs=1e-9)
