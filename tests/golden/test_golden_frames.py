"""Frames of every tab as text, looked at in review: `make golden` writes them anew after a change that is meant."""

import json
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import nasty
import pytest
from evaluated import jobs_of, make
from screens import Driver, make_project, opened, records, running

from core.aws.customization import Job, Phase
from core.aws.endpoints import Endpoint
from core.deployment.endpoints import EndpointsSnapshot
from core.deployment.meter import Meter
from core.errors import OutcropError
from core.training.jobs import JobsSnapshot
from tui import keys
from tui.messages import EndpointsPolled, JobsPolled, PollFailed
from tui.tabs.evaluate.tab import VIEWS

FRAMES = Path(__file__).parent / "frames"
WRITE = os.environ.get("GOLDEN") == "write"
STAGES = dict(enumerate(keys.STAGE_NAMES, 1))
ACCOUNT = "arn:aws:bedrock:us-west-2:123456789012"
MODEL = f"{ACCOUNT}:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k"


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    """Times of the day are those of Greenwich."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def hold(driver: Driver, name: str) -> None:
    """Compares the screen with its frame, once it has come to rest."""
    seen, same = "", 0
    while same < 8:
        await driver.press()
        await driver.rest(0.03)
        same = same + 1 if driver.frame == seen else 0
        seen = driver.frame
    path = FRAMES / f"{name}.txt"
    if WRITE:
        path.write_text(seen + "\n", "utf-8")
    assert path.read_text("utf-8") == seen + "\n", f"{name} looks different: `make golden` writes it anew"


def send_jobs(driver: Driver) -> None:
    """Three jobs and an endpoint, as a poll brings them."""
    now, place = driver.app.workspace.clock.now(), driver.app.workspace.location

    def at(minutes: int):
        return now - timedelta(minutes=minutes)

    done = Job(
        f"{ACCOUNT}:model-customization-job/base/aaa", "shops-n1000", "Completed", "anthropic.claude-3-haiku", at(95),
        model_name="shops-n1000", model_arn=f"{MODEL}/aaa", ended=at(40), role="role",
        phases=(
            Phase("validation", "Completed", at(95), at(94)),
            Phase("data processing", "Completed", at(94), at(90)),
            Phase("training", "Completed", at(90), at(40)),
        ),
        hyperparameters={"epochCount": "2", "batchSize": "16", "learningRateMultiplier": "1.0"},
    )  # fmt: skip
    live = Job(
        f"{ACCOUNT}:model-customization-job/base/bbb", "shops-n500", "InProgress", "anthropic.claude-3-haiku", at(12),
        role="role", hyperparameters={"epochCount": "5"},
        phases=(
            Phase("validation", "Completed", at(12), at(11)),
            Phase("data processing", "InProgress", at(11), at(11)),
            Phase("training", "NotStarted"),
        ),
    )  # fmt: skip
    failed = Job(
        f"{ACCOUNT}:model-customization-job/base/ccc", "shops-all", "Failed", "anthropic.claude-3-haiku", at(300),
        ended=at(298), role="role", failure="Number of samples exceeds the limit of 10000 [/] [b]",
    )  # fmt: skip
    served = Endpoint(
        f"{ACCOUNT}:provisioned-model/ddd", "shops-try", "provisioned", f"{MODEL}/aaa", "ready", at(21), 1
    )
    jobs = JobsSnapshot(place, (live, done, failed), {}, now)
    driver.app.post_message(JobsPolled(jobs))
    driver.app.post_message(EndpointsPolled(EndpointsSnapshot(place, (served,), {}, Meter(0.0, 1, 1), now)))


def send_nothing(driver: Driver) -> None:
    """A poll that finds neither jobs nor endpoints."""
    now, place = driver.app.workspace.clock.now(), driver.app.workspace.location
    driver.app.post_message(JobsPolled(JobsSnapshot(place, (), {}, now)))
    driver.app.post_message(EndpointsPolled(EndpointsSnapshot(place, (), {}, Meter(), now)))


async def look(folder: Path, number: int, name: str, sent, size=(80, 24)) -> None:
    """Opens a project on a tab, sends it a poll, and holds it to its frame."""
    workspace = opened(folder)
    try:
        async with running(workspace, size) as driver:
            await driver.press(str(number))
            await driver.until(lambda: driver.app.settings.number("stage", 0) == number)
            sent(driver)
            await hold(driver, name)
    finally:
        workspace.close()


@pytest.mark.parametrize("number", STAGES)
async def test_a_project_without_anything(tmp_path, number):
    folder = make_project(tmp_path / "new", ())
    await look(folder, number, f"empty-{STAGES[number]}", send_nothing)


@pytest.mark.parametrize("number", STAGES)
async def test_a_project_with_records_jobs_and_an_endpoint(tmp_path, number):
    await look(make_project(tmp_path / "shops"), number, f"full-{STAGES[number]}", send_jobs)


@pytest.mark.parametrize(("columns", "lines"), [(40, 12), (120, 36)])
async def test_records_on_a_small_and_on_a_large_screen(tmp_path, columns, lines):
    await look(make_project(tmp_path / "shops"), 2, f"data-{columns}x{lines}", send_nothing, (columns, lines))


async def test_records_that_say_what_nobody_would(tmp_path):
    found = [
        record
        for text in (text for name, text in nasty.TEXTS.items() if name not in ("surrogate", "long"))
        for record in records(1, question=text, answer=text, paragraphs=[text])
    ]
    await look(make_project(tmp_path / "nasty", found), 2, "nasty-data", send_nothing)


async def test_a_poll_that_nobody_answers(tmp_path):
    nobody = OutcropError("AWS cannot be reached", why="no answer within 5 s", todo="Check the network")
    folder = make_project(tmp_path / "shops")
    await look(folder, 5, "error-jobs", lambda driver: driver.app.post_message(PollFailed(nobody)))


@pytest.fixture(scope="session")
def evaluation(tmp_path_factory) -> Path:
    """A project that was evaluated; to be copied."""
    return make(tmp_path_factory.mktemp("evaluated") / "shops")


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "batches"])
async def test_an_evaluation_in_every_view(evaluation, tmp_path, view):
    workspace = opened(Path(shutil.copytree(evaluation, tmp_path / "shops")))
    workspace.store.remember("evaluate.view", json.dumps(view))
    workspace.store.remember("stage", "6")
    try:
        async with running(workspace) as driver:
            driver.app.post_message(JobsPolled(jobs_of(workspace)))
            stage = driver.app.stage
            await driver.until(
                lambda: stage.selection.found and not stage.figures.busy and driver.app.jobs, "the view"
            )
            await hold(driver, f"evaluated-{view}")
    finally:
        workspace.close()
