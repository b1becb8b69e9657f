"""What makes two questions the same question."""

import pytest

from core.data.checks import question

ASKED = "What was the change in net revenue of the Bell segment in March 2019?"


def same(one: str, other: str, *, equal_answers: bool = True) -> bool:
    return question.same(question.read(one), question.read(other), equal_answers=equal_answers)


@pytest.mark.parametrize(
    "other",
    [
        "what was the change in net revenue of the bell segment in march 2019",
        "WHAT WAS THE CHANGE IN NET REVENUE OF THE BELL SEGMENT IN MARCH 2019?",
        "  What  is the change in net revenues of Bell segment in Mar 2019 ?",
        "Please state the change in the net revenue for the Bell segment in March 2019.",
        "According to the table, what was the change in net revenue of the Bell segment in March 2019?",
    ],
)
@pytest.mark.parametrize("equal_answers", [True, False])
def test_another_wording_is_the_same_question_whatever_the_answers(other, equal_answers):
    assert same(ASKED, other, equal_answers=equal_answers)
    assert question.keys(ASKED) == question.keys(other)


@pytest.mark.parametrize(
    "other",
    [
        ASKED.replace("2019", "2018"),
        ASKED.replace("March", "May"),
        ASKED.replace("in March ", ""),
        ASKED.replace("was the", "was not the"),
        ASKED.replace("change", "increase"),
        ASKED.replace("change", "percentage change"),
        ASKED.replace("change", "average change"),
        ASKED.replace("Bell", "Acme"),
        ASKED.replace("the Bell segment", "the US Bell segment"),
        ASKED.replace("What was", "Was"),
        ASKED.replace("What was", "Why was"),
        ASKED.replace("What was", "When was"),
        ASKED.replace("net revenue", "non-net revenue"),
    ],
)
@pytest.mark.parametrize("equal_answers", [True, False])
def test_a_number_month_direction_name_or_negation_makes_another_question(other, equal_answers):
    assert not same(ASKED, other, equal_answers=equal_answers)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Which is the highest cost?", "Which is the lowest cost?"),
        ("What was sold in the first quarter?", "What was sold in the second quarter?"),
        ("What was the Q1 cost?", "What was the Q2 cost?"),
        ("How much rose from 2018 to 2019?", "How much rose from 2019 to 2018?"),
        ("Is it vested?", "Is it nonvested?"),
        ("What was more than $5?", "What was more than £5?"),
        ("What are the shares with voting rights?", "What are the shares without voting rights?"),
        ("What did Apple pay?", "What did Google pay?"),
        ("Apple's cost in the period?", "Google's cost in the period?"),
        ("What are Class A shares?", "What are Class B shares?"),
        ("How many years are there?", "How many days are there?"),
    ],
)
def test_nor_are_these_the_same(one, other):
    assert not same(one, other)


def test_words_of_one_meaning_are_one_word():
    assert same(
        "What was the highest mean price in the 3rd quarter?",
        "What was the maximum average price in the third quarter?",
    )


def test_the_order_of_words_matters_unless_the_answers_are_equal():
    one, other = "What is cash as a share of debt?", "What is debt as a share of cash?"
    assert not same(one, other, equal_answers=False)
    assert same(one, other)


def test_a_slip_of_the_pen_is_forgiven_where_the_answers_are_equal():
    one = "What is the total amount of deposits that are held as collateral by the bank?"
    other = one.replace("collateral", "colateral")
    assert same(one, other)
    assert not same(one, other, equal_answers=False)


@pytest.mark.parametrize(("word", "another"), [("collateral", "insurance"), ("total", "net"), ("deposits", "loans")])
def test_another_word_is_another_question_however_long_it_is(word, another):
    one = "What is the total amount of deposits that are held as collateral by the bank for the whole of the year?"
    assert not same(one, one.replace(word, another))


def test_a_word_more_is_another_question():
    one = "What is the amount of deposits that are held as collateral by the bank for the whole of the year?"
    assert not same(one, one.replace("deposits", "unsecured deposits"))


def test_in_a_short_question_another_word_is_another_question():
    assert not same("What is the basic rate?", "What is the final rate?")


def test_questions_of_nothing_but_filler_are_compared_as_they_are_written():
    assert same("What does the table show?", "what does the table  show")
    assert not same("What does the table show?", "What is this about?")


def test_beyond_a_thousand_characters_all_must_be_equal():
    head = "word " * 300
    assert same(head + "end", "The " + head[:996] + head[1000:] + "end") is False
    assert same(head + "end", head + "end")
    assert not same(head + "end one", head + "end two")
    assert question.keys(head + "end one") != question.keys(head + "end two")
