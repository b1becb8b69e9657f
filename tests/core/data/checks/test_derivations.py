"""Derivations worked out and held against their answers."""

import pytest

from core.data.checks import derivation


def outcome(written: str, answer: str, scale: str = "", kind: str = "arithmetic") -> str:
    return derivation.check(written, answer, scale, kind).outcome


@pytest.mark.parametrize(
    ("written", "answer", "scale"),
    [
        ("6,209 - 6,230", "-21 thousand", "thousand"),
        ("497 / 533 - 1", "-6.75 percent", "percent"),
        ("(41.2%-40.6%)", "0.6 percent", "percent"),
        ("(2.7%+2.0%+1.0%)/3", "1.9 percent", "percent"),
        ("[(166+178)/2] - [(57+44)/2]", "121.5 million", "million"),
        ("($ 3,287.0+2,753.0)/$ 7,938.3 ", "76.09 percent", "percent"),
        ("-114 - (71)", "-43 million", "million"),
        ("3 + (13) + 26", "16", ""),
        ("(1-15%)*($2.2/15%)", "12.47 billion", "billion"),
        ("60.3 million + 32,137 thousand", "92437 thousand", "thousand"),
        ("(-3,144-(-1,102))/-1,102", "185.3 percent", "percent"),
        ("8,109/8,381", "0.97", ""),
        ("2.5", "3", ""),
        ("2.5", "2", ""),
        ("1,000.3−908.3 =", "92", ""),
        ("12 × 3 ÷ 2", "18", ""),
        ("1/8", "12.5%", "percent"),
        ("5-8", "(3)", ""),
        ("1,234.5*2", "$ 2,469.0", ""),
    ],
)
def test_notation_makes_no_difference(written, answer, scale):
    assert outcome(written, answer, scale) == "ok"


@pytest.mark.parametrize(
    ("written", "answer", "scale"),
    [
        ("6,209 - 6,230", "21 thousand", "thousand"),
        ("6,209 - 6,230", "-22 thousand", "thousand"),
        ("497 / 533 - 1", "-6.74 percent", "percent"),
        ("680-774", "-940 million", "million"),
        ("(436-392)/392", "11.22", ""),
        ("10+10", "21", ""),
    ],
)
def test_another_value_disagrees(written, answer, scale):
    assert outcome(written, answer, scale) == "disagrees"


def test_it_says_both_values():
    assert derivation.check("10 + 10", "21").message == "the derivation gives 20, the answer says 21"


def test_what_is_counted_is_listed():
    assert outcome("2018##2017", "2", kind="count") == "ok"
    assert outcome("2018", "1", kind="count") == "ok"
    verdict = derivation.check("2018##2017", "3", kind="count")
    assert (verdict.outcome, verdict.message) == ("disagrees", "the derivation lists 2, the answer says 3")


@pytest.mark.parametrize(
    "written",
    [
        "locate net income in row 5",
        "1 / 0",
        "1 / (2 - 2)",
        "2 ** 9999999",
        "9" * 400,
        "(" * 500 + "1" + ")" * 500,
        "1 +",
        "__import__('os').system('true')",
        "1 if True else 2",
        "1; 2",
        "1\n2",
        "1e9 + 1",
    ],
)
def test_what_is_no_calculation_cannot_be_read_and_is_never_run(written):
    assert outcome(written, "5") == "unreadable"


def test_an_answer_that_is_no_number_cannot_be_compared():
    assert derivation.check("1+1", "two").message == "the answer 'two' is not a number"


@pytest.mark.parametrize(("written", "kind"), [("", "arithmetic"), ("  ", "count"), ("27>14", "span"), ("1+1", "")])
def test_without_a_calculation_nothing_is_said(written, kind):
    assert derivation.check(written, "5", kind=kind) == derivation.DerivationCheck("none")
