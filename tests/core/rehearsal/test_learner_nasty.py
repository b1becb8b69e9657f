"""Input that nobody meant to send: the stand-in answers it, scores it and trains on it, and never raises."""

import pytest

from core.records.record import Chat, Message
from core.rehearsal.learner import EpochPlan, StandIn, base_model, train

NASTY = {
    "nothing": "",
    "blanks": " \n\t\n ",
    "NUL": "\0",
    "a bracket": "[bold",
    "an opening tag": "<table>",
    "a closing tag": "</table>",
    "an empty table": "<table></table>\nWhat?",
    "a blank cell": "<table><tr><td></td></tr></table>\nWhat?",
    "blank cells": '<table>[["",""],["",""]]</table>',
    "one cell": '<table>[["x"]]</table>\nWhat is x?',
    "one cell and no question": '<table>[["x"]]</table>',
    "a ragged table": '<table>[["","2019"],["tea"],["salt","1","2"]]</table>\nWhat is salt?',
    "an empty question": '<table>[["","2019"],["tea","1"]]</table><question></question>',
    "a question left open": '<table>[["","2019"],["tea","1"]]</table><question>What is tea',
    "controls in cells": '<table>[["\\u0000","[red]x[/]"],["\\u001b[31m","\\u202e1"]]</table>\nWhat is [red]x[/]?',
    "a lone surrogate": '<table>[["","\ud800"],["\udfff","1"]]</table>\nWhat is \ud800?',
    "emoji": "🙂🙂🙂?",
    "a word of a megabyte": "x" * 1_000_000,
    "a cell of a megabyte": f'<table>[["","2019"],["tea","{"word " * 200_000}"]]</table>\nWhat is tea in 2019?',
    "a number of a megabyte": f'<table>[["","2019"],["tea","{"9" * 1_000_000}"]]</table>\nWhat is tea in 2019?',
    "a row of 20,000 cells": '<table>[["' + '","1' * 20_000 + '"],["' + '","2' * 20_000 + '"]]</table>\nWhat is 1?',
    "blanks of half a megabyte": "a" + " " * 500_000 + "?",
    "100,000 examples left open": "<example>" * 100_000,
    "50,000 questions left open": "<question>" * 50_000,
    "100,000 tags": "<a>" * 100_000,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_any_text_is_answered_scored_and_trained_on(text: str) -> None:
    asked = Chat((Message("user", text),), text[:1000])
    example = Chat((Message("user", text), Message("assistant", text)))
    assert base_model(0).answer(asked)
    assert 0 <= base_model(0).score(asked, text) <= 1
    assert 0 <= base_model(0).score(asked, "2019") <= 1
    tuned = train(base_model(0), [example] * 3, [example], EpochPlan(epochs=2, batch_size=2)).model
    assert isinstance(tuned.answer(asked), str)


@pytest.mark.parametrize("messages", [(), (Message("assistant", "Yes."),)])
def test_a_chat_that_asks_nothing_is_answered(messages: tuple[Message, ...]) -> None:
    tuned = train(base_model(0), [Chat(messages)], [Chat(messages)], EpochPlan()).model
    assert isinstance(tuned, StandIn)
    assert base_model(0).answer(Chat(messages))
