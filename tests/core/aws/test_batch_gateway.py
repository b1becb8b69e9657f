"""Batch jobs as AWS may answer for them, and what Outcrop sends: held against botocore's own model."""

from datetime import UTC, datetime

import boto3
import msgspec
import pytest
from botocore.stub import Stubber

from core.aws import batch, runtime
from core.aws.batch import BatchRequest, check_batch_request
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.session import Connection
from core.aws.shapes import check_request
from core.errors import RefusedError, UsageError
from core.records.record import Chat, Message

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
JOB = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abcdefghij12"
REQUEST = BatchRequest(
    name="outcrop-1-ab",
    role="arn:aws:iam::111122223333:role/Outcrop",
    model="us.anthropic.claude-haiku-4-5-20251001-v1:0",
    input_uri="s3://bucket/in/input.jsonl",
    output_uri="s3://bucket/out/",
    tags={"outcrop": "tables"},
)


@pytest.fixture
def aws():
    """A connection as to AWS itself, and what answers in its place; every expected call must come."""
    connection = Connection(Location("aws", "us-east-1"), boto3.Session("key", "secret", region_name="us-east-1"))
    with Stubber(connection.client("bedrock")) as stubber:
        yield connection, stubber
        stubber.assert_no_pending_responses()


def described(status="InProgress", **more):
    return {
        "jobArn": JOB,
        "jobName": "outcrop-1-ab",
        "modelId": REQUEST.model,
        "roleArn": REQUEST.role,
        "status": status,
        "submitTime": NOW,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": REQUEST.input_uri}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": REQUEST.output_uri}},
    } | more


def test_what_is_sent_fits_botocores_model_and_carries_its_token(aws):
    connection, stubber = aws
    stubber.add_response("create_model_invocation_job", {"jobArn": JOB}, REQUEST.parameters("token-1"))
    assert batch.create_batch_job(connection, REQUEST, "token-1") == JOB
    assert check_request("bedrock", "CreateModelInvocationJob", REQUEST.parameters("token-1")) == []
    assert REQUEST.parameters("t")["modelInvocationType"] == "Converse"


def test_a_prompt_of_a_batch_is_what_converse_is_sent():
    chat = Chat((Message("user", "Which year?"),), "Be brief.")
    body = runtime.request_body(chat, max_tokens=64, temperature=0.0)
    assert check_request("bedrock-runtime", "Converse", {"modelId": REQUEST.model} | body) == []
    assert body["system"] == [{"text": "Be brief."}]


@pytest.mark.parametrize(
    ("status", "over"),
    [
        ("Submitted", False),
        ("Scheduled", False),
        ("Stopping", False),
        ("PartiallyCompleted", True),
        ("Expired", True),
    ],
)
def test_a_job_is_over_or_not(aws, status, over):
    connection, stubber = aws
    stubber.add_response("get_model_invocation_job", described(status), {"jobIdentifier": JOB})
    job = batch.get_batch_job(connection, JOB)
    assert (job.over, job.id, job.total) == (over, "abcdefghij12", None)


def test_counts_and_messages_are_read_where_they_are_given(aws):
    connection, stubber = aws
    counts = {"totalRecordCount": 9, "processedRecordCount": 7, "successRecordCount": 6, "errorRecordCount": 1}
    stubber.add_response("get_model_invocation_job", described("Failed", message="Too few.", **counts))
    job = batch.get_batch_job(connection, JOB)
    assert (job.total, job.processed, job.succeeded, job.failed, job.message) == (9, 7, 6, 1, "Too few.")


def test_all_pages_are_listed(aws):
    connection, stubber = aws
    stubber.add_response("list_model_invocation_jobs", {"invocationJobSummaries": [described()], "nextToken": "more"})
    stubber.add_response("list_model_invocation_jobs", {"invocationJobSummaries": [described("Completed")]})
    assert [each.status for each in batch.list_batch_jobs(connection)] == ["InProgress", "Completed"]


def test_an_error_is_typed_and_stopping_is_no_read(aws):
    connection, stubber = aws
    stubber.add_client_error("stop_model_invocation_job", "ConflictException", "It has ended.", 400)
    with pytest.raises(AwsError, match="It has ended") as caught:
        batch.stop_batch_job(connection, JOB)
    assert caught.value.code == "ConflictException"
    connection.read_only = True
    for act in (batch.stop_batch_job, lambda *_: batch.create_batch_job(connection, REQUEST, "t")):
        with pytest.raises(RefusedError, match="read-only"):
            act(connection, JOB)


@pytest.mark.parametrize("change", [{"role": "Outcrop"}, {"input_uri": "s3://b"}, {"name": "no names with spaces"}])
def test_what_aws_would_refuse_is_named_first(change):
    with pytest.raises(UsageError, match="refuse this batch job"):
        check_batch_request(msgspec.structs.replace(REQUEST, **change))
