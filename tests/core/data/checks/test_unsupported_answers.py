"""Extractive answers that their prompt does not hold."""

import pytest

from core.data.checks import unsupported_answer
from core.formatting.template import Renderer, load
from core.records.record import Source
from core.records.tables import FORMATS

PROMPT = (
    "<table>\n<tr><td>Deferred tax assets1</td><td>$ 1,452.4</td><td>(71)</td><td>—</td></tr>\n</table>\n"
    "The Company’s cross‑currency swaps rose by 12 % to “fair value”; R&amp;D cost £ 9.6 million."
)


def missing(answer: str, kind: str = "span", prompt: str = PROMPT) -> tuple[str, ...]:
    return unsupported_answer.find(prompt, answer, kind)


@pytest.mark.parametrize(
    "answer",
    [
        "Deferred tax assets",
        "deferred TAX  assets",
        "$1,452.4",
        "1452.4",
        "-71",
        "(71)",
        "12%",
        "0",
        "company's cross-currency swaps",
        '"fair value"',
        "R&D",
        "£9.6 million",
        " swaps rose. ",
    ],
)
def test_another_spelling_is_still_in_the_prompt(answer):
    assert missing(answer) == ()


@pytest.mark.parametrize(
    "answer", ["Deferred tax liabilities", "452.4", "1,452", "ferred tax", "172", "13%", "Berlin"]
)
def test_what_the_prompt_does_not_say_is_found(answer):
    assert missing(answer) == (answer,)


def test_of_several_spans_only_those_that_are_missing_are_named():
    assert missing("$1,452.4, Berlin, (71)", "multi-span") == ("Berlin",)


def test_a_span_that_holds_a_comma_is_found_with_it():
    prompt = "It was audited in Berlin, Germany, and in Paris."
    assert missing("Berlin, Germany, Paris", "multi-span", prompt) == ()
    assert missing("Berlin, Germany", "span", prompt) == ()


@pytest.mark.parametrize("answer", ["$1,452.4, , (71)", "$1,452.4, (71), ", "$1,452.4, (71),"])
def test_an_empty_span_is_never_supported(answer):
    assert missing(answer, "multi-span") == ("",)


@pytest.mark.parametrize("kind", ["arithmetic", "count", "", "classification"])
def test_answers_that_need_not_be_copied_are_not_looked_at(kind):
    assert missing("Berlin", kind) == ()


def test_an_empty_answer_has_a_rule_of_its_own():
    assert missing("") == ()


def test_a_number_in_a_longer_number_is_another_number():
    assert missing("45", prompt="It was 1,450 or 45.5 or 2045.") == ("45",)


@pytest.mark.parametrize("table_format", FORMATS)
def test_escapes_of_table_formats_make_no_difference(table_format):
    cells = ["R&D_cost", "36%", "$5 {net}", 'the "fair" value', "50 \\ 60", "a | b", "x < y"]
    source = Source(
        "1", "t", {"table": [["", "2019"], *([cell, "1"] for cell in cells)], "question": "?", "answer": ""}
    )
    prompt = Renderer(load("table-question"), table_format).chat(source).prompt
    assert [cell for cell in cells if missing(cell, prompt=prompt)] == []
