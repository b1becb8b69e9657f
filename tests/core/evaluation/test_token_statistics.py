from array import array

import pytest

from core.errors import InputError
from core.evaluation import reduction, relative_improvement, share_longer, token_statistics
from core.evaluation.token_statistics import reduced


def test_statistics_are_those_of_the_articles_table():
    result = token_statistics([2, 4, 4, 4, 5, 5, 7, 9])
    assert (result.n, result.mean, result.median, result.min, result.max) == (8, 5.0, 4.5, 2, 9)


def test_the_standard_deviation_is_the_samples():
    assert token_statistics([2, 4, 4, 4, 5, 5, 7, 9]).sd == pytest.approx((32 / 7) ** 0.5)


def test_a_single_answer_does_not_spread():
    result = token_statistics([13])
    assert (result.sd, result.median, result.p90) == (0.0, 13.0, 13.0)


def test_the_90th_percentile_lies_between_its_neighbours():
    assert token_statistics(range(1, 11)).p90 == pytest.approx(9.1)


def test_packed_arrays_are_counts_too():
    assert token_statistics(array("q", [1, 2, 3])) == token_statistics([1, 2, 3])


def test_no_answers_have_no_statistics():
    with pytest.raises(InputError, match="no answers"):
        token_statistics([])


@pytest.mark.parametrize(("before", "after", "percent"), [(34, 22, 35), (28, 17, 39)])
def test_reductions_of_the_articles_table(before, after, percent):
    assert round(reduced(before, after)) == percent


def test_a_reduction_compares_means_and_medians():
    result = reduction(token_statistics([10, 20, 30, 140]), token_statistics([10, 10, 10, 10]))
    assert (result.mean, result.median) == (pytest.approx(80.0), pytest.approx(60.0))


def test_a_reduction_is_the_opposite_of_an_improvement():
    assert reduced(28, 17) == pytest.approx(-relative_improvement(17, 28))


def test_nothing_is_reduced_from_zero():
    empty = token_statistics([0, 0])
    assert reduction(empty, empty).mean is None


def test_the_share_of_long_answers_is_measured_against_the_bases_90th_percentile():
    base = token_statistics(range(1, 101))
    assert share_longer(range(1, 101), base) == 10.0
    assert share_longer([5, 95, 99, 20], base) == 50.0
