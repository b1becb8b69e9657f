"""What AWS may answer beyond what the rehearsal does, and what Outcrop sends: held against botocore's own model."""

from contextlib import ExitStack
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from core.aws import customization, endpoints, identity, models, runtime
from core.aws.customization import JobRequest, Phase, check_job_request
from core.aws.endpoints import EndpointRequest, check_endpoint_request
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.session import Connection
from core.errors import UsageError
from core.records.record import Chat, Message

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACCOUNT = "arn:aws:bedrock:us-east-1:111122223333"
NOVA = "amazon.nova-micro-v1:0:128k"
JOB = f"{ACCOUNT}:model-customization-job/{NOVA}/abcdefghij12"
MODEL = f"{ACCOUNT}:custom-model/{NOVA}/abcdefghij12"
BASE = f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}"
REQUEST = JobRequest(
    name="job",
    model_name="model",
    role="arn:aws:iam::111122223333:role/Outcrop",
    base_model=NOVA,
    training_uri="s3://bucket/train.jsonl",
    output_uri="s3://bucket/results/",
)


@pytest.fixture(scope="module")
def connection():
    """A connection as to AWS itself."""
    return Connection(Location("aws", "us-east-1"), boto3.Session("key", "secret", region_name="us-east-1"))


@pytest.fixture
def aws(connection):
    """The connection, and what answers in AWS's place; every expected call must come."""
    patient = {"bedrock": False, "bedrock-runtime": True, "iam": False}
    with ExitStack() as stack:
        stubbers = {
            service: stack.enter_context(Stubber(connection.client(service, patient=how)))
            for service, how in patient.items()
        }
        yield connection, stubbers
    for stubber in stubbers.values():
        stubber.assert_no_pending_responses()


def listed(name, status="InProgress", **more):
    return {
        "jobArn": JOB,
        "baseModelArn": BASE,
        "jobName": name,
        "status": status,
        "creationTime": NOW,
    } | more


# Jobs


def test_a_job_is_created_with_the_token_that_makes_a_repeat_harmless(aws):
    connection, stubbers = aws
    sent = {
        "jobName": "job",
        "customModelName": "model",
        "roleArn": REQUEST.role,
        "clientRequestToken": "the-token",
        "baseModelIdentifier": NOVA,
        "customizationType": "FINE_TUNING",
        "trainingDataConfig": {"s3Uri": "s3://bucket/train.jsonl"},
        "outputDataConfig": {"s3Uri": "s3://bucket/results/"},
    }
    stubbers["bedrock"].add_response("create_model_customization_job", {"jobArn": JOB}, sent)
    assert customization.create_job(connection, REQUEST, "the-token") == JOB


def test_hyperparameters_tags_and_a_validation_set_are_sent_where_there_are_any():
    whole = JobRequest(
        **{name: getattr(REQUEST, name) for name in ("name", "model_name", "role", "base_model", "training_uri")},
        output_uri=REQUEST.output_uri,
        validation_uri="s3://bucket/validation.jsonl",
        hyperparameters={"epochCount": "2"},
        tags={"team": "a"},
    ).parameters("token")
    assert whole["validationDataConfig"] == {"validators": [{"s3Uri": "s3://bucket/validation.jsonl"}]}
    assert whole["hyperParameters"] == {"epochCount": "2"}
    assert whole["jobTags"] == [{"key": "team", "value": "a"}]


def test_a_job_that_aws_tells_little_of_is_shown_with_what_is_known(aws):
    connection, stubbers = aws
    answer = listed("job") | {
        "outputModelName": "model",
        "roleArn": REQUEST.role,
        "trainingDataConfig": {"s3Uri": "s3://bucket/train.jsonl"},
        "validationDataConfig": {"validators": []},
        "outputDataConfig": {"s3Uri": "s3://bucket/results/"},
    }
    stubbers["bedrock"].add_response("get_model_customization_job", answer, {"jobIdentifier": "job"})
    job = customization.get_job(connection, "job")
    assert (job.id, job.running, job.phases, job.training_loss) == ("abcdefghij12", True, (), None)
    assert (job.validation_uri, job.hyperparameters, job.failure) == ("", {}, "")


