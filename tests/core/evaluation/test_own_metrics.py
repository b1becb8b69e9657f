"""Metrics of the user's own: run from the user's configuration folder and from nowhere else."""

import pytest

from core.errors import InputError, OutcropError, UsageError
from core.evaluation import Case
from core.evaluation.metrics import named

CODE = """
def contains(prediction, reference, facts):
    return 100.0 if reference in prediction else 0.0

def both(prediction, reference, facts):
    return {"longer": 100 * (len(prediction) > len(reference)), "span": 100 * (facts["type"] == "span")}

def broken(prediction, reference, facts):
    raise KeyError("no such thing")

def endless(prediction, reference, facts):
    return float("inf")
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "mine.py").write_text(CODE)
    (tmp_path / "metrics.yaml").write_text(
        "contains: {function: mine:contains}\n"
        "both: {function: mine:both, figures: [longer, span]}\n"
        "broken: {function: mine:broken}\n"
        "endless: {function: mine:endless}\n"
        "missing: {function: mine:nothing}\n"
        "elsewhere: {function: no_such_module:f}\n"
        "installed: {function: operator:concat}\n"
    )
    return tmp_path


def test_a_function_scores_each_record(own):
    (metric,) = named(["contains"], own=own)
    cases = [Case("in 2019", "2019"), Case("in 2018", "2019")]
    assert metric.columns(cases) == {"score": [100.0, 0.0]}


def test_a_function_may_give_several_figures_and_sees_the_facts(own):
    (metric,) = named(["both"], own=own)
    assert metric.headline == "longer"
    assert metric.columns([Case("in 2019", "2019", kind="span")]) == {"longer": [100.0], "span": [100.0]}


@pytest.mark.parametrize("name", ["missing", "elsewhere"])
def test_a_function_that_is_not_there_is_named(own, name):
    with pytest.raises(InputError, match=f"metric {name} cannot be imported") as caught:
        named([name], own=own)
    assert caught.value.where.path == str(own / "metrics.yaml")


@pytest.mark.parametrize("name", ["broken", "endless", "installed"])
def test_a_function_that_fails_is_named_with_its_record(own, name):
    (metric,) = named([name], own=own)
    with pytest.raises(OutcropError, match=f"metric {name} failed") as caught:
        metric.columns([Case("x", "y", id="7c1f")])
    assert "7c1f" in str(caught.value.where)


def test_without_the_users_own_folder_its_names_are_unknown(own):
    with pytest.raises(UsageError, match="no metric named 'contains'"):
        named(["contains"])


def test_a_module_beside_the_project_is_never_run(own, tmp_path_factory, monkeypatch):
    project = tmp_path_factory.mktemp("project")
    (project / "no_such_module.py").write_text("raise SystemExit('run from the project')")
    monkeypatch.chdir(project)
    with pytest.raises(InputError, match="cannot be imported"):
        named(["elsewhere"], own=own)


@pytest.mark.parametrize("text", ["contains: mine:contains", "contains: {function: 'os.system'}", "- mine:contains"])
def test_a_file_of_another_shape_is_refused_with_its_place(tmp_path, text):
    (tmp_path / "metrics.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        named(["contains"], own=tmp_path)
    assert str(tmp_path / "metrics.yaml") in str(caught.value.where)
