"""A project's records with the columns that people and judges fill: verdict, disputed, split."""

from collections.abc import Iterator

import pytest
from record_lines import source_line

from core.data.annotation.annotator import annotator_for
from core.data.annotation.brief import ask_id, brief_of
from core.data.annotation.judge import JudgePrompt
from core.data.decisions import decide
from core.data.project_view import ProjectView, opened
from core.data.selection import select
from core.errors import UsageError
from core.workspace import Workspace

SIX = [source_line(n, facts={"type": "span"}) for n in range(6)]


@pytest.fixture
def view(workspace: Workspace) -> Iterator[ProjectView]:
    (workspace.folder / "records.jsonl").write_bytes(b"".join(SIX))
    with opened(workspace) as found:
        yield found


def judge(workspace: Workspace, view: ProjectView, row: int, judgement: str) -> None:
    """A judge's reply in the store, as judging leaves it."""
    brief = brief_of(view.row(row), view.dataset.renderer)
    assert brief is not None
    run = annotator_for(workspace.catalog, "rehearsal", JudgePrompt.load()).run
    text = f"<reason>Because of row {row}.</reason><judgement>{judgement}</judgement>"
    workspace.store.write(
        "INSERT INTO answers VALUES (?, ?, ?, 'end_turn', 10, 5, 100, ?)",
        (run, ask_id(view.row(row).identity, brief.content), text, f"2025-06-01T00:00:0{row}Z"),
    )
    view.refresh()


def flag(workspace: Workspace, view: ProjectView, who: str, value: str, *rows: int) -> None:
    decide(workspace.store, view.subjects(rows), "flag", value, who=who, now=workspace.clock.now())
    view.refresh()


def rows_where(view: ProjectView, text: str) -> list[int]:
    view.apply(text)
    return [cells.number for cells in view.rows(0, 99)]


def test_verdicts_are_a_column_that_a_filter_knows(workspace, view):
    judge(workspace, view, 1, "correct")
    judge(workspace, view, 4, "incorrect")
    assert rows_where(view, "verdict = 'incorrect'") == [4]
    assert rows_where(view, "verdict IS NULL") == [0, 2, 3, 5]


def test_a_verdict_stands_beside_its_record_with_its_reason_and_goes_stale_with_it(workspace, view):
    judge(workspace, view, 1, "incorrect")
    judged, stale = view.judged(1)
    assert judged is not None
    assert (judged.verdict.judgement, judged.verdict.reason, stale) == ("incorrect", "Because of row 1.", False)
    assert view.judged(2) == (None, False)
    line = SIX[1].replace(b'"answer": "1"', b'"answer": "one"')
    decide(workspace.store, [view.edited_subject(1)], "edit", line.decode(), who="ann", now=workspace.clock.now())
    view.refresh()
    judged, stale = view.judged(1)
    assert judged is not None
    assert stale


def test_judge_and_people_are_compared_and_where_they_differ_is_a_filter(workspace, view):
    for row, said, flagged in [(0, "correct", "keep"), (1, "correct", "reject"), (2, "incorrect", "fix")]:
        judge(workspace, view, row, said)
        flag(workspace, view, "ann", flagged, row)
    found = view.judge_and_people()
    assert (found.records, len(found.disagreements)) == (3, 1)
    assert found.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert rows_where(view, "verdict = 'correct' AND flag = 'reject'") == [1]


def test_records_that_two_reviewers_flagged_differently_are_disputed(workspace, view):
    flag(workspace, view, "ann", "keep", 0, 1)
    flag(workspace, view, "bob", "reject", 1, 2)
    assert rows_where(view, "disputed IS NOT NULL") == [1]
    assert view.values(("disputed",), 0, 1)[1]["disputed"] == "ann keep, bob reject"


def test_the_split_that_the_projects_rule_makes_is_a_column(workspace, view):
    flag(workspace, view, "ann", "reject", 0)
    assert rows_where(view, "split IS NULL") == [0]
    parts = {view.values(("split",), 0, 6)[row]["split"] for row in [0]}
    assert parts == {None}
    view.apply("")
    found = view.values(("split",), 0, 6)
    assert {each["split"] for row, each in found.items() if row} <= {"train", "validation", "test"}
    same_table = {found[row]["split"] for row in (3, 4, 5)}
    assert len(same_table) == 1


def test_a_rule_that_asks_for_the_split_itself_ends(workspace, view):
    workspace.change_config(data__include="split IS NULL OR flag = 'keep'")
    assert len(rows_where(view, "split IS NOT NULL")) == 6


def test_a_project_without_records_says_what_to_do(workspace):
    workspace.change_config(data__source="")
    with pytest.raises(UsageError, match="no records yet"), opened(workspace):
        pass


def test_a_rule_about_verdicts_decides_what_is_trained_on(workspace, view):
    judge(workspace, view, 1, "correct")
    judge(workspace, view, 4, "incorrect")
    workspace.change_config(data__include="verdict = 'correct'")
    assert select(workspace.config, workspace.folder, view).rows.tolist() == [1]


def test_a_verdict_holds_for_every_exact_duplicate_of_what_was_judged(workspace):
    (workspace.folder / "records.jsonl").write_bytes(b"".join([*SIX, SIX[2], SIX[2]]))
    with opened(workspace) as view:
        judge(workspace, view, 2, "incorrect")
        assert rows_where(view, "verdict = 'incorrect'") == [2, 6, 7]
