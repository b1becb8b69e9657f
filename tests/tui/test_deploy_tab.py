"""That nothing bills is said only when AWS has said so; else what was known last, and when."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from counted_bedrock import CountedBedrock
from rehearsed import Rehearsed, wait_until
from screens import running

from core.aws.endpoints import EndpointRequest, create_endpoint
from core.deployment import endpoints
from core.errors import OutcropError
from core.text import when
from core.workspace import Workspace
from tui.messages import EndpointsPolled, JobsPolled, PollFailed
from tui.watch import Watcher

NOTHING = "No endpoints, so nothing bills by the hour."
NOBODY = OutcropError("AWS cannot be reached", todo="Check the network")
DENIED = {"operation": "ListProvisionedModelThroughputs", "answer": "access-denied"}


@pytest.fixture
def bedrock(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[CountedBedrock]:
    """An account with one tuned model."""
    found = CountedBedrock(tmp_path / "bedrock", rehearsal)
    found.add("done", age=9000.0, ended="Completed")
    yield found
    found.close()


@pytest.fixture
def workspace(bedrock: CountedBedrock, tmp_path: Path) -> Iterator[Workspace]:
    with bedrock.workspace(tmp_path / "project") as workspace:
        workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '7')")
        yield workspace


def serve(bedrock: CountedBedrock) -> None:
    """Somebody makes an endpoint that bills by the hour."""
    [model] = bedrock.state.models()
    create_endpoint(bedrock.connection(), EndpointRequest("served", "provisioned", model.arn), "token")


async def test_before_the_first_answer_nothing_is_said_to_be_free(workspace: Workspace):
    async with running(workspace) as driver:
        frame = await driver.sees("Asking for the endpoints…", "not known: nobody has answered yet", "$ ?/h")
        assert NOTHING not in frame
        driver.app.post_message(PollFailed(NOBODY))
        frame = await driver.sees("Nobody answers, so what bills by the hour is not known.", "$ ?/h")
        assert NOTHING not in frame


async def test_once_nobody_answers_the_last_answer_is_named_with_its_time(workspace: Workspace):
    async with running(workspace) as driver:
        answer = endpoints.poll(workspace)
        driver.app.post_message(EndpointsPolled(answer))
        await driver.sees(NOTHING, "◌ idle  $0.00/h")
        driver.app.post_message(PollFailed(NOBODY))
        at = when(answer.at, answer.at)
        frame = await driver.sees(
            "Nobody answers, so what bills by the hour is not known.",
            f"The last answer, at {at}: no endpoints at REHEARSAL us-west-2.",
            f"at {at} $0.00/h",
        )
        assert NOTHING not in frame
        driver.app.post_message(EndpointsPolled(answer))
        await driver.sees(NOTHING, "◌ idle  $0.00/h")


async def test_after_a_restart_what_billed_is_known_with_its_time_and_quitting_asks(
    bedrock: CountedBedrock, workspace: Workspace
):
    serve(bedrock)
    at = endpoints.poll(workspace).at
    bedrock.clock.advance(timedelta(days=1).total_seconds())
    async with running(workspace) as driver:
        at_words = when(at, workspace.clock.now())
        await driver.sees(f"The last answer, at {at_words}: 1 endpoint at", f"at {at_words} 1 x $?/h")
        driver.app.post_message(PollFailed(NOBODY))
        await driver.sees("Nobody answers", f"at {at_words} 1 x $?/h")
        await driver.press("q")
        await driver.sees("Leave Outcrop?", f"1 x $?/h at {at_words}, and nobody has answered since")


async def test_quitting_asks_nothing_where_the_last_answer_was_that_nothing_bills(workspace: Workspace):
    endpoints.poll(workspace)
    async with running(workspace) as driver:
        driver.app.post_message(PollFailed(NOBODY))
        await driver.sees("Nobody answers")
        await driver.press("q")
        assert not driver.app.is_running


def test_after_a_failure_the_watcher_tells_both_answers_once_both_have_come(
    bedrock: CountedBedrock, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    posted = []
    monkeypatch.setenv("OUTCROP_STATE", str(tmp_path / "state"))
    watcher = Watcher(workspace, posted.append)
    watcher.start()
    try:
        wait_until(lambda: [type(each) for each in posted] == [JobsPolled, EndpointsPolled])
        bedrock.faults.set(DENIED)
        posted.clear()
        watcher.now()
        wait_until(lambda: [type(each) for each in posted] == [PollFailed])
        bedrock.faults.set()
        posted.clear()
        watcher.now()
        wait_until(lambda: [type(each) for each in posted] == [JobsPolled, EndpointsPolled])
    finally:
        watcher.stop()
        watcher.join()
    text = (tmp_path / "state" / "outcrop.log").read_text()
    assert "ERROR outcrop.watch Nobody answers: AwsError AccessDeniedException at " in text
