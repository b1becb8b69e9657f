"""What a split gives and leaks, and what every other way to divide the same records would."""

import pytest
from record_lines import chat_line, source_line

from core.data import split_figures
from core.errors import UsageError


@pytest.fixture
def project(workspace):
    """Sixty records on twenty tables of four customers; each question is asked of three of its table's records."""
    lines = [
        source_line(n, question="What?", answer=str(n // 3), facts={"customer": f"c{n // 15}", "serial": n, "one": 1})
        for n in range(60)
    ]
    (workspace.folder / "records.jsonl").write_bytes(b"".join(lines))
    return workspace


def test_every_fact_that_keeps_records_together_is_a_way(project):
    assert split_figures.facts(project) == ("customer",)
    assert [(way.by, way.units) for way in split_figures.ways(project)] == [
        ("group", 20),
        ("row", 60),
        ("customer", 4),
    ]


def test_a_fact_that_few_records_have_keeps_the_others_alone_and_is_no_way(project):
    lines = [source_line(n, facts={"scale": "million"} if n < 6 else {}) for n in range(60)]
    (project.folder / "records.jsonl").write_bytes(b"".join(lines))
    assert [way.by for way in split_figures.ways(project)] == ["group", "row"]
    assert split_figures.facts(project) == ("scale",)


def test_by_row_leaks_and_flatters_a_score_by_table_and_by_customer_not(project):
    group, row, customer = (way.figures for way in split_figures.ways(project))
    assert group.leakage.table == customer.leakage.table == 0
    assert row.leakage.question > 0.5
    assert row.memoriser.score > 50 > group.memoriser.score
    assert group.memoriser.leaked is None


def test_records_about_no_table_leak_their_question_only_where_it_stands_in_both_parts(project):
    lines = [chat_line(f"Is {n} large?", "yes") for n in range(60)]

    def leaked(by, lines):
        (project.folder / "records.jsonl").write_bytes(b"".join(lines))
        project.change_config(split__by=by)
        return split_figures.figures(project).leakage.question

    assert leaked("group", lines) == leaked("row", lines) == 0
    assert leaked("row", [*lines[:6] * 9, *lines[6:12]]) > 0.5
    assert leaked("group", lines[:30] * 2) == 0  # exact duplicates stay together


def test_the_ways_have_the_projects_shares_and_its_own_way_is_among_them(project):
    project.change_config(split__by="row", split__test=0.2, split__train=0.5)
    own = split_figures.figures(project)
    ways = {way.by: way.figures for way in split_figures.ways(project)}
    assert ways["row"] == own
    assert own.counts["test"] == 12
    assert own.left == 12


def test_a_way_that_cannot_be_gone_says_why(project):
    project.change_config(split__stratify="nothing")
    assert {way.figures for way in split_figures.ways(project)} == {None}
    assert "no fact named 'nothing'" in split_figures.ways(project)[0].problem
    with pytest.raises(UsageError):
        split_figures.figures(project)
