"""The Jobs tab: what it shows of each kind of row, what it asks before it acts, and that it comes back as it was."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from counted_bedrock import GET, LIST, CountedBedrock
from rehearsed import Rehearsed
from screens import Driver, running

from core.aws import s3
from core.aws.customization import Job
from core.aws.metrics_file import TRAINING_FILE, VALIDATION_FILE
from core.aws.models import CustomModel
from core.errors import OutcropError
from core.rehearsal.state import ModelRow
from core.training.jobs import JobsSnapshot
from core.workspace import Workspace
from tui.messages import EndpointsPolled, JobsEnded, JobsPolled, PollFailed
from tui.tabs.jobs.rows import items
from tui.watch import Watcher

FOUR = ("steady", "done", "doomed", "new")


@pytest.fixture
def bedrock(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[CountedBedrock]:
    """Four jobs: one under way, one done, one failed, one only just begun."""
    found = CountedBedrock(tmp_path / "bedrock", rehearsal)
    found.add("done", age=9000.0, ended="Completed")
    found.end(found.add("doomed", age=4000.0), "Failed", "Could not assume provided IAM role")
    found.add("steady", age=300.0)
    found.add("new", age=5.0)
    yield found
    found.close()


@pytest.fixture
def workspace(bedrock: CountedBedrock, tmp_path: Path) -> Iterator[Workspace]:
    with bedrock.workspace(tmp_path / "project") as workspace:
        workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '5')")
        yield workspace


def test_a_model_that_is_listed_before_its_job_has_ended_is_no_row_of_its_own(bedrock, workspace):
    now = workspace.clock.now()
    job = Job("arn:job/1", "tune", "InProgress", "claude-3-haiku", now, model_name="tuned")
    models = tuple(CustomModel(f"arn:model/{name}", name, "claude-3-haiku", now) for name in ("tuned", "another"))
    snapshot = JobsSnapshot(workspace.location, (job,), {}, now, models=models)
    assert [each.name for each in items(snapshot, None, workspace.catalog)] == ["tune", "another"]


@asynccontextmanager
async def watching(workspace: Workspace):
    """The dashboard on the Jobs tab, with its watcher."""
    async with running(workspace, watching=True) as driver:
        await driver.sees("5 JOBS", "new", "steady", "done", "doomed")
        yield driver


def named(driver: Driver) -> str:
    """The row under the cursor."""
    return next(line for line in driver.frame.splitlines() if line.startswith("▌")).split()[2]


async def to(driver: Driver, name: str) -> None:
    """Puts the cursor on a row."""
    await driver.press("g")
    for _ in range(6):
        if named(driver) == name:
            return
        await driver.press("j")
    raise AssertionError(f"{name} is not in the list:\n{driver.frame}")


async def test_each_kind_of_row_shows_its_glyph_and_what_it_is(bedrock: CountedBedrock, workspace: Workspace):
    model = bedrock.state.models()[0]
    lonely = ModelRow(f"{model.arn[:-1]}x", model.region, "lonely", model.job, model.base, 0.0)
    bedrock.add_model(lonely)
    async with watching(workspace) as driver:
        frame = await driver.sees("lonely")
    rows = {line[2:30].split()[1]: line for line in frame.splitlines()[3:8]}
    assert "◐" in rows["new"]
    assert "validation" in rows["new"]
    assert "◐" in rows["steady"]
    assert "training" in rows["steady"]
    assert "✓" in rows["done"]
    assert "completed 10m00" in rows["done"]
    assert "✗" in rows["doomed"]
    assert "custom model" in rows["lonely"]


async def test_a_running_job_says_how_long_it_has_run_and_when_like_jobs_would_have_it_end(workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "steady")
        frame = await driver.sees("running for 5 min", "expected end ≈ ", "as the one like job took")
    assert "data processing ✓ 2m00" in frame
    assert "training ◐ since" in frame
    assert "Bedrock writes the loss when the job is done" in frame


async def test_a_failed_job_says_why_what_it_means_and_what_to_do(workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "doomed")
        await driver.sees(
            "Could not assume provided IAM role", "that means  Bedrock may not take on the role", "do   "
        )


async def test_words_filter_the_list_and_escape_shows_all_of_it(workspace: Workspace):
    async with watching(workspace) as driver:
        await driver.press("slash")
        await driver.type("failed DOOM")
        frame = await driver.sees("/ failed DOOM", "1 of 4")
        assert "steady" not in frame
        await driver.press("slash")
        await driver.type("nothing like it")
        await driver.sees("Nothing here has: nothing like it", "esc shows all.")
        await driver.press("escape")
        await driver.sees("4 rows", "steady")


async def test_the_dashboard_comes_back_to_the_same_job_view_and_filter(workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "steady")
        await driver.press("v", "v", "slash")
        await driver.type("training")
        await driver.sees("view: events")
    async with running(workspace, watching=True) as driver:
        await driver.sees("/ training", "view: events", "created")
        assert named(driver) == "steady"


async def test_curves_are_drawn_smoothed_and_laid_over_each_other(
    bedrock: CountedBedrock, workspace: Workspace, rehearsal: Rehearsed
):
    bedrock.add("done-too", age=8000.0, ended="Completed")
    for job in bedrock.state.jobs("name LIKE 'done%'"):
        put_metrics(rehearsal, job)
    async with watching(workspace) as driver:
        await to(driver, "done")
        await driver.sees("loss by step", "⠒⠒ training", "•  validation", "└┬")
        await driver.press("z")
        await driver.sees("loss by step, mean of 5")
        await driver.press("z", "z")
        await driver.sees("loss by epoch")
        await driver.press("z", "v")
        await driver.sees("perplexity by step", "view: perplexity")
        await driver.press("o", "k", "o")
        frame = await driver.sees(
            "+ done-too", "+ done ", "⠒⠒ done (validation 1.50)", "•  done-too (validation 1.50)"
        )
        assert "✓ + done" in frame
        await driver.press("o")
        await driver.until(lambda: "+ done-too" not in driver.frame)
        await to(driver, "steady")
        await driver.press("o")
        assert "only a completed job has curves" in driver.bar or "steady is inprogress" in driver.bar


async def test_one_curve_alone_is_said_to_be_alone(bedrock: CountedBedrock, workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "done")
        await driver.press("o")
        await driver.sees("one curve alone  no other job is completed yet")
        bedrock.add("done-too", age=8000.0, ended="Completed")
        await driver.press("o", "r")
        await driver.sees("done-too")
        await to(driver, "done")
        await driver.press("o")
        await driver.sees("o on another completed job lays its curve over this one")


async def test_a_key_that_cannot_act_says_why(workspace: Workspace):
    async with watching(workspace) as driver:
        await driver.press("v", "v", "z")
        await driver.sees("There are no curves in the view events")
        await driver.press("slash")
        await driver.type("nothing like it")
        await driver.sees("Nothing here has")
        for key in ("o", "X", "E", "c", "O", "Z"):
            await driver.press(key)
            assert "There is no job under the cursor" in driver.bar
        await driver.press("y")
        await driver.sees("There is nothing to copy here")


async def test_an_empty_list_says_whether_nobody_was_asked_nobody_answers_or_there_is_none(workspace: Workspace):
    nobody = OutcropError("AWS cannot be reached", todo="Check the network")
    async with running(workspace) as driver:
        await driver.sees("Asking for the jobs…")
        driver.app.post_message(PollFailed(nobody))
        await driver.sees(
            "Which jobs there are is not known.", "Nobody answers: AWS cannot be reached.", "r asks now"
        )
        now = workspace.clock.now()
        driver.app.post_message(JobsPolled(JobsSnapshot(workspace.location, (), {}, now)))
        await driver.sees("No jobs yet.", "4 goes to Tune")
        driver.app.post_message(PollFailed(nobody))
        await driver.sees(f"No jobs at {now.astimezone():%H:%M:%S}.", "Nobody answers")


async def test_stopping_asks_first_and_is_seen_at_once(bedrock: CountedBedrock, workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "steady")
        await driver.press("X")
        await driver.sees("Stop this job?", "what it has trained is lost")
        await driver.press("escape")
        assert bedrock.calls["StopModelCustomizationJob"] == 0
        await driver.press("X")
        await driver.press("enter")
        await driver.sees("■ steady", "stopping")
        await to(driver, "done")
        await driver.press("X")
        await driver.sees("there is nothing to stop")
    assert bedrock.calls["StopModelCustomizationJob"] == 1


async def test_a_model_is_deleted_once_its_name_is_typed(bedrock: CountedBedrock, workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "done")
        await driver.press("D")
        await driver.sees("Delete this custom model?", "done-model")
        await driver.press(*"done-model", "enter")
        await driver.until(lambda: not bedrock.state.models(), "the deletion")
        await driver.sees("its custom model is deleted")
        await driver.press("v", "v")
        await driver.sees("its model was deleted from here")
        await driver.press("E")
        await driver.sees("the custom model of done is deleted")


async def test_what_a_job_has_left_in_s3_is_listed_and_deleted_once_confirmed(
    bedrock: CountedBedrock, workspace: Workspace, rehearsal: Rehearsed
):
    [job] = bedrock.state.jobs("name = 'done'")
    put_metrics(rehearsal, job)
    async with watching(workspace) as driver:
        await to(driver, "done")
        await driver.press("v", "v", "v", "v")
        await driver.sees("results: 2", "view: files")
        await driver.press("Z")
        await driver.sees("Delete these objects in S3?", "its loss curves go with them")
        await driver.press("enter")
        await driver.until(lambda: not list(s3.listing(rehearsal.connection(), results(job))), "the deletion")
        await driver.sees("results: 0")


async def test_a_loss_that_is_not_a_number_is_a_gap_in_the_curve(
    bedrock: CountedBedrock, workspace: Workspace, rehearsal: Rehearsed
):
    [job] = bedrock.state.jobs("name = 'done'")
    put_metrics(rehearsal, job, ["nan", "2.5", "N/A", "inf", "0.4"])
    async with watching(workspace) as driver:
        await to(driver, "done")
        await driver.sees("loss by step", "no finite loss at step 0", "2.5┤•")
        await driver.press("v")
        await driver.sees("perplexity by step", "no finite loss at step 0", "└─")


async def test_a_job_made_elsewhere_is_adopted_before_it_is_evaluated(workspace: Workspace):
    async with watching(workspace) as driver:
        await to(driver, "done")
        await driver.press("E")
        await driver.sees("O adopts it first")
        await driver.press("O")
        await driver.sees("There is no test part to evaluate it on")


async def test_a_sweep_is_planned_from_the_words_of_the_plain_command(workspace: Workspace):
    async with watching(workspace) as driver:
        for words, said in (
            ("", "Missing argument 'NAME'"),
            ("lr --size many", "'many' is not a valid integer"),
            ("lr --vary epochs=1", "no hyperparameter named 'epochs'"),
            ("lr --help", "in a shell"),
            ("lr 'open", "No closing quotation"),
        ):
            await driver.press("M")
            await driver.type(words)
            await driver.sees(said)
            await driver.press("escape")
        await driver.press("M")
        await driver.type("lr --vary epochCount=1,2")
        await driver.sees("This project has no records yet")


async def test_a_read_only_dashboard_refuses_what_changes_anything(bedrock: CountedBedrock, workspace: Workspace):
    workspace.overrule(read_only=True)
    async with watching(workspace) as driver:
        await to(driver, "steady")
        for key in ("X", "D", "Z", "O", "M"):
            await driver.press(key)
            assert "read-only" in driver.bar
    assert bedrock.calls["StopModelCustomizationJob"] == 0


def test_where_nothing_happens_the_watcher_posts_nothing(bedrock: CountedBedrock, workspace: Workspace):
    posted = []
    watcher = Watcher(workspace, posted.append)
    watcher.poll(0.0)
    assert [type(each) for each in posted] == [JobsPolled, EndpointsPolled]
    posted.clear()
    bedrock.calls.clear()
    watcher.poll(1000.0)
    assert posted == []
    assert dict(bedrock.calls) == {
        LIST: 1,
        "ListProvisionedModelThroughputs": 1,
        "ListCustomModelDeployments": 1,
    }
    bedrock.calls.clear()
    watcher.poll(1001.0)  # neither is due
    assert dict(bedrock.calls) == {}


def test_while_a_job_runs_jobs_are_asked_for_more_often_than_endpoints(bedrock: CountedBedrock, workspace: Workspace):
    watcher = Watcher(workspace, lambda _: None)
    for second in range(120):
        watcher.poll(float(second))
    assert 7 <= bedrock.calls[LIST] <= 10
    assert 2 <= bedrock.calls["ListProvisionedModelThroughputs"] <= 3
    assert bedrock.calls[GET] == 4


def test_the_end_of_a_job_that_was_seen_running_is_told_once(bedrock: CountedBedrock, workspace: Workspace):
    posted = []
    watcher = Watcher(workspace, posted.append)
    watcher.poll(0.0)
    [job] = bedrock.state.jobs("name = 'steady'")
    bedrock.end(job)
    watcher.poll(1000.0)
    watcher.poll(2000.0)
    assert [each.jobs[0].name for each in posted if isinstance(each, JobsEnded)] == ["steady"]


def results(job) -> s3.S3Uri:
    """Where a job's own files are, within what may be a prefix of many."""
    return s3.parse_uri(job.request["outputDataConfig"]["s3Uri"]).below(f"model-customization-job-{job.id}")


def put_metrics(rehearsal: Rehearsed, job, losses=tuple(3 - step / 10 for step in range(20))) -> None:
    """Loss curves with epochs of ten steps."""
    folder = results(job)
    steps = "".join(f"{step},{step // 10},{loss},\n" for step, loss in enumerate(losses))
    for name, kind, rows in (
        (TRAINING_FILE, "training", steps),
        (VALIDATION_FILE, "validation", "9,0,2.0,7.4\n19,1,1.5,4.5\n"),
    ):
        body = f"step_number,epoch_number,{kind}_loss,perplexity\n{rows}"
        s3.write(rehearsal.connection(), folder.below(name), body.encode())
