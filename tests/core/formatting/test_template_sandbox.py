"""A template can neither reach outside nor keep the machine busy, and says where it is wrong."""

import time

import pytest

from core.errors import InputError
from core.formatting.template import Renderer, Template, load
from core.records.record import Source

RECORD = Source(
    "1", "g", {"question": "How much?", "answer": "77", "long": "x" * 100_000, "rows": list(range(1_000))}
)
GROWING = "{% set n = namespace(x='x') %}{% for i in range(60) %}"
PATIENCE = 5.0  # seconds; each of these would otherwise take hours or all memory


def rendered(user: str) -> str:
    return Renderer(Template(name="mine", user=user, assistant="{{ answer }}")).chat(RECORD).prompt


@pytest.mark.parametrize(
    "attempt",
    [
        "{{ 10**(10**10) }}",
        "{{ 2 ** 100000 }}",
        "{% set n = namespace(x=10**1000) %}{% for i in range(50) %}{% set n.x = n.x * n.x %}{% endfor %}{{ n.x }}",
        "{{ 'x' * 10**9 }}",
        "{{ 10**9 * 'x' }}",
        "{{ ([0] * 10**9) | length }}",
        "{{ range(10**9) | list | length }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% for c in rows %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in rows %}{{ long }}{% endfor %}",
        GROWING + "{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
        GROWING + "{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
        GROWING + "{% set b %}{{ n.x * 2 }}{% endset %}{% set n.x = b %}{% endfor %}",
        GROWING + "{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | tojson }}",
        GROWING + "{% set n.x = n.x | replace('x', 'xx') %}{% endfor %}",
        "{{ long | replace('x', long) }}",
        "{{ rows | join(long) }}",
        "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% for x in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'x'.ljust(10**9) }}",
        "{{ 'x'.center(1000000000) }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ 'x' | indent(1000000000) }}",
        "{{ [1] | batch(1000000000, 'x') | list }}",
        "{{ lipsum(1000000) }}",
        "{{ 1.5 | round(1000000000, 'ceil') }}",
        "{{ (1).to_bytes(1000000000, 'big') }}",
        "{% for i in range(60) %}" * 30 + "x" + "{% endfor %}" * 30,
    ],
)
def test_nothing_runs_for_ever_or_fills_the_memory(attempt):
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        rendered(attempt)
    assert time.process_time() - began < PATIENCE
    assert caught.value.why
    assert caught.value.where.field.startswith("user, line 1, column ")


@pytest.mark.parametrize(
    "attempt",
    [
        "{{ namespace.__init__.__globals__ }}",
        "{{ range.__class__.__base__.__subclasses__() }}",
        "{{ [question] | map(attribute='__class__') | list }}",
        "{{ [question] | map('attr', '__class__') | list }}",
        "{{ [question] | groupby('__class__') }}",
        "{{ [question] | selectattr('__class__') | list }}",
        "{{ question | xmlattr }}",
        "{% for x in rows %}{{ loop.__init__.__globals__ }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.__call__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ question['_' ~ '_class__'] }}",
        "{{ joiner.__init__ }}",
        "{{ get_flashed_messages.__globals__ }}",
        "{{ facts.setdefault('a', 1) }}",
        "{% set x = rows.pop() %}",
        "{{ rows.clear() }}",
        "{% import question as q %}",
        "{% block a %}{% endblock %}",
    ],
)
def test_there_is_no_way_out(attempt):
    with pytest.raises(InputError) as caught:
        rendered(attempt)
    assert caught.value.where.field.startswith("user, line 1")
    assert len(RECORD.fields["rows"]) == 1_000


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("{% for n in range(3) %}{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}", "1, 2, 3"),
        ("{{ 2 ** 10 + 3 * 4 }}", "1036"),
        ("{{ '=' * 5 }}", "====="),
        ("{{ 'a' ~ 1 ~ none }}", "a1None"),
        ("{{ rows[:3] | join('-') }}", "0-1-2"),
        ("{% set x, y = 1, 2 %}{{ x + y }}", "3"),
        ("{{ {'a': '<é>'} | tojson }}", '{"a": "<é>"}'),
        (
            "{% macro row(cell) %}<td>{{ cell }}</td>{% endmacro %}{{ row('a') }}{{ row('b') }}",
            "<td>a</td><td>b</td>",
        ),
        ("{{ question.split()[0] | upper }}", "HOW"),
        ("{% for name, value in {'a': 1} | dictsort %}{{ name }}={{ value }}{% endfor %}", "a=1"),
        ("{{ rows | select('odd') | map('string') | list | length }}", "500"),
        ("{{ missing | default('none') }}", "none"),
        ("{{ 10.256 | round(1) }}", "10.3"),
    ],
)
def test_what_templates_are_for_works(user, text):
    assert rendered(user) == text


def test_a_list_is_not_written_as_python_writes_it():
    with pytest.raises(InputError) as caught:
        rendered("{{ rows }}")
    assert "tojson" in caught.value.why


FILE = """name: mine
system: "Be {{ brief"
user: |-
  <q>
    {{ question }}
    {{ nothing }}
  </q>
assistant: '{{ answer }}'
"""


def test_a_mistake_is_named_by_line_and_column_of_the_file(tmp_path):
    (tmp_path / "mine.yaml").write_text(FILE)
    with pytest.raises(InputError) as caught:
        Renderer(load("mine", tmp_path))
    assert (caught.value.where.path, caught.value.where.line) == (str(tmp_path / "mine.yaml"), 2)
    assert caught.value.where.field == "system, column 16"


def test_a_field_that_is_missing_is_named_by_line_and_column_of_the_file(tmp_path):
    (tmp_path / "mine.yaml").write_text(FILE.replace("{{ brief", "brief"))
    with pytest.raises(InputError) as caught:
        Renderer(load("mine", tmp_path)).chat(RECORD)
    assert (caught.value.where.line, caught.value.where.field) == (6, "user, column 8")
    assert FILE.splitlines()[5][7:].startswith("nothing")


def test_a_budget_is_each_parts_and_each_records_own():
    renderer = Renderer(Template(name="t", user="{% for n in rows %}{{ n }}{% endfor %}", assistant="a"))
    assert len({renderer.chat(RECORD).prompt for _ in range(600)}) == 1
