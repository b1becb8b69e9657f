from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation import Bins, f1_bins, shared_bins

counts = st.lists(st.integers(0, 5000), max_size=60)


def test_two_histograms_stand_on_one_scale():
    base, tuned = shared_bins([13, 28, 34, 245], [13, 17, 22, 179], 30)
    assert base.edges == tuned.edges == tuple(range(10, 251, 10))
    assert base.counts[:3] == (1, 1, 1)
    assert tuned.counts[:2] == (2, 1)


@settings(deadline=None)
@given(counts, counts, st.integers(2, 60))
def test_each_value_lies_in_one_bin_between_round_edges(a, b, n):
    for values, bins in zip((a, b), shared_bins(a, b, n), strict=True):
        step = bins.edges[1] - bins.edges[0]
        assert str(step).rstrip("0") in ("1", "2", "5")
        assert all(edge % step == 0 for edge in bins.edges)
        assert list(bins.edges) == list(range(bins.edges[0], bins.edges[-1] + 1, step))
        assert len(bins.counts) == len(bins.edges) - 1 <= n
        lower = bins.edges[:-1]
        assert bins.counts == tuple(sum(edge <= value < edge + step for value in values) for edge in lower)


def test_few_different_counts_get_a_bin_each():
    one, _ = shared_bins([3, 4, 4, 6], [5], 10)
    assert one == Bins((3, 4, 5, 6, 7), (1, 2, 0, 1))


def test_one_outlier_does_not_cost_more_than_its_bins():
    one, _ = shared_bins([10, 4_000_000_000], [20], 20)
    assert sum(one.counts) == 2
    assert len(one.counts) <= 20


def test_an_empty_side_has_empty_bins_and_two_empty_sides_a_single_one():
    assert shared_bins([], [7], 10)[0].counts == (0,)
    assert shared_bins([], [], 10) == (Bins((0, 1), (0,)), Bins((0, 1), (0,)))


def test_packed_arrays_are_counts_too():
    assert shared_bins(array("q", [1, 2]), array("q", [3]), 5) == shared_bins([1, 2], [3], 5)


def test_a_scale_needs_two_bins():
    with pytest.raises(ValueError, match="two bins"):
        shared_bins([1], [2], 1)


def test_f1_scores_fall_into_tens_and_the_last_bin_holds_100():
    bins = f1_bins([0.0, 9.99, 10.0, 60.0, 99.0, 100.0])
    assert bins.edges == tuple(range(0, 101, 10))
    assert bins.counts == (2, 1, 0, 0, 0, 0, 1, 0, 0, 2)


def test_f1_scores_may_fall_into_twenty_bins():
    assert f1_bins([4.9, 5.0, 97.0], 20).counts == (1, 1, *(0,) * 17, 1)


@pytest.mark.parametrize("n", [0, 7])
def test_the_number_of_f1_bins_divides_100(n):
    with pytest.raises(ValueError, match="divide 100"):
        f1_bins([50.0], n)