def test_phases_are_told_as_far_as_aws_tells_them(aws):
    connection, stubbers = aws
    details = {
        "validationDetails": {"status": "Completed", "creationTime": NOW, "lastModifiedTime": NOW},
        "trainingDetails": {"status": "NotStarted"},
    }
    page = {"modelCustomizationJobSummaries": [listed("job", statusDetails=details)]}
    stubbers["bedrock"].add_response("list_model_customization_jobs", page)
    (job,) = customization.list_jobs(connection)
    assert job.phases == (Phase("validation", "Completed", NOW, NOW), Phase("training", "NotStarted"))


def test_jobs_are_listed_over_all_pages_newest_first(aws):
    connection, stubbers = aws
    asked = {"sortBy": "CreationTime", "sortOrder": "Descending", "maxResults": 1000, "creationTimeAfter": NOW}
    first = {"modelCustomizationJobSummaries": [listed("a")], "nextToken": "more"}
    stubbers["bedrock"].add_response("list_model_customization_jobs", first, asked)
    last = {"modelCustomizationJobSummaries": [listed("b", "Completed")]}
    stubbers["bedrock"].add_response("list_model_customization_jobs", last, asked | {"nextToken": "more"})
    jobs = list(customization.list_jobs(connection, created_after=NOW))
    assert [(job.name, job.running) for job in jobs] == [("a", True), ("b", False)]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "no spaces"}, ["jobName"]),
        ({"model_name": "no.dots"}, ["customModelName"]),
        ({"role": "Outcrop", "training_uri": "train.jsonl"}, ["roleArn", "trainingDataConfig.s3Uri"]),
        ({"tags": {"k" * 129: "v"}}, ["jobTags[0].key"]),
    ],
)
def test_what_aws_would_refuse_is_found_before_it_is_sent_and_all_of_it_is_named(changes, named):
    fields = {name: getattr(REQUEST, name) for name in REQUEST.__struct_fields__} | changes
    with pytest.raises(UsageError, match="AWS would refuse this job") as caught:
        check_job_request(JobRequest(**fields))
    assert all(f"{name}: " in caught.value.why for name in named)
    check_job_request(REQUEST)


# Endpoints


@pytest.mark.parametrize(
    ("status", "state"),
    [("Creating", "creating"), ("InService", "ready"), ("Updating", "updating"), ("Failed", "failed")],
)
def test_provisioned_throughput_is_shown_in_one_word(aws, status, state):
    connection, stubbers = aws
    arn = f"{ACCOUNT}:provisioned-model/abcdefghij12"
    answer = {
        "modelUnits": 1,
        "desiredModelUnits": 1,
        "provisionedModelName": "pt",
        "provisionedModelArn": arn,
        "modelArn": MODEL,
        "desiredModelArn": MODEL,
        "foundationModelArn": BASE,
        "status": status,
        "creationTime": NOW,
        "lastModifiedTime": NOW,
        "failureMessage": "No capacity.",
        "commitmentDuration": "OneMonth",
        "commitmentExpirationTime": NOW,
    }
    stubbers["bedrock"].add_response("get_provisioned_model_throughput", answer, {"provisionedModelId": arn})
    endpoint = endpoints.get_endpoint(connection, arn)
    assert (endpoint.kind, endpoint.state, endpoint.failure) == ("provisioned", state, "No capacity.")
    assert endpoint.committed_until == NOW


def test_provisioned_throughput_is_created_without_commitment_so_that_it_can_be_deleted(aws):
    connection, stubbers = aws
    sent = {"clientRequestToken": "t", "provisionedModelName": "pt", "modelId": MODEL, "modelUnits": 2}
    answer = {"provisionedModelArn": f"{ACCOUNT}:provisioned-model/abcdefghij12"}
    stubbers["bedrock"].add_response("create_provisioned_model_throughput", answer, sent)
    endpoints.create_endpoint(connection, EndpointRequest("pt", "provisioned", MODEL, units=2), "t")


