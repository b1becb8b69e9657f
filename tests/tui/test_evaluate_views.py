"""The Evaluate tab at 80x24: scores, histograms, models, cuts, training sizes, examples, and the report."""

import shutil

import pytest
import pytest_asyncio
from evaluations import SMALL, Evaluations, jobs_of
from screens import running

from tui.messages import JobsPolled
from tui.tabs.evaluate.tab import VIEWS


@pytest.fixture(scope="session")
def evaluations(tmp_path_factory, rehearsal) -> Evaluations:
    return Evaluations(tmp_path_factory.mktemp("evaluations"), rehearsal)


@pytest.fixture
def project(evaluations, tmp_path):
    workspace = evaluations.copy(tmp_path / "project")
    yield workspace
    workspace.close()


@pytest_asyncio.fixture
async def tab(project):
    async with running(project) as driver:
        await driver.sees("6 EVALUATE", "squad F1 [95 %]", "view: scores")
        yield driver


async def turned_to(driver, view: str):
    """Presses the key for the next view until that one is shown."""
    while driver.app.stage.view != view:
        await driver.press("v")
    return driver


async def test_the_scores_say_whether_the_target_is_met_and_what_is_left_when_only_recall_counts(tab):
    frame = await tab.sees("target squad F1 50", "recall alone", "skill is an upper bound", "gain +")
    assert "met ✓" in frame or "missed ✗" in frame
    assert "beyond noise ✓" in frame or "within noise" in frame
    assert "0% leak by table" in frame


async def test_models_are_compared_with_each_base_by_relative_improvement_and_tokens(tab):
    await turned_to(tab, "models")
    frame = await tab.sees("Claude 3 Sonnet", "improvement", "tokens an answer")
    lines = {line.split("  ")[0].strip(): line for line in frame.splitlines()}
    assert "%" in lines["Claude 3 Haiku"]
    assert "%" in lines["Claude 3 Sonnet"]
    assert all(
        title in frame for title in ("relative", "gain [95 %]", "reduced", "median", "> p90", "SD", "min", "max")
    )


async def test_a_cut_has_a_row_for_each_type_with_an_interval(tab):
    await turned_to(tab, "cuts")
    frame = await tab.sees("by type", "span", "count", "gain [95 %]")
    [span] = [line for line in frame.splitlines() if line.startswith(" span")]
    assert "[" in span
    assert "]" in span


async def test_each_training_size_names_its_best_jobs_parameters_and_its_run(tab, project, evaluations):
    tab.app.post_message(JobsPolled(jobs_of(project)))
    await turned_to(tab, "sizes")
    frame = await tab.sees("base as a dashed line", "╌", "•")
    [small] = [line for line in frame.splitlines() if line.strip().startswith(str(SMALL)) and "LRM" in line]
    assert "not evaluated" in small
    assert "LRM 1  BS 16  ep 3" in small
    run = project.store.row("SELECT id FROM runs WHERE label = 'tuned'")
    assert run is not None
    assert f"run {run['id']}" in frame
    assert "E in Jobs evaluates it" in frame


async def test_few_shot_examples_stand_beside_none_on_base_and_tuned_each_with_its_run(tab, project):
    await turned_to(tab, "few-shot")
    frame = await tab.sees("0 examples", "2 examples", "• base", "◆ ")
    for run in project.store.rows("SELECT id FROM runs WHERE model = 'claude-3-haiku'"):
        assert f"run {run['id']}" in frame
    [tuned] = [line for line in frame.splitlines() if line.startswith(" ◆")]
    assert "not evaluated" in tuned


async def test_the_view_comes_back(tab, project):
    await turned_to(tab, "cuts")
    async with running(project) as again:
        await again.sees("view: cuts", "by type")


async def test_enter_goes_from_the_scores_to_the_examples_and_on_to_what_was_asked(tab):
    await tab.press("enter")
    frame = await tab.sees("Δ F1", "truth", "base ", "tuned ", "↵ shows what was asked")
    assert "PROMPT" not in frame
    await tab.press("enter")
    await tab.sees("PROMPT", "| Shops")
    await tab.press("escape")
    await tab.sees("Δ F1")
    await tab.press("escape")
    await tab.sees("view: scores")


async def test_differences_are_marked_by_glyph(tab):
    await tab.press("enter")
    await tab.sees("{+", "+}")


