"""TAT-QA's metric: what counts as the same number, how free text is read, and what the official code crashes at."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.tatqa import Parsed, is_number, number, parse, tatqa, tatqa_values
from core.formatting.importing.shapes.tatqa import answer_text

DEV = Path(__file__).parents[3].parent / "shared/data/tatqa/tatqa_dataset_dev.json"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,452.4", 1452.4),
        ("$  1,452.4", 1452.4),
        ("(71)", -71),
        ("$9.8 million", 9_800_000),
        ("-43", -43),
        ("23%", 0.23),
        ("5 million", 5_000_000),
        ("5 hundred", 500),
        ("£3", 3),
        ("0", 0),
    ],
)
def test_a_number_is_read_with_its_sign_currency_and_scale(text, value):
    assert is_number(text)
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "n/a", "fiscal 2019", "5 apples", "nan", "—", "−298"])
def test_what_is_no_number_is_text(text):
    assert not is_number(text)


@pytest.mark.parametrize(
    ("text", "kind", "parsed"),
    [
        ("14.07 percent", "arithmetic", Parsed(("14.07",), "percent")),
        ("14.07 percent.", "arithmetic", Parsed(("14.07",), "percent")),
        ("5 Million", "span", Parsed(("5",), "million")),
        ("23%", "arithmetic", Parsed(("23%",))),
        ("The change was 14.07 percent.", "arithmetic", Parsed(("14.07",), "percent")),
        ("Revenue in 2019 was $1,452.4 million", "arithmetic", Parsed(("$1,452.4",), "million")),
        ("It fell by (43) in all", "arithmetic", Parsed(("(43)",))),
        ("It fell by −43", "arithmetic", Parsed(("-43",))),
        ("There are 3 segments", "count", Parsed(("3",))),
        ("3, that is 3", "count", Parsed(("3",))),
        ("2 or 3", "count", None),
        ("three", "count", None),
        ("", "span", None),
        (" . ", "span", None),
        ("the modified method", "span", Parsed(("the modified method",))),
        ("2019, 2018", "multi-span", Parsed(("2019", "2018"))),
        ("2018 and 2019", "multi-span", Parsed(("2018", "2019"))),
        ("$1,310, and $510", "multi-span", Parsed(("$1,310", "$510"))),
        ("profit and loss; cash", "multi-span", Parsed(("profit and loss", "cash"))),
        ("2019, 2018", "span", Parsed(("2019, 2018",))),
    ],
)
def test_free_text_is_read_by_the_documented_rule(text, kind, parsed):
    assert parse(text, kind) == parsed


def test_an_answer_without_a_value_scores_nothing_and_is_counted():
    score = tatqa("two or three", "3", "count")
    assert (score.em, score.f1, score.unparsable) == (0.0, 0.0, 100.0)
    assert tatqa("4", "3", "count").unparsable == 0.0


def test_the_scale_counts():
    assert tatqa("5 thousand", "5 million", "arithmetic").em == 0.0
    assert tatqa("5,000 thousand", "5 million", "arithmetic").em == 100.0


def test_a_truth_that_is_written_without_its_scale_is_right_with_it_and_without():
    assert tatqa("5,687 thousand", "5,687", "span", "thousand").em == 100.0
    assert tatqa("5,687", "5,687", "span", "thousand").em == 100.0
    assert tatqa("5,687 million", "5,687", "span", "thousand").em == 0.0


def test_a_bare_ratio_counts_for_a_percentage_only_where_no_scale_is_given():
    assert tatqa_values("0.2342", "", 23.42, "percent", "arithmetic").em == 100.0
    assert tatqa_values("0.2342", "percent", 23.42, "percent", "arithmetic").em == 0.0


def test_spans_count_in_any_order_and_share_words():
    assert tatqa("cash, profit", "profit, cash", "multi-span").em == 100.0
    half = tatqa("cash", "profit, cash", "multi-span")
    assert (half.em, half.precision, half.recall, half.f1) == (0.0, 100.0, 50.0, 67.0)


def test_arithmetic_is_right_or_wrong_in_every_figure():
    score = tatqa("14.1 percent", "14.07 percent", "arithmetic")
    assert (score.em, score.precision, score.recall, score.f1) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("arguments", "em"),
    [
        ((14.07, None, 14.07, "percent", "arithmetic"), 0.0),  # AttributeError there: no scale is the empty scale
        ((14.07, None, 14.07, None, "arithmetic"), 100.0),
        (("3", "", ["3"], "", "count"), 100.0),  # TypeError there: a list of one is that one
        ((0, "", 0, "", "count"), 0.0),  # as there: the number 0 counts as no answer
        (("0", "", 0, "", "count"), 100.0),
        (([], "", "x", "", "span"), 0.0),
        (("9" * 400, "", "9" * 400, "", "arithmetic"), 100.0),
        (("9" * 308, "billion", "9" * 308, "million", "arithmetic"), 0.0),
    ],
)
def test_where_the_official_code_crashes_or_errs_the_result_is_defined(arguments, em):
    assert tatqa_values(*arguments).em == em


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", "span", "multi-span", "arithmetic", "count"]))
def test_any_text_has_a_score_between_0_and_100(prediction, reference, kind):
    score = tatqa(prediction, reference, kind)
    assert all(0 <= value <= 100 for value in (score.em, score.precision, score.recall, score.f1))


def test_every_gold_answer_of_the_development_split_is_right_against_itself_as_text():
    if not DEV.exists():
        pytest.skip("TAT-QA's development split ../shared/data/tatqa/tatqa_dataset_dev.json is not there")
    questions = [question for context in json.loads(DEV.read_text()) for question in context["questions"]]
    for question in questions:
        text = answer_text(question["answer"], question["scale"])
        assert tatqa(text, text, question["answer_type"], question["scale"]).em == 100.0, text
