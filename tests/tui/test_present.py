"""What both front ends show: tables of a report as plain text and for a pane."""

import pytest

from core.evaluation.histogram import Bins
from core.evaluation.report.blocks import Histogram, TableBlock
from tui.present.blocks import grid_lines, grid_text, histogram_text
from tui.present.line import cells

GRID = TableBlock(("by type", "n", "gain"), (("span", "1,200", "+1.5"), ("count", "7", "-20.0")))


def text(line):
    return "".join(span for span, _ in line)


def test_a_table_aligns_its_words_left_and_its_numbers_right():
    assert grid_text(GRID).splitlines() == [
        "by type      n   gain",
        "span     1,200   +1.5",
        "count        7  -20.0",
    ]


def test_a_pane_leaves_out_the_columns_it_has_no_room_for_from_the_right():
    lines = grid_lines(GRID, 8, (6, 8), 16)
    assert [text(line) for line in lines] == ["by type      n", "span     1,200", "count        7"]


@pytest.mark.parametrize("width", [10, 16, 24, 60])
def test_a_table_with_bars_stays_within_its_pane(width):
    lines = grid_lines(GRID, 8, (6, 8), width, bars=(1.0, 0.5))
    assert all(cells(text(line)) <= width for line in lines)


def test_bars_fill_the_room_beside_a_table_by_share():
    whole, half = (line[-1][0].strip() for line in grid_lines(GRID, 8, (6, 8), 31, bars=(1.0, 0.5))[1:])
    assert (whole, half) == ("████████", "████")


def test_histograms_stand_beside_one_another_on_one_scale():
    found = Histogram("tokens", ("base", "tuned"), (Bins((0, 5, 10), (4, 0)), Bins((0, 5, 10), (2, 1))))
    head, first, second = histogram_text(found)
    assert head.split() == ["tokens", "base", "tuned"]
    assert first.split() == ["0–5", "█" * 20, "4", "█" * 10, "2"]
    assert second.split() == ["5–10", "0", "█" * 5, "1"]
