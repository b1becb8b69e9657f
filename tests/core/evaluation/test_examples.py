"""Examples: which a filter leaves, how an answer differs from the truth, and what trained beside a test record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported import comparison

from core.errors import UsageError
from core.evaluation.examples import COLUMNS, OUTCOMES, differences, neighbours, select
from core.formatting import ExportLine
from core.records.record import Chat, Message

TRUTHS = ["12 %", "fiscal 2019", "Europe, Asia", "43 million", "2018"]
BASE = ["The answer is 12 %", "fiscal 2019", "nobody knows", "It is 43 million in all", "2018"]
TUNED = ["12 %", "fiscal 2018", "Africa", "43 million", "2018"]
EXAMPLES = comparison(TRUTHS, BASE, TUNED).examples


def chosen(text: str) -> list[str]:
    return [each.truth for each in select(EXAMPLES, text).examples]


def test_without_a_filter_losses_come_first_and_what_changed_most_before_what_changed_less():
    found = select(EXAMPLES, "")
    assert (found.kind, [each.change > 0 for each in found.examples]) == ("", [False, True, True, False, False])
    assert found.examples[0].truth == "fiscal 2019"


def test_losses_wins_and_both_wrong_are_conditions_that_one_could_type():
    assert chosen(OUTCOMES["losses"]) == ["fiscal 2019"]
    assert chosen(OUTCOMES["wins"]) == ["12 %", "43 million"]
    assert chosen(OUTCOMES["both wrong"]) == ["Europe, Asia"]
    assert len(chosen(OUTCOMES["all"])) == len(TRUTHS)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_can_be_asked_about(column):
    asked = f'"{column}" IS NOT NULL'  # quoted, for `group` is a word of SQL
    assert select(EXAMPLES, asked).kind == "sql"
    assert len(chosen(asked)) == len(TRUTHS)


def test_a_condition_may_speak_of_texts_and_numbers_together():
    assert chosen("tuned LIKE '%million%' AND change > 0") == ["43 million"]


def test_words_are_found_in_question_truth_answers_and_prompt_in_any_case_unless_a_capital_is_typed():
    assert chosen("nobody") == ["Europe, Asia"]
    assert chosen("It is 43") == ["43 million"]
    assert chosen("NOBODY") == []
    assert chosen("question 3") == ["43 million"]
    assert chosen("'change > 0") == []


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(UsageError, match="There is no column named chang") as caught:
        select(EXAMPLES, "chang < 0")
    assert "change" in caught.value.todo


def test_a_filter_reaches_no_file():
    with pytest.raises(UsageError):
        select(EXAMPLES, "id = (SELECT 1)")


def test_differences_are_marked_as_wdiff_marks_them():
    said = "The company adopted Topic 606 utilizing the modified retrospective method"
    found = differences(said, "the modified retrospective method")
    assert " ".join(map(str, found)) == (
        "{+The company adopted Topic 606 utilizing+} the modified retrospective method"
    )
    assert " ".join(map(str, differences("Inc.", "Plinth Inc"))) == "[-Plinth-] Inc."


def test_case_and_punctuation_around_a_word_make_no_difference():
    assert [each.kind for each in differences("In Fiscal, 2019.", "in fiscal 2019")] == ["same"]


@given(st.text(), st.text())
def test_the_words_of_both_sides_are_all_there(said, truth):
    found = differences(said, truth)
    kept = " ".join(each.text for each in found if each.kind != "missing").split()
    assert kept == said.split()
    assert sum(each.kind == "missing" for each in found) <= len(truth.split())


def test_an_endless_answer_is_compared_at_its_beginning_only():
    found = differences("word " * 100_000, "word")
    assert sum(len(each.text.split()) for each in found if each.kind == "extra") == 99_999


def trained_on(number: int, question: str, answer: str) -> ExportLine:
    turns = (Message("user", f"<table></table>\n<question>{question}</question>"), Message("assistant", answer))
    return ExportLine(f"id-{number}", "table", "span", Chat(turns))


TRAINING = [
    trained_on(0, "How many vans were sold in 2019?", "43"),
    trained_on(1, "When were the statements of Plinth approved?", "2 May 2020"),
    trained_on(2, "When were the statements of Quay approved?", "9 June 2021"),
    trained_on(3, "Wer hat unterschrieben?", "Ana"),
]


def test_the_nearest_training_records_ask_about_the_same():
    found = neighbours("When were the statements of Vine approved?", "1 May 2019", TRAINING)
    assert [each.id for each in found[:2]] == ["id-1", "id-2"]
    assert found[0].similarity > found[1].similarity > found[2].similarity
    assert found[0].answer == "2 May 2020"


def test_a_record_that_shares_no_word_is_no_neighbour():
    assert "id-3" not in {each.id for each in neighbours("When?", "1 May", TRAINING)}
    assert neighbours("", "", TRAINING) == ()


def test_the_same_record_is_as_near_as_can_be():
    assert neighbours("How many vans were sold in 2019?", "43", TRAINING, most=1)[0].similarity == pytest.approx(1)
