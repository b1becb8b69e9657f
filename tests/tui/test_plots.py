"""Whatever the values are, a chart is drawn: plotext ends Python itself at some, so each is drawn in a child."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.drawing import Window
from tui.widgets.plot import Series, curves, stations

_DRAW = """
import json, sys
from tui.widgets.plot import Series, Window, curves, stations

what, rows, window = json.loads(sys.argv[1])
series = [Series(range(len(row)), [float(value) for value in row]) for row in rows]
if what == "stations":
    lines = stations([str(at) for at in range(len(rows[0]))], series, float(rows[0][0]), 60, 10)
else:
    lines = curves(series, 60, 10, *([Window(*window)] if window else []))
print("\\n".join("".join(text for text, _ in line) for line in lines))
"""


def drawn(what, *rows, window=None):
    """A chart as text, drawn in a process of its own."""
    command = [sys.executable, "-P", "-c", _DRAW, json.dumps([what, rows, window])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("what", ["curves", "stations"])
@pytest.mark.parametrize(
    "values",
    [
        ["1", "nan", "3", "2"],
        ["nan", "1", "3"],
        ["1", "2", "nan"],
        ["inf", "0.4", "0.3"],
        ["1", "-inf", "2", "nan", "3"],
        ["1e300", "1", "1e308", "2", "3"],
        ["-1e300", "1e300"],
        ["0", "5e-324"],
        ["2", "2", "2"],
        ["2"],
    ],
    ids=" ".join,
)
def test_values_that_are_not_finite_leave_a_gap_in_a_line(what, values):
    chart = drawn(what, values)
    assert "┌" in chart
    assert any(0x2801 <= ord(letter) <= 0x28FF or letter == "•" for letter in chart)


@pytest.mark.parametrize("what", ["curves", "stations"])
def test_without_a_finite_value_it_says_so(what):
    assert drawn(what, ["nan", "inf"]) == "There is nothing to draw: no value is a finite number\n"


def test_a_gap_stays_empty_and_a_point_between_two_gaps_is_marked():
    chart = drawn("curves", ["1", "1", "nan", "1", "nan", "1", "1"])
    (line,) = (row for row in chart.splitlines() if "•" in row)
    start, end = line[:20], line[40:]
    assert set(line[22:28] + line[32:38]) <= {" ", "•"}
    assert all(any(ord(letter) > 0x2800 for letter in part) for part in (start, end))


def test_a_segment_far_outside_of_the_window_is_cut_at_its_edge():
    chart = drawn("curves", ["1", "1e12", "2", "1"], window=(0, 3, 0, 3))
    assert "⠉" in chart
    assert "1e+12" not in chart


def test_threads_that_draw_at_once_each_get_their_own_chart():
    def chart(number):
        width = 40 + number % 7
        return curves([Series([1, 2, 3], [number, 2 * number, number], "text")], width, 8, Window(1, 3, 0, 200))

    alone = [chart(number) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(chart, range(60))) == alone


def test_a_level_that_is_not_a_number_draws_no_line():
    lines = stations(["a", "b"], [Series([0, 1], [1.0, 2.0])], float("nan"), 60, 8)
    assert "╌" not in "".join(text for line in lines for text, _ in line)
