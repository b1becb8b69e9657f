"""The ready-made templates cover the article's uses, each with the metric that fits it."""

import pytest

from core.formatting.answer import WHOLE, take
from core.formatting.template import Renderer, load, ready_made
from core.records.record import Source

METRICS = {
    "chat": "squad",
    "classification": "classification",
    "sql": "exact",
    "structured-output": "json",
    "summary": "judge",
    "table-question": "squad",
    "table-question-reason": "squad",
    "tone": "judge",
    "tool-call": "tools",
}
TABLE = [["", "2019"], ["Owned", "77 %"]]


def test_each_of_the_articles_uses_has_a_template_with_the_metric_that_fits_it():
    assert {name: load(name).metric for name in ready_made()} == METRICS


@pytest.mark.parametrize("name", METRICS)
def test_its_rule_takes_the_records_own_answer_out_of_its_completion(name):
    record = Source("1", "g", {"table": TABLE, "question": "How much?", "answer": "77 %", "rationale": "See Owned."})
    template = load(name)
    completion = Renderer(template).chat(record).completion
    assert take(template.answer, completion) == "77 %"
    assert (completion == "77 %") == (template.answer == WHOLE)


def test_a_reason_stands_before_the_answer_where_the_record_has_one():
    record = Source("1", "g", {"table": TABLE, "question": "How much?", "answer": "77 %"})
    renderer = Renderer(load("table-question-reason"))
    assert renderer.chat(record).completion == "<answer>77 %</answer>"
    record.fields["rationale"] = "The row Owned says so."
    assert renderer.chat(record).completion == ("<reason>\nThe row Owned says so.\n</reason>\n<answer>77 %</answer>")


@pytest.mark.parametrize(("name", "field"), [("structured-output", "schema"), ("tool-call", "tools")])
def test_values_that_are_not_text_are_written_as_json(name, field):
    record = Source("1", "g", {"question": "q", "answer": {"a": "<é>"}, field: [{"name": "f"}]})
    chat = Renderer(load(name)).chat(record)
    assert chat.completion == '{"a": "<é>"}'
    assert f'<{field}>\n[{{"name": "f"}}]\n</{field}>' in chat.prompt


def test_classes_are_listed_a_line_each():
    record = Source("1", "g", {"question": "q", "answer": "b", "labels": ["a", "b"]})
    assert "<classes>\na\nb\n</classes>" in Renderer(load("classification")).chat(record).prompt
