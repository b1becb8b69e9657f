"""Endpoints: made once, waited for, asked, deleted, and every intent written down before it is sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import msgspec
import pytest
from botocore.stub import Stubber
from rehearsed import Rehearsed, turns

from core.aws.endpoints import Endpoint
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.session import Connection
from core.clock import ManualClock
from core.deployment import endpoints
from core.deployment.endpoints import ask_model
from core.deployment.last_known import last_known
from core.errors import CancelledError, RefusedError
from core.progress import Cancel
from core.workspace import Workspace

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)


def mine(workspace) -> list[Endpoint]:
    """The endpoints that this project has made and not deleted."""
    snapshot = endpoints.poll(workspace)
    return [each for each in snapshot.endpoints if each.arn in snapshot.ours]


def intents(workspace) -> list[tuple[str, str]]:
    return [(row["kind"], row["state"]) for row in workspace.store.rows("SELECT * FROM operations ORDER BY rowid")]


@pytest.fixture
def made(workspace, job) -> Iterator[Endpoint]:
    """An endpoint of the shared model, deleted afterwards whatever happens."""
    arn = endpoints.create(workspace, endpoints.request_for(workspace.catalog, job))
    yield endpoints.wait_ready(workspace.connection, workspace.clock, arn)
    for each in mine(workspace):
        endpoints.delete(workspace, each)


def test_claude_is_served_by_a_unit_without_commitment_named_after_its_model(workspace, job):
    request = endpoints.request_for(workspace.catalog, job)
    assert (request.kind, request.units, request.model) == ("provisioned", 1, job.model_arn)
    assert request.name == job.model_name
    assert endpoints.request_for(workspace.catalog, job, purpose="eval").name == f"{job.model_name}-eval"


def test_a_job_without_a_model_cannot_be_served(workspace, job):
    running = msgspec.structs.replace(job, status="InProgress", model_arn="")
    with pytest.raises(RefusedError, match="has no model") as caught:
        endpoints.request_for(workspace.catalog, running)
    assert "InProgress" in caught.value.why


def test_an_endpoint_is_made_listed_asked_and_deleted(workspace, job, made):
    snapshot = endpoints.poll(workspace)
    assert made.arn in {each.arn for each in snapshot.endpoints}
    assert snapshot.ours[made.arn].model == "claude-3-haiku"
    assert snapshot.meter.billing >= 1
    question = turns(7)[0]["content"]
    reply = ask_model(workspace.connection, made.arn, question, "Answer from the table.")
    assert reply.text
    assert reply.output_tokens > 0
    endpoints.delete(workspace, made)
    assert mine(workspace) == []
    assert endpoints.created_here(workspace.store, workspace.location.key)[made.arn].deleted is not None
    assert intents(workspace) == [("CreateEndpoint", "acknowledged"), ("DeleteEndpoint", "acknowledged")]


def test_an_endpoint_that_is_gone_already_counts_as_deleted(workspace, made):
    endpoints.delete(workspace, made)
    endpoints.delete(workspace, made)
    assert intents(workspace)[-1] == ("DeleteEndpoint", "acknowledged")


def test_a_create_that_was_never_answered_is_taken_up_with_its_own_token(workspace, job, made):
    """The answer was lost after the server had made the endpoint: the next attempt finds the same one."""
    workspace.store.write("UPDATE operations SET state = 'sent', result = NULL WHERE kind = 'CreateEndpoint'")
    again = endpoints.create(workspace, endpoints.request_for(workspace.catalog, job))
    assert again == made.arn
    assert len(mine(workspace)) == 1
    assert intents(workspace) == [("CreateEndpoint", "acknowledged")]


def test_a_create_that_is_refused_is_noted_as_failed(workspace, job, made):
    with pytest.raises(AwsError):
        endpoints.create(workspace, endpoints.request_for(workspace.catalog, job))  # the name is taken
    assert intents(workspace) == [("CreateEndpoint", "acknowledged"), ("CreateEndpoint", "failed")]


def test_an_endpoint_that_was_made_elsewhere_is_listed_but_not_ours(open_on, made, rehearsal: Rehearsed):
    snapshot = endpoints.poll(open_on(rehearsal.connection()))
    assert made.arn in {each.arn for each in snapshot.endpoints}
    assert snapshot.ours == {}
    assert snapshot.meter.billing >= 1


@pytest.fixture
def scripted(open_on) -> Iterator[tuple[Workspace, Stubber]]:
    """A project on botocore's Stubber, with a clock that moves only by waiting."""
    session = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-west-2")
    connection = Connection(Location("aws", "us-west-2", "123456789012"), session)
    stub = Stubber(connection.client("bedrock"))
    stub.activate()
    yield open_on(connection, ManualClock(NOW)), stub
    stub.assert_no_pending_responses()


