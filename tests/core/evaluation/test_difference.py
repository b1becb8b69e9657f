import pytest

from core.errors import InputError
from core.evaluation import difference, relative_improvement

GROUPS = [str(number // 4) for number in range(80)]
BASE = [float(number * 37 % 60) for number in range(80)]


def test_a_difference_is_the_second_minus_the_first_over_the_same_records():
    result = difference(BASE, [value + number % 3 for number, value in enumerate(BASE)], GROUPS)
    assert result.value == pytest.approx(sum(number % 3 for number in range(80)) / 80)
    assert result.n == 80


def test_pairing_by_record_leaves_no_noise_in_a_constant_shift():
    result = difference(BASE, [value + 10 for value in BASE], GROUPS)
    assert result.low == pytest.approx(10)
    assert result.high == pytest.approx(10)


def test_a_difference_is_beyond_noise_where_the_interval_does_not_reach_zero():
    better = [value + 5 + number % 7 for number, value in enumerate(BASE)]
    assert difference(BASE, better, GROUPS).beyond_noise
    assert difference(better, BASE, GROUPS).beyond_noise


def test_a_difference_that_goes_both_ways_is_not_beyond_noise():
    other = [value + (5 if number // 4 % 2 else -5) for number, value in enumerate(BASE)]
    result = difference(BASE, other, GROUPS)
    assert result.low < 0 < result.high
    assert not result.beyond_noise


def test_equal_models_do_not_differ_beyond_noise():
    assert not difference(BASE, BASE, GROUPS).beyond_noise


def test_within_a_single_group_no_difference_is_beyond_noise():
    result = difference([0.0, 0.0], [100.0, 100.0], ["a", "a"])
    assert (result.low, result.high, result.beyond_noise) == (None, None, False)


def test_nothing_cannot_be_compared():
    with pytest.raises(InputError, match="nothing to score"):
        difference([], [], [])


@pytest.mark.parametrize(("old", "percent"), [(73.2, 24.6), (76.3, 19.5), (83.0, 9.9)])
def test_relative_improvements_of_the_articles_table(old, percent):
    assert round(relative_improvement(91.2, old), 1) == percent


def test_nothing_improves_relatively_on_zero():
    assert relative_improvement(50.0, 0.0) is None