async def test_the_filter_bar_finds_examples_as_it_finds_records(tab):
    await tab.press("slash")
    await tab.type("question LIKE '%vans%'")
    frame = await tab.sees("SQL", "of 36")
    assert "How many shops" not in frame
    await tab.press("slash")
    await tab.type("staff in 2019")
    await tab.sees("TEXT", "of 36")
    await tab.press("escape")
    await tab.sees("36 examples")


async def test_a_mistake_in_the_filter_is_said_where_it_is_typed_and_the_old_one_stays(tab):
    await tab.press("slash")
    await tab.type("change > 0")
    before = (await tab.sees("SQL")).splitlines()[-2]
    await tab.press("slash")
    await tab.type("chnge > 0")
    await tab.sees("There is no column named chnge")
    await tab.press("escape")
    assert tab.bar == before


async def test_losses_wins_and_both_wrong_are_chosen_by_name(tab):
    await tab.press("F")
    await tab.sees("losses: change < 0", "wins: change > 0", "both wrong: base_f1 < 50 AND tuned_f1 < 50")
    await tab.press("slash", "w", "i", "n", "s", "enter")
    await tab.sees("/ change > 0", "SQL")


async def test_a_test_record_is_not_sent_to_data_but_what_trained_beside_it_is(tab):
    await tab.press("enter")
    await tab.press("b")
    frame = await tab.sees(
        "This is a test record. It must not become a training record", "neighbours: enter opens one"
    )
    assert "How many" in frame
    await tab.press("enter")
    await tab.sees("2 DATA", "180 records")
    await tab.until(lambda: tab.app.stage.table.cursor == row_beside(tab), "the record of the row")


def row_beside(driver) -> int | None:
    """The row whose record the Data tab shows, by the number in the record's heading."""
    heading = next((line for line in driver.frame.splitlines() if "│" in line), "│").split("│")[1].split()
    return int(heading[0].replace(",", "")) - 1 if heading else None


async def test_the_report_is_written_by_the_plain_command(tab, project):
    await tab.press("w")
    reports = project.folder / "reports"
    await tab.until(lambda: (reports / "report.json").exists(), "the report")
    assert (reports / "report.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 12)])
async def test_every_view_fits_every_size(project, size):
    async with running(project, size) as driver:
        driver.app.post_message(JobsPolled(jobs_of(project)))
        stage = driver.app.stage
        for _ in VIEWS:
            await driver.until(lambda: stage.selection.found and not stage.figures.busy, "the view")
            lines = driver.frame.splitlines()
            assert len(lines) <= size[1]
            assert max(map(len, lines)) <= size[0]
            assert not [line for line in lines if line.strip() in ("drawing…", "scoring…", "comparing…")]
            await driver.press("v")
        await driver.sees("scores")


async def test_which_evaluation_is_shown_can_be_chosen(tab, evaluations):
    await tab.press("I")
    await tab.sees(evaluations.job)
    await tab.press("enter")
    await tab.sees("view: scores", evaluations.job)


async def test_a_project_without_an_evaluation_says_which_key_makes_one(workspace):
    workspace.store.remember("stage", "6")
    async with running(workspace) as driver:
        await driver.sees("Nothing is evaluated yet.", "4 goes to Tune")
        await driver.press("w")
        await driver.sees("nothing to report")
        await driver.press("b")
        await driver.sees("There is no example here")


async def test_an_evaluation_whose_test_set_is_gone_says_why_and_what_to_do(project):
    shutil.rmtree(project.folder / "exports")
    async with running(project) as driver:
        await driver.sees("6 EVALUATE", "There is no export here", "outcrop export")


async def test_other_models_and_ways_are_asked_by_the_words_of_the_plain_command(tab, project):
    await tab.press("a")
    await tab.type("--model claude-3-5-sonnet --no-base --shots 1")
    frame = await tab.sees("Ask these models?", "asked", "claude-3-5-sonnet, 1 examples", "cost")
    assert "36 questions" in frame
    await tab.press("escape")
    assert project.store.row("SELECT * FROM runs WHERE model = 'claude-3-5-sonnet'") is None


async def test_a_mistake_in_the_words_is_said_where_it_was_typed(tab):
    await tab.press("a")
    await tab.type("--shot 3")
    await tab.sees("No such option")
    await tab.press("escape")
