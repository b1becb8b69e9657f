"""Words and numbers as every screen and every plain command writes them."""

import math
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import bar, clip, count, decimal, duration, money, number, plain_table, visible, when

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Maß 12 €", "Maß 12 €"),
        ("[bold]markup[/]", "[bold]markup[/]"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b31m", "\ufffd31m"),
        ("left\u202eright", "left␦right"),
        ("\ufeffmark", "␦mark"),
        ("a\u2028b", "a␦b"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("half \ud800 pair", "half ? pair"),
    ],
)
def test_text_from_outside_never_reaches_a_terminal_raw(text, shown):
    assert visible(text) == shown


def test_line_breaks_stay_where_they_are_wanted():
    assert visible("a\n\tb\x1b\r\n", breaks=True) == "a\n    b␛␍\n"


@given(st.text())
@settings(deadline=None)
def test_whatever_is_shown_has_no_control_character_and_fits_into_utf_8(text):
    shown = visible(text)
    assert not [character for character in shown if unicodedata.category(character) in ("Cc", "Cs")]
    assert visible(shown.encode().decode()) == shown


@pytest.mark.parametrize(("width", "shown"), [(10, "abcdef"), (6, "abcdef"), (5, "abcd…"), (1, "…"), (0, "")])
def test_a_clipped_text_says_that_something_is_missing(width, shown):
    assert clip("abcdef", width) == shown


def test_counts_have_separators_and_the_right_form():
    assert (count(1668), count(1, "job"), count(0, "job"), count(1668, "job")) == (
        "1,668",
        "1 job",
        "0 jobs",
        "1,668 jobs",
    )
    assert count(2, "reply", "replies") == "2 replies"


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [
        (None, "unknown"),
        (0.0, "$0.00"),
        (1.9, "$1.90"),
        (0.0042, "$0.0042"),
        (12052.8, "$12,052.80"),
        (0.01, "$0.01"),
    ],
)
def test_money_is_never_made_up(dollars, shown):
    assert money(dollars) == shown


def test_money_by_the_hour_has_its_unit_and_the_unknown_none():
    assert (money(16.2, "/h"), money(None, "/h")) == ("$16.20/h", "unknown")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.0, "2"), (1e-5, "1e-5"), (1.5e-6, "1.5e-6"), (0.001, "0.001"), (0.1, "0.1"), (-3.0, "-3"), (0.0, "0"),
     (float("nan"), "nan"), (float("inf"), "inf"), (1e20, "1e+20")],
)  # fmt: skip
def test_a_number_reads_as_one_types_it(value, shown):
    assert number(value) == shown


@given(st.floats(min_value=1e-9, max_value=1e9))
@settings(deadline=None)
def test_a_number_that_is_typed_again_is_the_same_to_ten_digits(value):
    assert float(number(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.42, "0.4 s"), (9.9, "9.9 s"), (41, "41 s"), (59.6, "1m00"), (243, "4m03"), (3599.6, "1h00"), (4320, "1h12"),
     (47 * 3600, "47h00"), (48 * 3600, "2 d")],
)  # fmt: skip
def test_a_duration_has_its_two_largest_units(seconds, shown):
    assert duration(seconds) == shown


def test_a_moment_is_as_short_as_it_can_be_told():
    assert when(NOW - timedelta(minutes=5), NOW) == f"{(NOW - timedelta(minutes=5)).astimezone():%H:%M}"
    long_ago = NOW - timedelta(days=3)
    assert when(long_ago, NOW) == f"{long_ago.astimezone().day} {long_ago.astimezone():%b %H:%M}"
    assert when(NOW - timedelta(days=400), NOW) == "2024-04-27"


def test_a_table_aligns_its_columns_and_shows_control_characters():
    text = plain_table(["job", "n"], [["a\x1b", "1,000"], ["longer", "7"]], right=frozenset({1}))
    assert text == "job         n\na␛      1,000\nlonger      7"


def test_columns_stand_below_one_another_whatever_is_written_in_them():
    text = plain_table(["question", "n"], [["日本語", "x"], ["e\u0301té", "y"], ["plain", "z"]])
    assert text.splitlines() == ["question  n", "日本語    x", "e\u0301té       y", "plain     z"]


def test_wide_text_is_broken_to_the_cells_that_it_takes():
    text = plain_table(["what"], [["日" * 12]], width=10)
    assert text.splitlines() == ["what", "日" * 5, "日" * 5, "日" * 2]


def test_a_table_for_a_terminal_breaks_its_widest_columns_between_words():
    text = plain_table(["", "what"], [["! warning", "one two three"], ["✗", "x" * 12]], width=20)
    assert text.splitlines() == [
        "           what",
        "! warning  one two",
        "           three",
        "✗          xxxxxxxxx",
        "           xxx",
    ]
    assert (
        plain_table(["n", "what"], [["1,000,000", "one two"]], right=frozenset({0}), width=5).count("1,000,000") == 1
    )


@pytest.mark.parametrize(
    ("share", "drawn"), [(0, ""), (1, "████"), (0.5, "██"), (1 / 32, "▏"), (0.28, "█▏"), (2, "████"), (-1, "")]
)
def test_a_bar_is_exact_to_an_eighth_of_a_cell_and_stays_within_its_width(share, drawn):
    assert bar(share, 4) == drawn


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.500"),
        (-12.34567, "-12.346"),
        (1e12, "1.000e+12"),
        (1e300, "1.000e+300"),
        (math.nan, "nan"),
        (math.inf, "inf"),
    ],
)
def test_a_number_with_decimals_never_takes_a_line(value, shown):
    assert decimal(value, 3) == shown


def test_a_share_that_is_not_a_number_has_no_bar():
    assert bar(math.nan, 8) == ""
