"""Of a line, what is a number and lies within the window: nothing else reaches a renderer."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drawing import Window, around, drawable, runs

NAN, INF = math.nan, math.inf
WINDOW = Window(0, 10, 0, 10)


@pytest.mark.parametrize("value", [NAN, INF, -INF, 1e301, -1e308])
def test_what_is_not_finite_or_would_overflow_has_no_place(value):
    assert not drawable(value)
    assert around([(value, 1), (2, value)]) is None


def test_a_line_is_cut_where_a_value_is_missing():
    line = [(1, 1), (2, 2), (3, NAN), (4, 4), (5, INF), (6, 6), (7, 7)]
    assert runs(line, WINDOW) == [[(1, 1), (2, 2)], [(4, 4)], [(6, 6), (7, 7)]]


def test_a_segment_is_clipped_where_it_leaves_the_window():
    assert runs([(5, 5), (5, 1e12)], WINDOW) == [[(5, 5), (5, 10)]]
    assert runs([(-5, 5), (15, 5)], WINDOW) == [[(0, 5), (10, 5)]]
    assert runs([(4, 5), (6, 30), (8, 5)], WINDOW) == [[(4, 5), (4.4, 10)], [(7.6, 10), (8, 5)]]


@pytest.mark.parametrize("line", [[(-1, 0), (-1, 10)], [(0, 11), (10, 12)], [(-5, 2), (2, -5)], [(11, 11)], []])
def test_what_lies_beside_the_window_is_left_out(line):
    assert runs(line, WINDOW) == []


@given(st.lists(st.tuples(st.floats(), st.floats())))
def test_whatever_a_line_is_only_points_within_the_window_are_left(line):
    for run in runs(line, WINDOW):
        assert all(WINDOW.holds(point) for point in run)


@given(st.lists(st.tuples(st.floats(), st.floats()), min_size=1))
def test_the_window_around_a_line_holds_every_point_that_can_be_drawn(line):
    window = around(line)
    drawn = [point for point in line if all(map(drawable, point))]
    assert (window is None) == (not drawn)
    assert all(window.holds(point) for point in drawn)
