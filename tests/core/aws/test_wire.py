"""The server's half of the protocol: what comes in is read, what goes out is written, as boto3 expects it."""

import base64
import json
from datetime import UTC, datetime

import pytest

from core.aws.wire import Protocol, Request, ServiceError

OPERATIONS = frozenset({"GetModelCustomizationJob", "ListModelCustomizationJobs", "CreateModelCustomizationJob"})
BEDROCK = Protocol("bedrock", OPERATIONS)
RUNTIME = Protocol("bedrock-runtime", frozenset({"Converse", "InvokeModel", "CountTokens"}))
ARN = "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/anthropic.claude-3-haiku/abcdefghij12"


def sent(method="GET", path="/", query="", body=b"", **headers):
    return Request(method, path, query, headers, body)


def test_an_arn_in_a_path_stays_whole_although_it_has_slashes():
    encoded = "/model-customization-jobs/" + ARN.replace(":", "%3A").replace("/", "%2F")
    call = BEDROCK.read(sent(path=encoded))
    assert (call.operation, call.parameters) == ("GetModelCustomizationJob", {"jobIdentifier": ARN})


def test_the_query_is_read_as_the_model_types_it():
    call = BEDROCK.read(sent(path="/model-customization-jobs", query="maxResults=5&nameContains=a%2Bb"))
    assert call.parameters == {"maxResults": 5, "nameContains": "a+b"}


def test_an_operation_that_is_not_served_is_nobodys():
    assert BEDROCK.read(sent(path="/guardrails")) is None
    assert BEDROCK.read(sent(method="PATCH", path="/model-customization-jobs")) is None


def test_a_request_that_does_not_fit_is_a_validation_error_that_names_each_member():
    with pytest.raises(ServiceError, match=r"2 validation error\(s\) detected: .*statusEquals.*maxResults") as caught:
        BEDROCK.read(sent(path="/model-customization-jobs", query="maxResults=0&statusEquals=Running"))
    assert caught.value.code == "ValidationException"


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_cannot_be_read(body):
    with pytest.raises(ServiceError) as caught:
        BEDROCK.read(sent(method="POST", path="/model-customization-jobs", body=body))
    assert caught.value.code == "SerializationException"


def test_a_blob_inside_a_json_body_arrives_as_bytes():
    body = json.dumps({"input": {"invokeModel": {"body": base64.b64encode(b"{}").decode()}}}).encode()
    call = RUNTIME.read(sent(method="POST", path="/model/anthropic.claude/count-tokens", body=body))
    assert call.parameters["input"] == {"invokeModel": {"body": b"{}"}}


def test_a_blob_that_is_no_base64_cannot_be_read():
    body = json.dumps({"input": {"invokeModel": {"body": "{}"}}}).encode()
    with pytest.raises(ServiceError, match="base64"):
        RUNTIME.read(sent(method="POST", path="/model/anthropic.claude/count-tokens", body=body))


def test_a_blob_that_is_the_whole_body_arrives_untouched():
    call = RUNTIME.read(sent(method="POST", path="/model/anthropic.claude/invoke", body=b"\x00raw"))
    assert call.parameters["body"] == b"\x00raw"


def test_an_answer_goes_out_with_the_status_of_its_operation_and_times_in_iso_8601():
    created = BEDROCK.write("CreateModelCustomizationJob", {"jobArn": ARN_OF_A_JOB})
    listed = BEDROCK.write("ListModelCustomizationJobs", {"modelCustomizationJobSummaries": [summary()]})
    assert (created.status, listed.status) == (201, 200)
    item = json.loads(listed.body)["modelCustomizationJobSummaries"][0]
    assert item["creationTime"] == "2025-06-01T09:00:00.000000Z"


def test_an_answer_that_does_not_fit_the_model_never_leaves():
    with pytest.raises(ServiceError, match=r"modelCustomizationJobSummaries.*progress") as caught:
        BEDROCK.write("ListModelCustomizationJobs", {"modelCustomizationJobSummaries": [summary() | {"progress": 4}]})
    assert caught.value.code == "InternalServerException"


@pytest.mark.parametrize(
    ("protocol", "operation", "code", "status"),
    [
        (BEDROCK, "CreateModelCustomizationJob", "ConflictException", 400),
        (BEDROCK, "CreateModelCustomizationJob", "ServiceQuotaExceededException", 400),
        (BEDROCK, "GetModelCustomizationJob", "ResourceNotFoundException", 404),
        (BEDROCK, "GetModelCustomizationJob", "ServiceUnavailableException", 503),
        (BEDROCK, "GetModelCustomizationJob", "ExpiredTokenException", 403),
        (RUNTIME, "Converse", "ModelNotReadyException", 429),
        (RUNTIME, "Converse", "ModelTimeoutException", 408),
        (RUNTIME, "Converse", "ModelErrorException", 424),
        (RUNTIME, "Converse", "SerializationException", 400),
    ],
)
def test_an_error_goes_out_with_the_status_that_aws_gives_it(protocol, operation, code, status):
    answer = protocol.error(operation, ServiceError(code, "Said."))
    assert answer.status == status
    assert answer.headers["x-amzn-ErrorType"] == code
    assert json.loads(answer.body) == {"message": "Said."}


ARN_OF_A_JOB = (
    "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/"
    "anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghij12"
)


def summary():
    return {
        "jobArn": ARN_OF_A_JOB,
        "baseModelArn": "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k",
        "jobName": "tatqa-1",
        "status": "InProgress",
        "creationTime": datetime(2025, 6, 1, 9, tzinfo=UTC),
    }
