import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_metrics import article_counts, article_words, best_f1, squad_counts, squad_words, texts

from core.evaluation import article, best_span, squad

BASE = "The company adopted the provisions of Topic 606 in fiscal 2019 utilizing the modified retrospective method"
TRUTH = "the modified retrospective method"

few_words = st.lists(st.sampled_from(["x", "y", "z", "truth", "gold"]), max_size=14).map(" ".join)


@pytest.mark.parametrize("metric", ["squad", "article"])
def test_a_wrapped_answer_is_cut_to_the_answer(metric):
    span = best_span(BASE, TRUTH, metric)
    assert span.words[-3:] == ("modified", "retrospective", "method")
    assert span.f1 == 100.0


def test_a_span_may_hold_words_that_do_not_count_where_that_pays():
    assert best_span("so 23% and 77% then", "23%, 77%").words == ("23", "and", "77")


def test_without_a_word_of_the_truth_nothing_is_kept():
    assert best_span("it is unknown", "2019") == best_span("", "2019")
    assert best_span("", "2019").words == ()
    assert best_span("", "2019").f1 == 0.0


def test_of_several_references_the_one_with_the_best_span_counts():
    assert best_span("in fiscal 2019 it rose", ["fell sharply in 2018", "fiscal 2019"]).words == ("fiscal", "2019")


@settings(deadline=None)
@given(st.one_of(texts, few_words), st.one_of(texts, few_words))
def test_squads_best_span_is_the_best_of_all_spans(prediction, reference):
    best = best_f1(prediction, reference, squad_words, squad_counts)
    assert best_span(prediction, reference).f1 == pytest.approx(best, abs=1e-9)


@settings(deadline=None)
@given(st.one_of(texts, few_words), st.one_of(texts, few_words))
def test_the_articles_best_span_is_the_best_of_all_spans(prediction, reference):
    best = best_f1(prediction, reference, article_words, article_counts)
    assert best_span(prediction, reference, "article").f1 == pytest.approx(best, abs=1e-9)


@settings(deadline=None)
@given(few_words, st.lists(few_words, min_size=1, max_size=3))
def test_the_kept_words_score_what_the_span_says_and_never_less_than_the_whole(prediction, references):
    for metric, score in (("squad", squad), ("article", article)):
        span = best_span(prediction, references, metric)
        assert span.f1 == pytest.approx(score(" ".join(span.words), references).f1, abs=1e-9)
        assert span.f1 >= score(prediction, references).f1 - 1e-9


def test_thousands_of_words_that_all_occur_in_the_truth_are_no_trouble():
    words = [f"w{number * 7919 % 4001}" for number in range(4001)]
    assert best_span(" ".join(words), " ".join(sorted(words))).f1 == 100.0
