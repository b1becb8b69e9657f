"""Templates: the article's prompt, the same in training and at inference; no way out of the sandbox."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, UsageError
from core.formatting.answer import WHOLE, take
from core.formatting.template import Renderer, Template, load, parse, ready_made
from core.records import formats, tables
from core.records.record import Source

TABLE = [["", "2019", "2018"], ["Owned", "77 %", "40 %"]]
RECORD = Source(
    "7c1f",
    "t1",
    {"table": TABLE, "paragraphs": ["First.", "Second."], "question": "How much?", "answer": "77 %"},
    {"type": "span", "row": 3},
)


def rendered(user: str, record: Source = RECORD) -> str:
    return Renderer(Template(name="mine", user=user, assistant="{{ answer }}")).chat(record).prompt


def test_the_articles_prompt_has_the_table_the_text_and_the_question_in_tags():
    chat = Renderer(load("table-question")).chat(RECORD)
    assert chat.system is not None
    assert chat.system.startswith("You are a financial analyst.")
    assert chat.prompt == (
        "<table>\n"
        "<table>\n"
        "<tr><td></td><td>2019</td><td>2018</td></tr>\n"
        "<tr><td>Owned</td><td>77 %</td><td>40 %</td></tr>\n"
        "</table>\n"
        "</table>\n"
        "<text>\nFirst.\nSecond.\n</text>\n"
        "<question>\nHow much?\n</question>"
    )
    assert chat.completion == "77 %"


def test_the_line_for_claude_has_the_articles_shape():
    line = json.loads(formats.named("anthropic-messages").encode(Renderer(load("table-question")).chat(RECORD)))
    assert list(line) == ["system", "messages"]
    assert [(list(turn), turn["role"]) for turn in line["messages"]] == [
        (["role", "content"], "user"),
        (["role", "content"], "assistant"),
    ]
    assert line["messages"][1]["content"] == "77 %"


def test_without_text_around_the_table_there_is_no_block_for_it():
    record = Source("1", "t", {"table": TABLE, "question": "q", "answer": "a"})
    assert "<text>" not in Renderer(load("table-question")).chat(record).prompt


@pytest.mark.parametrize("table_format", tables.FORMATS)
def test_the_table_is_written_in_the_format_that_was_chosen(table_format):
    prompt = Renderer(load("table-question"), table_format).chat(RECORD).prompt
    assert tables.render(tables.grid(TABLE), table_format) in prompt


def test_a_record_may_bring_its_own_table_format():
    record = Source("1", "t", RECORD.fields, {"table_format": "latex"})
    assert tables.render(tables.grid(TABLE), "latex") in Renderer(load("table-question"), "json").chat(record).prompt


@given(question=st.text(st.characters(exclude_categories=["Cs"])))
@settings(deadline=None)
def test_nothing_in_a_record_is_taken_for_a_template(question):
    fields = {"question": question + "{{ 1 + 1 }}{% raw %}", "answer": "a"}
    assert rendered("{{ question }}", Source("1", "g", fields)) == fields["question"]


def test_facts_are_at_hand():
    assert rendered("{{ facts.type }} {{ facts.row }}") == "span 3"


def test_without_a_system_prompt_there_is_none():
    assert Renderer(Template(name="mine", user="u", assistant="a")).chat(RECORD).system is None


@pytest.mark.parametrize(
    "attempt",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ question.__init__.__globals__ }}",
        "{{ '{0.__class__.__mro__}'.format(question) }}",
        "{{ '{a.__class__}'.format_map({'a': 1}) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ facts.__class__ }}",
        "{% import 'os' as os %}{{ os }}",
        "{% from 'os' import path %}",
        "{% include '/etc/hostname' %}",
        "{% extends '/etc/hostname' %}",
        "{{ paragraphs.append('x') }}",
        "{{ facts.update({'type': 'x'}) }}",
        "{{ open('/etc/hostname').read() }}",
        "{{ range(999999999)|list }}",
    ],
)
def test_nothing_outside_is_reached(attempt):
    with pytest.raises(InputError) as caught:
        rendered(attempt)
    assert caught.value.where.field.startswith("user")
    assert RECORD.fields["paragraphs"] == ["First.", "Second."]


@pytest.mark.parametrize(
    "mistake",
    [
        "{{ 1 / 0 }}",
        "{{ question + 1 }}",
        "{{ question.encode('nope') }}",
        "{{ '%(a)s' % {} }}",
        "{{ '{a}'.format() }}",
        "{{ question|dictsort }}",
        "{{ question.index('zzz') }}",
        "{{ paragraphs[9] }}",
        "{{ 2.0 ** 10000 }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% for each in 5 %}{% endfor %}",
        "{{ caller() }}",
    ],
)
def test_a_template_that_goes_wrong_on_a_record_names_both(mistake):
    with pytest.raises(InputError, match="template mine cannot render the record 7c1f") as caught:
        rendered(mistake)
    assert caught.value.why


@pytest.mark.parametrize(
    ("user", "missing"), [("{{ context }}", "context"), ("{{ facts.kind }}", "kind"), ("{{ answers[0] }}", "answers")]
)
def test_a_field_that_the_record_does_not_have_is_named_beside_those_that_it_has(user, missing):
    with pytest.raises(InputError) as caught:
        rendered(user)
    assert missing in caught.value.why
    assert caught.value.todo == "The record has the fields answer, paragraphs, question, table"
    assert caught.value.where.field == f"user, line 1, column {user.index(missing) + 1}"


def test_a_table_without_cells_is_a_mistake_of_the_record():
    with pytest.raises(InputError, match="table has no cells"):
        Renderer(load("table-question")).chat(Source("1", "t", {"table": [], "question": "q", "answer": "a"}))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"user": "a\nb\n{{ question"}, "user, line 3, column 4"),
        ({"user": "{% if question %}"}, "user, line 1, column 16"),
        ({"assistant": "{{ answer|nope }}"}, "assistant, line 1, column 11"),
        ({"system": "x\n{% endif %}"}, "system, line 2, column 4"),
    ],
)
def test_a_template_that_is_not_valid_names_its_part_and_line(changes, place):
    template = Template(**({"name": "mine", "user": "u", "assistant": "a"} | changes))
    with pytest.raises(InputError, match="template mine is not valid") as caught:
        Renderer(template)
    assert (caught.value.where.path, caught.value.where.field) == ("mine.yaml", place)


def test_the_projects_own_template_comes_before_a_ready_made_one(tmp_path):
    (tmp_path / "table-question.yaml").write_text("name: mine\nuser: '{{ question }}'\nassistant: '{{ answer }}'\n")
    assert load("table-question", tmp_path).name == "mine"
    assert load("table-question", tmp_path / "none").name == "table-question"


def test_an_unknown_template_names_the_ready_made_ones():
    with pytest.raises(UsageError, match="no template named 'poem'") as caught:
        load("poem")
    assert all(name in caught.value.todo for name in ready_made())


def test_a_field_of_a_template_file_that_is_wrong_is_named(tmp_path):
    (tmp_path / "mine.yaml").write_text("name: mine\nuser: u\nassistant: a\nsytem: s\n")
    with pytest.raises(InputError) as caught:
        load("mine", tmp_path)
    assert "unknown field `sytem`" in caught.value.why
    assert caught.value.where.path == str(tmp_path / "mine.yaml")


def test_every_ready_made_template_renders_a_record():
    for name in ready_made():
        assert Renderer(load(name)).chat(RECORD).prompt


def test_a_fingerprint_changes_with_whatever_a_model_sees_and_with_nothing_else():
    base = Template(name="a", user="u", assistant="a", system="s")
    other = Template(name="b", user="u", assistant="a", system="s", description="d", metric="article")
    assert base.fingerprint == other.fingerprint
    changed = [
        Template(name="a", user="u2", assistant="a", system="s"),
        Template(name="a", user="u", assistant="a2", system="s"),
        Template(name="a", user="u", assistant="a", system="s2"),
        Template(name="a", user="u", assistant="a", system="s", answer="answer"),
    ]
    assert len({each.fingerprint for each in [base, *changed]}) == 5


@pytest.mark.parametrize(
    ("rule", "completion", "answer"),
    [
        (WHOLE, "  12 %\n", "12 %"),
        ("answer", "So it is <answer> 12 % </answer>.", "12 %"),
        ("answer", "<answer>1</answer> no, <answer>2</answer>", "2"),
        ("answer", "<answer>a\nb</answer>", "a\nb"),
        ("answer", "no tag at all ", "no tag at all"),
        ("answer", "<answer>never closed", "<answer>never closed"),
        ("answer", "<answer></answer>", ""),
        ("a.b", "<a.b>x</a.b> <aXb>y</aXb>", "x"),
    ],
)
def test_the_answer_is_taken_out_of_a_completion_by_the_templates_rule(rule, completion, answer):
    assert take(rule, completion) == answer


def test_what_one_part_sets_no_other_part_sees():
    template = Template("t", user="{% set x = 'user' %}{{ x }}", assistant="{{ x | default('nothing') }}")
    assert [turn.content for turn in Renderer(template).chat(Source("1", "", {})).messages] == ["user", "nothing"]


@pytest.mark.parametrize(
    ("text", "place", "why", "todo"),
    [
        (
            "name: t\nfoo: 1\nuser: x\nassistant: y\n",
            "t.yaml:2 foo, column 1",
            "unknown field `foo`",
            "answer, metric",
        ),
        ("name: t\nuser: x\n", "t.yaml:1 assistant", "missing required field `assistant`", "must be there"),
        ("name: t\nuser: 5\nassistant: y\n", "t.yaml:2 user, column 1", "Expected `str`", "name, user, assistant"),
        ("name: t\nuser: [x\nassistant: y\n", "t.yaml:3 column 10", "expected", "Mend"),
        (
            "name: t\nuser: x\nassistant: y\nexamples: {k: 3, bye: random}\n",
            "t.yaml:4 bye, column 18",
            "unknown field `bye`",
            "of `examples` are k, by, seed",
        ),
        (
            'name: t\nuser: x\nassistant: "{{ answer }}"\nanswer: reason\n',
            "t.yaml:4 answer, column 1",
            "never writes <reason>",
            "Write <reason>{{ answer }}</reason> there, or `answer: whole`",
        ),
        (
            'name: t\nuser: x\nassistant: y\nanswer: "b c"\n',
            "t.yaml:4 answer, column 1",
            "'b c' is no name of a tag",
            "whole",
        ),
    ],
)
def test_a_field_that_does_not_fit_is_told_with_its_place_and_what_there_may_be(text, place, why, todo):
    with pytest.raises(InputError) as caught:
        parse(text, "t.yaml")
    assert str(caught.value.where) == place
    assert why in caught.value.why
    assert todo in caught.value.todo


def test_tags_that_the_records_bring_may_be_named_in_a_comment():
    text = 'name: t\nuser: x\nassistant: "{{ answer }}{# <a></a> #}"\nanswer: a\n'
    assert parse(text, "t.yaml").answer == "a"
