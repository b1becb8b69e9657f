"""The server commits and the answer is lost, or it falters: one job, one endpoint, and a clear word."""

import boto3
import pytest
import submitter
from botocore.config import Config
from rehearsed import HAIKU, Rehearsed, finished

from core.aws import customization, endpoints, models
from core.aws.endpoints import EndpointRequest
from core.aws.errors import AwsError, translate
from core.aws.session import BackOff

CREATE = "CreateModelCustomizationJob"
ATTEMPTS = 3  # how often boto3 tries an interactive call


@pytest.fixture(scope="module")
def faltering(start_rehearsal):
    """A server that loses the answers to some calls."""
    return start_rehearsal(
        faults=[
            {"operation": CREATE, "calls": [1], "answer": "drop-after-commit"},
            {"operation": "CreateProvisionedModelThroughput", "calls": [1, 2], "answer": "drop-after-commit"},
            {"operation": "GetCustomModel", "calls": [1], "answer": "error-500"},
            {"operation": "ListCustomModels", "answer": "stall", "seconds": 0.3},
        ]
    )


def jobs_of(server, folder):
    return [job for job in customization.list_jobs(server.connection()) if job.name.startswith(f"{folder.name}-")]


def test_where_one_answer_is_lost_the_same_call_is_repeated_and_there_is_one_job(faltering: Rehearsed, tmp_path):
    folder = tmp_path / "answer-lost"
    submitted = submitter.submit(folder, faltering.connection())
    (job,) = jobs_of(faltering, folder)
    assert (job.arn, submitted.already) == (submitted.arn, False)
    assert finished(faltering.connection(), job.arn).status == "Completed"


def test_where_every_attempt_fails_the_next_submit_goes_on_with_the_same_job(start_rehearsal, tmp_path):
    troubles = (
        ("drop-after-commit", 1, "No answer from the rehearsal server"),
        ("drop", 0, "No answer from the rehearsal server"),
        ("error-500", 0, "The server encountered an internal error"),
    )
    every = ATTEMPTS + 1  # the attempts of a submit that fails, and the one of the next
    server = start_rehearsal(
        faults=[
            {"operation": CREATE, "calls": [number * every + n for n in range(1, every)], "answer": answer}
            for number, (answer, _, _) in enumerate(troubles)
        ]
    )
    for number, (_, committed, said) in enumerate(troubles):
        folder = tmp_path / f"trouble-{number}"
        with pytest.raises(AwsError, match=said) as caught:
            submitter.submit(folder, server.connection())
        assert caught.value.transient
        assert len(jobs_of(server, folder)) == committed

        submitted = submitter.submit(folder, server.connection())
        (job,) = jobs_of(server, folder)
        assert job.arn == submitted.arn
        assert finished(server.connection(), job.arn).status == "Completed"


def test_where_the_answer_is_lost_there_is_one_endpoint(faltering: Rehearsed):
    connection = faltering.connection()
    arn = endpoints.create_endpoint(connection, EndpointRequest("lost", "provisioned", HAIKU), "token-lost")
    assert [endpoint.arn for endpoint in endpoints.list_endpoints(connection)] == [arn]


def test_who_listens_hears_of_each_call_that_is_tried_again(faltering: Rehearsed):
    connection = faltering.connection()
    heard: list[BackOff] = []
    connection.on_back_off = heard.append
    with pytest.raises(AwsError, match="nothing was not found"):
        models.get_custom_model(connection, "nothing")
    connection.on_back_off = None
    assert heard == [BackOff("GetCustomModel", "InternalServerException")]


def test_a_server_that_stalls_longer_than_one_waits_is_unreachable(faltering: Rehearsed):
    client = boto3.client(
        "bedrock",
        endpoint_url=faltering.endpoints.bedrock,
        region_name="us-west-2",
        aws_access_key_id=faltering.endpoints.access_key,
        aws_secret_access_key="rehearsal",
        config=Config(read_timeout=0.1, retries={"total_max_attempts": 1}),
    )
    location = faltering.connection().location
    with pytest.raises(Exception, match="Read timeout") as caught:
        client.list_custom_models()
    assert translate(caught.value, doing="ListCustomModels", location=location).code == "Unreachable"
