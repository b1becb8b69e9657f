"""A review queue on screen, and the judge beside the record."""

from pathlib import Path

import pytest
from screens import Driver, opened, running

from core.data import decisions, review
from core.data.annotation.annotator import annotator_for
from core.data.annotation.brief import ask_id, brief_of
from core.data.annotation.judge import JudgePrompt
from core.tasks import Task
from core.workspace import Workspace
from tui.messages import TaskAdvanced


async def draw(driver: Driver, way: str, size: str) -> None:
    await driver.press("R")
    await driver.sees("Draw the riskiest")
    await driver.press(*way, "enter")
    await driver.until(lambda: "how many records" in driver.bar, "the question for a size")
    await driver.type(size)
    await driver.sees(f"review 0 of {size}")


async def test_a_queue_shows_one_record_at_a_time_and_a_flag_leads_to_the_next(driver: Driver, workspace: Workspace):
    await draw(driver, "riskiest", "5")
    queue = review.kept(workspace.store)
    assert queue is not None
    assert not driver.app.stage.table.display
    for done, (key, record) in enumerate(zip("x f x", queue.records, strict=True)):
        await driver.sees(f"review {done} of 5")
        assert int(record, 16) == driver.app.stage.selection.number
        await driver.press({" ": "space"}.get(key, key))
    await driver.sees("✓ the queue is done: 5 records")
    assert driver.app.stage.table.display
    assert set(decisions.current(workspace.store)) == set(queue.records)


async def test_in_a_queue_question_and_answer_stand_above_all_they_are_about(driver: Driver):
    await draw(driver, "by chance", "3")
    first = driver.frame.splitlines()[2:5]
    assert "How many" in first[0]
    assert first[1].strip().isdigit()


async def test_a_queue_is_gone_on_with_where_it_was_left(driver: Driver, workspace: Workspace):
    await draw(driver, "riskiest", "4")
    await driver.press("x", "space")
    await driver.sees("review 2 of 4")
    await driver.press("escape")
    await driver.sees("12 records  2 decided")
    await driver.press("R")
    await driver.sees("Go on: 2 of 4")
    await driver.press("enter")
    await driver.sees("review 2 of 4")
    queue = review.kept(workspace.store)
    assert queue is not None
    assert driver.app.stage.selection.number == int(queue.records[2], 16)


async def test_an_undo_in_a_queue_counts_back(driver: Driver):
    await draw(driver, "riskiest", "4")
    await driver.press("x")
    await driver.sees("review 1 of 4")
    await driver.press("u")
    await driver.sees("undone: flag of 1 record")
    await driver.press("escape", "R")
    await driver.sees("Go on: 0 of 4")


async def test_two_reviewers_see_their_kappa_and_where_they_differ(folder: Path):
    for who in ("ann", "bob"):
        workspace = opened(folder, reviewer=who)
        workspace.store.remember("stage", "2")
        async with running(workspace) as driver:
            await driver.sees("12 records", "decided")
            await driver.until(lambda view=driver.app.stage.selection.view: view.facts.complete, "all facts")
            if who == "ann":
                await draw(driver, "riskiest", "4")
            else:
                await driver.press("R")
                await driver.sees("Go on: 0 of 4")
                await driver.press("enter")
                await driver.sees("review 0 of 4")
            await driver.press("x", "x", "space", "space" if who == "ann" else "f")
            await driver.sees("✓ the queue is done")
            if who == "bob":
                await driver.press("R")
                await driver.sees("ann and bob: kappa 0.60 on 4; show the 1 on which they differ")
                await driver.press("enter")
                await driver.sees("1 of 12", "disputed IS NOT NULL", "! ann keep, bob fix")
        workspace.close()


def judge(workspace: Workspace, view, row: int, judgement: str) -> None:
    """A judge's reply in the store, as judging leaves it."""
    brief = brief_of(view.row(row), view.dataset.renderer)
    assert brief is not None
    run = annotator_for(workspace.catalog, "rehearsal", JudgePrompt.load()).run
    text = f"<reason>Seen in row {row}.</reason><judgement>{judgement}</judgement>"
    workspace.store.write(
        "INSERT INTO answers VALUES (?, ?, ?, 'end_turn', 10, 5, 100, ?)",
        (run, ask_id(view.row(row).identity, brief.content), text, f"2025-06-01T00:00:0{row}Z"),
    )


