import itertools

import numpy as np
import pytest

from core.errors import InputError
from core.evaluation import bootstrap, score
from core.evaluation.bootstrap import Score, resampled_means, with_interval


def test_the_value_is_the_mean_over_records_and_the_interval_surrounds_it():
    values = [0.0, 100.0, 50.0, 30.0] * 25
    result = score(values, [str(number // 4) for number in range(100)])
    assert (result.value, result.n) == (45.0, 100)
    mixed = score(values, [str(number % 7) for number in range(100)])
    assert mixed.low < 45.0 < mixed.high


def test_every_draw_is_a_ratio_of_sums_of_whole_groups():
    values, groups = [10.0, 20.0, 60.0, 0.0, 5.0, 7.0], ["a", "a", "b", "c", "c", "c"]
    sums, sizes = {"a": 30.0, "b": 60.0, "c": 12.0}, {"a": 2, "b": 1, "c": 3}
    possible = [
        sum(sums[group] for group in draw) / sum(sizes[group] for group in draw)
        for draw in itertools.product("abc", repeat=3)
    ]
    means = resampled_means([values], groups, seed=3, resamples=20_000)[:, 0]
    assert {round(mean, 9) for mean in means.tolist()} == {round(mean, 9) for mean in possible}
    assert means.mean() == pytest.approx(np.mean(possible), rel=0.01)


def test_all_columns_see_the_same_draws():
    values = [float(number) for number in range(30)]
    groups = [str(number // 3) for number in range(30)]
    means = resampled_means([values, [2 * value for value in values]], groups, seed=0, resamples=500)
    np.testing.assert_allclose(means[:, 1], 2 * means[:, 0])


def test_the_same_seed_gives_the_same_interval_in_whatever_order_the_records_come():
    values = [number**1.5 % 7 for number in range(60)]
    groups = [str(number // 5) for number in range(60)]
    first = score(values, groups, seed=1)
    assert score(values, groups, seed=1) == first
    assert score(values, groups, seed=2) != first
    backwards = score(values[::-1], groups[::-1], seed=1)
    assert backwards.value == first.value
    assert (backwards.low, backwards.high) == pytest.approx((first.low, first.high), abs=1e-12)


def test_records_that_stand_and_fall_together_widen_the_interval():
    values = [100.0 * (number // 10 % 2) for number in range(200)]
    by_group = score(values, [str(number // 10) for number in range(200)])
    by_record = score(values, [str(number) for number in range(200)])
    assert by_group.high - by_group.low > 2 * (by_record.high - by_record.low)


def test_about_19_of_20_intervals_hold_the_truth():
    random = np.random.default_rng(11)
    held = 0
    for _ in range(200):
        group_means = random.normal(50, 10, size=60)
        values = (np.repeat(group_means, 4) + random.normal(0, 20, size=240)).tolist()
        result = score(values, [str(number // 4) for number in range(240)], resamples=1000)
        held += result.low <= 50 <= result.high
    assert 180 <= held <= 198


def test_a_single_group_has_a_value_and_no_interval():
    result = score([10.0, 20.0], ["a", "a"])
    assert (result.value, result.low, result.high, result.n) == (15.0, None, None, 2)


def test_more_groups_than_fit_into_one_block_are_drawn_in_several():
    values = [float(number % 2) for number in range(3000)]
    result = score(values, [str(number) for number in range(3000)], resamples=1000)
    spread = 1.96 * 0.5 / 3000**0.5
    assert result.low == pytest.approx(0.5 - spread, abs=0.003)
    assert result.high == pytest.approx(0.5 + spread, abs=0.003)


def test_nothing_cannot_be_scored():
    with pytest.raises(InputError, match="nothing to score"):
        score([], [])


def test_every_value_needs_a_group():
    with pytest.raises(ValueError, match="one group"):
        score([1.0, 2.0], ["a"])


def simulated(random: np.random.Generator, effect: float) -> tuple[list[float], list[str], list[str]]:
    """Differences of two models on 40 tables with six correlated questions each, every question in four formats.

    Returns:
        The differences, the table of each, and a group of its own for each.
    """
    of_table = random.normal(0, 15, size=40).repeat(24)
    of_question = random.normal(0, 25, size=240).repeat(4)
    values = effect + of_table + of_question + random.normal(0, 10, size=960)
    return values.tolist(), [str(n // 24) for n in range(960)], [str(n) for n in range(960)]


def test_intervals_hold_a_known_effect_at_the_nominal_rate_and_those_that_ignore_tables_do_not():
    random = np.random.default_rng(5)
    held = held_alone = wider = 0
    for _ in range(200):
        values, tables, alone = simulated(random, effect=8.0)
        grouped = score(values, tables, resamples=500)
        ungrouped = score(values, alone, resamples=500)
        held += grouped.low <= 8.0 <= grouped.high
        held_alone += ungrouped.low <= 8.0 <= ungrouped.high
        wider += grouped.high - grouped.low > ungrouped.high - ungrouped.low
    assert 182 <= held <= 198  # 95 % of 200, give or take what chance allows
    assert held_alone < 140
    assert wider == 200


def test_an_interval_is_the_same_whether_or_not_its_draws_are_kept(monkeypatch):
    values, groups = [float(n % 7) for n in range(60)], [str(n // 3) for n in range(60)]
    kept = score(values, groups, seed=3)
    monkeypatch.setattr(bootstrap, "REMEMBERED", 0)
    assert score(values, groups, seed=3) == kept


@pytest.mark.parametrize(
    ("found", "form", "shown"),
    [
        (Score(82.11, 80.3, 83.94, 9), {}, "82.1 [80.3 83.9]"),
        (Score(13.5, -0.26, 16.0, 9), {"sign": "+"}, "+13.5 [-0.3 +16.0]"),
        (Score(13.5, 10.9, 16.0, 9), {"between": ", "}, "13.5 [10.9, 16.0]"),
        (Score(13.5, None, None, 9), {"sign": "+"}, "+13.5"),
    ],
)
def test_a_figure_is_shown_with_its_interval_where_it_has_one(found, form, shown):
    assert with_interval(found, **form) == shown