def test_an_on_demand_deployment_is_created_with_its_tags(aws):
    connection, stubbers = aws
    sent = {
        "clientRequestToken": "t",
        "tags": [{"key": "team", "value": "a"}],
        "modelDeploymentName": "d",
        "modelArn": MODEL,
    }
    arn = f"{ACCOUNT}:custom-model-deployment/abcdefghij12"
    stubbers["bedrock"].add_response("create_custom_model_deployment", {"customModelDeploymentArn": arn}, sent)
    request = EndpointRequest("d", "on-demand", MODEL, tags={"team": "a"})
    assert endpoints.create_endpoint(connection, request, "t") == arn


@pytest.mark.parametrize("kind", ["provisioned", "on-demand"])
def test_an_endpoint_that_aws_would_refuse_is_found_before_it_is_sent(kind):
    with pytest.raises(UsageError, match="AWS would refuse this endpoint"):
        check_endpoint_request(EndpointRequest("no spaces!", kind, MODEL))
    check_endpoint_request(EndpointRequest("fine", kind, MODEL))


# Models


def test_a_custom_model_without_a_status_counts_as_active(aws):
    connection, stubbers = aws
    item = {
        "modelArn": MODEL,
        "modelName": "model",
        "creationTime": NOW,
        "baseModelArn": BASE,
        "baseModelName": "Nova Micro",
    }
    stubbers["bedrock"].add_response("list_custom_models", {"modelSummaries": [item]})
    (model,) = models.list_custom_models(connection)
    assert (model.name, model.status, model.job) == ("model", "Active", "")


def test_a_foundation_model_that_aws_tells_little_of_is_shown_by_its_id(aws):
    connection, stubbers = aws
    item = {"modelArn": BASE, "modelId": NOVA}
    stubbers["bedrock"].add_response("list_foundation_models", {"modelSummaries": [item]})
    (model,) = models.list_foundation_models(connection)
    assert (model.name, model.tunable, model.inference, model.status, model.end_of_life) == (
        NOVA,
        False,
        (),
        "",
        None,
    )


# Asking


def test_a_reply_is_its_blocks_of_text_without_what_else_a_model_says(aws):
    connection, stubbers = aws
    blocks = [{"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "23%"}, {"text": ", 77%"}]
    answer = {
        "output": {"message": {"role": "assistant", "content": blocks}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 5, "outputTokens": 4, "totalTokens": 9},
        "metrics": {"latencyMs": 321},
    }
    stubbers["bedrock-runtime"].add_response("converse", answer, ANY_ASK)
    reply = runtime.converse(connection, "some.model", Chat((Message("user", "Which?"),), "Be brief."), max_tokens=64)
    assert (reply.text, reply.latency_ms) == ("23%, 77%", 321)


ANY_ASK = {
    "modelId": "some.model",
    "messages": [{"role": "user", "content": [{"text": "Which?"}]}],
    "system": [{"text": "Be brief."}],
    "inferenceConfig": {"maxTokens": 64, "temperature": 0.0},
}


# Roles


def test_a_role_that_is_not_there_has_no_trust(aws):
    connection, stubbers = aws
    stubbers["iam"].add_client_error("get_role", "NoSuchEntity", "The role cannot be found.", 404)
    assert identity.role_trust(connection, REQUEST.role) is None


def test_a_role_that_one_may_not_look_at_is_an_error(aws):
    connection, stubbers = aws
    stubbers["iam"].add_client_error("get_role", "AccessDenied", "Not authorised: iam:GetRole", 403)
    with pytest.raises(AwsError, match="iam:GetRole"):
        identity.role_trust(connection, REQUEST.role)


def test_the_trust_that_bedrock_needs_is_held_to_one_account_and_region():
    (statement,) = identity.bedrock_trust("111122223333", "us-east-1")["Statement"]
    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnEquals": {
            "aws:SourceArn": [
                "arn:aws:bedrock:us-east-1:111122223333:model-customization-job/*",
                "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/*",
            ]
        },
    }