@pytest.fixture
async def judged(driver: Driver, workspace: Workspace) -> Driver:
    """The dashboard after a judge was asked about the first three records."""
    for row, said in enumerate(("correct", "incorrect", "incorrect")):
        judge(workspace, driver.app.stage.selection.view, row, said)
    driver.app.stage.changed("answers")
    await driver.until(lambda: driver.app.stage.selection.view.has_verdicts, "the verdicts")
    return driver


async def test_a_verdict_and_its_reason_stand_beside_the_record(judged: Driver):
    await judged.press("enter", "G")
    await judged.sees("JUDGE ✓ correct", "claude-3-5-sonnet", "Seen in row 0.")


async def test_agreement_and_disagreements_are_one_key_away(judged: Driver):
    await judged.press("space", "space", "x")
    await judged.sees("3 decided")
    await judged.press("K")
    await judged.sees("The judge and the reviewers", "REHEARSAL", "accuracy    0.67", "kappa       0.40")
    await judged.press("escape", "exclamation_mark")
    await judged.sees("1 of 12")
    assert judged.app.stage.selection.number == 1


async def test_the_agreement_counts_what_a_judge_elsewhere_has_said_meanwhile(judged: Driver, workspace: Workspace):
    await judged.press("space", "space", "x", "space")
    judge(workspace, judged.app.stage.selection.view, 3, "correct")
    await judged.press("K")
    await judged.sees("4 that have a verdict and a flag")


async def test_without_verdicts_it_is_said_what_to_do(driver: Driver):
    await driver.press("K")
    await driver.sees("No record has both a verdict and a flag")
    await driver.press("exclamation_mark")
    await driver.sees("No record was judged yet", "J lets a model judge")


async def test_once_a_judge_is_done_its_verdicts_are_counted(judged: Driver):
    moment = judged.app.workspace.clock.now()
    task = Task("j1", "judge", ("judge",), 1, "done", None, "", moment, moment)
    judged.app.post_message(TaskAdvanced(task))
    await judged.sees("✓ judged: 2 incorrect, 1 correct; K compares with people")


async def test_judging_says_what_it_takes_before_anybody_is_asked(driver: Driver, workspace: Workspace):
    await driver.press("J")
    await driver.sees("judge how many")
    await driver.type("many")
    await driver.sees("Expected a whole number of records")
    await driver.press("end", "ctrl+u", *"5", "enter")
    await driver.sees("Let claude-3-5-sonnet judge 5 records?", "REHEARSAL", "error unknown", "by nobody yet", "cost")
    await driver.press("escape")
    await driver.sees("12 records")
    assert workspace.store.rows("SELECT * FROM tasks") == []


async def test_with_a_filter_those_that_it_leaves_are_judged(driver: Driver):
    await driver.press("slash")
    await driver.type("row > 8")
    await driver.sees("4 of 12")
    await driver.press("J")
    await driver.sees("judge how many of this filter's 4 (or `all`)")
    await driver.press("enter")
    await driver.sees("Let claude-3-5-sonnet judge 4 records?", "row > 8")
    await driver.press("escape", "escape", "slash")
    await driver.type("company 2")
    await driver.sees("TEXT", "4 of 12")
    await driver.press("J", "enter")
    await driver.sees("Let claude-3-5-sonnet judge 4 records?", "'company 2")
    await driver.press("escape")


@pytest.mark.parametrize("key", ["J", "R\r"])
async def test_a_digit_that_is_no_number_is_said_to_be_none(driver: Driver, key: str):
    for each in key:
        await driver.press({"\r": "enter"}.get(each, each))
    await driver.sees("how many")
    await driver.press("ctrl+u", "²", "enter")
    await driver.sees("'²'")