def becomes(stub: Stubber, *states: str) -> str:
    """Scripts what the next looks at an endpoint will see; returns its ARN."""
    arn = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefabcdef"
    model = "arn:aws:bedrock:us-west-2:123456789012:custom-model/x/abcdefabcdef"
    seen = {
        "provisionedModelArn": arn,
        "provisionedModelName": "served",
        "modelArn": model,
        "desiredModelArn": model,
        "foundationModelArn": "arn:aws:bedrock:us-west-2::foundation-model/x",
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "creationTime": NOW,
        "lastModifiedTime": NOW,
        "failureMessage": "There is no capacity",
    }
    for state in states:
        stub.add_response("get_provisioned_model_throughput", seen | {"status": state}, {"provisionedModelId": arn})
    return arn


def test_an_endpoint_is_looked_at_every_ten_seconds_until_it_answers(scripted):
    workspace, stub = scripted
    arn, told = becomes(stub, "Creating", "Creating", "Creating", "InService"), []
    assert endpoints.wait_ready(workspace.connection, workspace.clock, arn, told.append).state == "ready"
    assert workspace.clock.now() - NOW == timedelta(seconds=30)
    assert told[0].note == "waiting for the endpoint"


def test_an_endpoint_that_fails_says_why(scripted):
    workspace, stub = scripted
    with pytest.raises(RefusedError, match="endpoint served failed") as caught:
        endpoints.wait_ready(workspace.connection, workspace.clock, becomes(stub, "Creating", "Failed"))
    assert caught.value.why == "There is no capacity"


def test_waiting_can_be_cancelled(scripted):
    workspace, stub = scripted
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        endpoints.wait_ready(workspace.connection, workspace.clock, becomes(stub, "Creating"), cancel=cancel)


def test_an_answer_is_kept_with_its_time_until_something_is_made_or_deleted(open_on, rehearsal, job):
    clock = ManualClock()
    workspace = open_on(rehearsal.connection(), clock)
    assert last_known(workspace.store, workspace.config) is None
    answer = endpoints.poll(workspace)
    known = last_known(workspace.store, workspace.config)
    assert (known.at, known.endpoints, known.meter) == (clock.now(), len(answer.endpoints), answer.meter)
    arn = endpoints.create(workspace, endpoints.request_for(workspace.catalog, job))
    assert last_known(workspace.store, workspace.config) is None
    made = endpoints.wait_ready(workspace.connection, workspace.clock, arn)
    endpoints.poll(workspace)
    assert last_known(workspace.store, workspace.config).meter.billing == 1
    endpoints.delete(workspace, made)
    assert last_known(workspace.store, workspace.config) is None


def test_an_answer_from_elsewhere_is_none_from_here(workspace):
    endpoints.poll(workspace)
    elsewhere = msgspec.structs.replace(workspace.config, target="aws")
    assert last_known(workspace.store, elsewhere) is None


def test_a_read_only_outcrop_keeps_no_answer(workspace):
    workspace.overrule(read_only=True)
    endpoints.poll(workspace)
    assert last_known(workspace.store, workspace.config) is None
