"""One whole turn of the lifecycle from the keyboard, at 80x24, from an empty HOME to the end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from screens import Driver, running, settings_of

import sample_data
from core.aws import customization, endpoints
from core.clock import SystemClock
from core.experiments.turn import scratch_project
from core.rehearsal import process
from core.tasks import listing
from core.workspace import Workspace, demo_folder, rehearsal_folder

TABLES = 110  # of the sample data; enough to learn from and to validate on, few enough to be quick


@pytest.fixture
def workspace(own_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The scratch project of `outcrop demo` in an empty HOME, on fewer tables."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("OUTCROP_STATE", str(home / "state"))
    monkeypatch.setenv("OUTCROP_CONFIG", str(home / "config"))
    assert not home.exists()
    contexts = json.loads(sample_data.path(sample_data.FINANCE_QA).read_text())
    sample = tmp_path / "sample.json"
    sample.write_text(json.dumps(contexts[:TABLES]))
    # Seconds a job takes: enough to be seen running on a machine that is busy with other tests.
    workspace = scratch_project(demo_folder(), sample, pace=6.0)
    workspace.clock = SystemClock()
    yield workspace
    workspace.close()
    process.stop(rehearsal_folder(workspace.folder))


async def test_a_whole_turn_from_the_keyboard(workspace: Workspace) -> None:
    async with running(workspace, watching=True) as driver:
        assert await driver.sees("1 USE CASE", "REHEARSAL us-west-2 2025-06-01", "◌ idle  $0.00/h")
        await review(driver, workspace)
        await tune(driver, workspace)
        await evaluate(driver, workspace)
        await deploy(driver, workspace)
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running, "the end")
    assert driver.app.return_code == 0
    assert [task.state for task in listing(workspace.store, workspace.clock)] == ["done"] * 3


async def review(driver: Driver, workspace: Workspace) -> None:
    """Flag three rows, take one flag back, filter."""
    await driver.press("2")
    await driver.sees("2 DATA", " 0 decided")
    await driver.press("space", "x", "f")
    rows = (await driver.sees(" 3 decided")).splitlines()[3:6]
    assert [row.split()[1] for row in rows] == ["✓", "✗", "~"]
    assert flags(workspace) == ["keep", "reject", "fix"]

    await driver.press("u")
    await driver.sees("undone: flag of 1 record")
    assert flags(workspace) == ["keep", "reject"]

    await driver.press("slash")
    await driver.type("flag = 'reject'")
    shown = await driver.sees("SQL", "1 of ")
    assert shown.splitlines()[3].split()[:2] == ["▌", "2"]
    await driver.press("escape")
    await driver.sees("/ filter", " records  2 decided")
    assert list(customization.list_jobs(workspace.connection)) == []  # looking and deciding asks for nothing


async def tune(driver: Driver, workspace: Workspace) -> None:
    """Change the epochs, submit, see the job complete."""
    await driver.press("4")
    await driver.sees("epochCount                    5*", "THIS JOB", "training")
    await driver.press("enter")
    await driver.type("3")
    await driver.sees("epochCount                    3*")
    assert settings_of(workspace.folder).hyperparameters["epochCount"] == 3

    await driver.until(lambda: "3 epochs" in driver.frame or "steps" in driver.frame)
    await submit(driver)
    assert "epochCount 3" in driver.frame
    await driver.press("enter")
    await driver.sees("5 JOBS", "◐ 1 job")
    job = customization.get_job(workspace.connection, only(workspace, "jobs")["arn"])
    assert job.hyperparameters["epochCount"] == "3"
    intent = only(workspace, "operations")
    assert (intent["kind"], intent["state"]) == ("CreateModelCustomizationJob", "acknowledged")
    assert intent["result"] == job.arn

    await driver.sees("✓ table-questions", "completed", "loss by step", "validation")
    await driver.sees("⠒⠒ training", "└┬")
    assert customization.get_job(workspace.connection, job.arn).status == "Completed"


async def submit(driver: Driver) -> None:
    """Presses S until the plan stands, for it is worked out anew after each change."""
    await driver.until(lambda: not driver.app.stage.selection.planning, "the plan")
    await driver.press("S")
    await driver.sees("Submit this job?", "REHEARSAL us-west-2 2025-06-01", "unknown: add a price")


async def evaluate(driver: Driver, workspace: Workspace) -> None:
    """Evaluate the job, see its scores and both pairs of histograms."""
    await driver.press("E")
    await driver.sees("6 EVALUATE", "Nothing is evaluated yet.")
    await driver.press("E")
    await driver.sees("Evaluate this job against its base model?", "made for this and deleted after it")
    await driver.press("enter")
    await driver.sees("squad F1 [95 %]", "gain +", "skill is an upper bound", "◌ idle")
    runs = workspace.store.rows("SELECT * FROM runs ORDER BY label")
    assert [run["label"] for run in runs] == ["base", "tuned"]
    assert all(run["ended"] for run in runs)
    answers = workspace.store.rows("SELECT run, COUNT(*) AS n FROM answers GROUP BY run")
    assert len({row["n"] for row in answers}) == 1
    temporary = only(workspace, "endpoints")
    assert temporary["purpose"]
    assert temporary["deleted"]
    assert list(endpoints.list_endpoints(workspace.connection)) == []

    await driver.press("v")
    await driver.sees("base: tokens an answer", "tuned: tokens an answer", "base: F1", "tuned: F1", "█")


async def deploy(driver: Driver, workspace: Workspace) -> None:
    """Create an endpoint, ask it, delete it."""
    await driver.press("7")
    await driver.sees("7 DEPLOY", "No endpoints, so nothing bills by the hour.")
    await driver.press("C")
    await driver.sees("Create this endpoint?", "an unknown price an hour until it is deleted")
    await driver.press("enter")
    await driver.sees("✓ table-questions", "ready", "◌ idle  1 x $?/h", "1 endpoint")
    served = list(endpoints.list_endpoints(workspace.connection))
    assert [each.state for each in served] == ["ready"]
    [entry] = workspace.store.rows("SELECT * FROM endpoints WHERE deleted IS NULL")
    assert entry["arn"] == served[0].arn

    await driver.press("a")
    await driver.sees("ask, or enter for Data's record")
    await driver.press("enter")
    await driver.sees("you    ", "it     ", "truth  ", "tokens in")

    await driver.press("D")
    await driver.sees("Delete this endpoint?")
    await driver.press("enter")
    await driver.sees("No endpoints, so nothing bills by the hour.", "$0.00/h")
    assert workspace.store.rows("SELECT * FROM endpoints WHERE deleted IS NULL") == []
    assert list(endpoints.list_endpoints(workspace.connection)) == []


def flags(workspace: Workspace) -> list[str]:
    """What was decided and holds, in order."""
    rows = workspace.store.rows("SELECT value FROM decisions WHERE kind = 'flag' AND undone IS NULL ORDER BY id")
    return [row["value"] for row in rows]


def only(workspace: Workspace, table: str) -> dict[str, str]:
    """The one row of a table."""
    [row] = workspace.store.rows(f"SELECT * FROM {table}")
    return dict(row)
