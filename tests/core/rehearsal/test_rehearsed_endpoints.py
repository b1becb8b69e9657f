"""Endpoints: Provisioned Throughput and on-demand deployments, with AWS's quotas, commitments and refusals."""

from datetime import timedelta

import pytest
from rehearsed import HAIKU, NOVA, ROLE, Rehearsed, conversation_set, refuses, wait_until

from core.aws import endpoints
from core.aws.endpoints import EndpointRequest

EAST = "us-east-1"
EASTERN_BUCKET = f"outcrop-rehearsal-{EAST}"
NO_MODEL = "arn:aws:bedrock:us-west-2:123456789012:custom-model/a.b/abcdefghij12"
SONNET = "anthropic.claude-3-sonnet-20240229-v1:0"


@pytest.fixture(scope="module")
def bedrock(rehearsal: Rehearsed):
    return rehearsal.client("bedrock")


@pytest.fixture(scope="module")
def east(rehearsal: Rehearsed):
    return rehearsal.client("bedrock", EAST)


@pytest.fixture(scope="module")
def haiku(rehearsal: Rehearsed):
    """The ARN of a tuned Claude 3 Haiku."""
    return rehearsal.tuned("served").model_arn


@pytest.fixture(scope="module")
def nova(rehearsal: Rehearsed, east):
    """The ARN of a tuned Nova Micro, in us-east-1."""
    arn = east.create_model_customization_job(
        jobName="served",
        customModelName="served",
        roleArn=ROLE,
        baseModelIdentifier=NOVA,
        trainingDataConfig={"s3Uri": rehearsal.put("served/train.jsonl", conversation_set(), EASTERN_BUCKET)},
        outputDataConfig={"s3Uri": f"s3://{EASTERN_BUCKET}/served/"},
    )["jobArn"]
    wait_until(lambda: east.get_model_customization_job(jobIdentifier=arn)["status"] == "Completed")
    return east.get_custom_model(modelIdentifier="served")["modelArn"]


@pytest.fixture
def provision(bedrock):
    """Creates Provisioned Throughput, and deletes it after the test, so that the quota is free again."""
    made = []

    def create(model, name="provisioned", units=1, **more):
        request = {"provisionedModelName": name, "modelId": model, "modelUnits": units} | more
        made.append(bedrock.create_provisioned_model_throughput(**request)["provisionedModelArn"])
        return made[-1]

    yield create
    for arn in dict.fromkeys(made):
        bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)


@pytest.fixture
def deploy(east):
    """Creates on-demand deployments in us-east-1, and deletes them after the test."""
    made = []

    def create(model, name="deployed", **more):
        request = {"modelDeploymentName": name, "modelArn": model} | more
        made.append(east.create_custom_model_deployment(**request)["customModelDeploymentArn"])
        return made[-1]

    yield create
    for arn in dict.fromkeys(made):
        east.delete_custom_model_deployment(customModelDeploymentIdentifier=arn)


# Provisioned Throughput


def test_provisioned_throughput_serves_a_tuned_model(bedrock, haiku, provision):
    arn = provision(haiku)
    got = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    assert arn.startswith("arn:aws:bedrock:us-west-2:123456789012:provisioned-model/")
    assert (got["status"], got["modelUnits"], got["modelArn"]) == ("InService", 1, haiku)
    assert got["foundationModelArn"] == f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}:200k"
    assert "commitmentDuration" not in got


def test_provisioned_throughput_can_be_got_by_name_too(bedrock, haiku, provision):
    arn = provision(haiku)
    for name in ("provisioned", arn.rpartition("/")[2]):
        assert bedrock.get_provisioned_model_throughput(provisionedModelId=name)["provisionedModelArn"] == arn


def test_provisioned_throughput_takes_a_models_name_and_a_foundation_model(provision, bedrock, haiku):
    by_name = provision("served-model")
    base = provision(HAIKU, "base")
    assert bedrock.get_provisioned_model_throughput(provisionedModelId=by_name)["modelArn"] == haiku
    got = bedrock.get_provisioned_model_throughput(provisionedModelId=base)
    assert got["modelArn"] == got["foundationModelArn"] == f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}"


def test_an_endpoint_takes_a_while_until_it_answers(slow_rehearsal: Rehearsed):
    connection = slow_rehearsal.connection()
    arn = endpoints.create_endpoint(connection, EndpointRequest("slow", "provisioned", HAIKU), "token-slow")
    assert endpoints.get_endpoint(connection, arn).state == "creating"
    runtime = slow_rehearsal.client("bedrock-runtime")
    with refuses(runtime, "ModelNotReadyException", 429, "not ready for inference yet"):
        runtime.converse(modelId=arn, messages=[{"role": "user", "content": [{"text": "Hello"}]}])
    endpoints.delete_endpoint(connection, arn)


def test_the_same_client_token_makes_one_endpoint_even_at_the_quota(bedrock, haiku, provision):
    first = provision(haiku, units=2, clientRequestToken="one-endpoint")
    assert provision(haiku, units=2, clientRequestToken="one-endpoint") == first
    assert len(bedrock.list_provisioned_model_throughputs()["provisionedModelSummaries"]) == 1


def test_a_third_model_unit_is_over_the_quota(bedrock, haiku, provision):
    provision(haiku, "first")
    with refuses(bedrock, "ServiceQuotaExceededException", 400, "quota of 2 model units"):
        provision(haiku, "second", units=2)
    provision(haiku, "second", units=1)


def test_an_endpoints_name_in_use_is_refused(bedrock, haiku, provision):
    provision(haiku, "mine")
    with refuses(bedrock, "ValidationException", 400, "mine is currently in use"):
        provision(haiku, "mine")


@pytest.mark.parametrize(("term", "days"), [("OneMonth", 30), ("SixMonths", 182)])
def test_a_commitment_cannot_be_deleted_before_its_term(rehearsal: Rehearsed, term, days):
    far_away = rehearsal.client("bedrock", "eu-west-1")  # what stays behind is in nobody's way there
    arn = far_away.create_provisioned_model_throughput(
        provisionedModelName=term, modelId=SONNET, modelUnits=1, commitmentDuration=term
    )["provisionedModelArn"]
    with refuses(far_away, "ConflictException", 400, "before the commitment term is over"):
        far_away.delete_provisioned_model_throughput(provisionedModelId=arn)
    got = far_away.get_provisioned_model_throughput(provisionedModelId=arn)
    assert got["commitmentDuration"] == term
    assert got["commitmentExpirationTime"] - got["creationTime"] == timedelta(days=days)


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"modelId": "anthropic.claude-9"}, "ValidationException", 400),
        ({"modelId": NO_MODEL}, "ResourceNotFoundException", 404),
        ({"commitmentDuration": "OneYear"}, "ValidationException", 400),
        ({"provisionedModelName": "no spaces!"}, "ValidationException", 400),
    ],
)
def test_provisioned_throughput_of_what_is_not_there_is_refused(bedrock, changes, code, status):
    request = {"provisionedModelName": "never", "modelId": HAIKU, "modelUnits": 1} | changes
    with refuses(bedrock, code, status):
        bedrock.create_provisioned_model_throughput(**request)


def test_a_model_that_an_endpoint_serves_cannot_be_deleted(bedrock, haiku, provision):
    provision(haiku)
    with refuses(bedrock, "ConflictException", 400, "in use by an endpoint"):
        bedrock.delete_custom_model(modelIdentifier=haiku)


def test_provisioned_throughput_is_listed_by_what_it_is(bedrock, haiku, provision):
    tuned, base = provision(haiku, "alpha-tuned"), provision(HAIKU, "alpha-base")

    def listed(**query):
        page = bedrock.list_provisioned_model_throughputs(**query)
        return [item["provisionedModelArn"] for item in page["provisionedModelSummaries"]]

    assert listed() == [base, tuned]
    assert listed(sortBy="CreationTime", sortOrder="Ascending") == [tuned, base]
    assert listed(nameContains="tuned") == [tuned]
    assert listed(modelArnEquals=haiku) == [tuned]
    assert (listed(statusEquals="InService"), listed(statusEquals="Creating")) == ([base, tuned], [])
    created = bedrock.get_provisioned_model_throughput(provisionedModelId=tuned)["creationTime"]
    assert (listed(creationTimeAfter=created), listed(creationTimeBefore=created)) == ([base], [])
    pages = bedrock.get_paginator("list_provisioned_model_throughputs").paginate(maxResults=1)
    assert [len(page["provisionedModelSummaries"]) for page in pages] == [1, 1]


def test_provisioned_throughput_that_is_deleted_is_gone(bedrock, haiku):
    request = {"provisionedModelName": "gone", "modelId": haiku, "modelUnits": 1}
    arn = bedrock.create_provisioned_model_throughput(**request)["provisionedModelArn"]
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    for operation in (bedrock.get_provisioned_model_throughput, bedrock.delete_provisioned_model_throughput):
        with refuses(bedrock, "ResourceNotFoundException", 404):
            operation(provisionedModelId=arn)


# On-demand deployments


def test_a_tuned_nova_can_be_deployed_on_demand(east, nova, deploy):
    arn = deploy(nova, description="for the smoke test")
    got = east.get_custom_model_deployment(customModelDeploymentIdentifier=arn)
    assert arn.startswith("arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/")
    assert (got["status"], got["modelArn"], got["modelDeploymentName"]) == ("Active", nova, "deployed")
    assert got["description"] == "for the smoke test"


def test_a_tuned_haiku_cannot_be_deployed_on_demand(bedrock, haiku):
    with refuses(bedrock, "ValidationException", 400, "not supported for on-demand deployment"):
        bedrock.create_custom_model_deployment(modelDeploymentName="never", modelArn=haiku)


def test_the_same_client_token_makes_one_deployment(east, nova, deploy):
    assert deploy(nova, clientRequestToken="one") == deploy(nova, clientRequestToken="one")
    assert len(east.list_custom_model_deployments()["modelDeploymentSummaries"]) == 1


def test_a_deployments_name_in_use_is_refused(east, nova, deploy):
    deploy(nova, "mine")
    with refuses(east, "ValidationException", 400, "mine is currently in use"):
        deploy(nova, "mine")


def test_deployments_are_listed_by_what_they_are(east, nova, deploy):
    first, second = deploy(nova, "beta-one"), deploy(nova, "beta-two")

    def listed(**query):
        page = east.list_custom_model_deployments(**query)
        return [item["customModelDeploymentArn"] for item in page["modelDeploymentSummaries"]]

    assert listed() == [second, first]
    assert listed(sortOrder="Ascending") == [first, second]
    assert listed(nameContains="one") == [first]
    assert listed(modelArnEquals=nova) == [second, first]
    assert (listed(statusEquals="Active"), listed(statusEquals="Failed")) == ([second, first], [])
    created = east.get_custom_model_deployment(customModelDeploymentIdentifier=first)["createdAt"]
    assert (listed(createdAfter=created), listed(createdBefore=created)) == ([second], [])
    pages = east.get_paginator("list_custom_model_deployments").paginate(maxResults=1)
    assert [len(page["modelDeploymentSummaries"]) for page in pages] == [1, 1]


def test_a_deployment_that_is_not_there_is_not_found(east):
    for operation in (east.get_custom_model_deployment, east.delete_custom_model_deployment):
        with refuses(east, "ResourceNotFoundException", 404):
            operation(customModelDeploymentIdentifier="nothing")


# As Outcrop sees them


def test_both_kinds_look_alike_from_the_outside(rehearsal: Rehearsed, nova):
    connection = rehearsal.connection_in(EAST)
    arns = [
        endpoints.create_endpoint(connection, EndpointRequest(f"both-{kind}", kind, nova), f"token-{kind}")
        for kind in ("provisioned", "on-demand")
    ]
    found = {each.arn: each for each in endpoints.list_endpoints(connection)}
    assert set(found) == set(arns)
    for arn, (kind, units) in zip(arns, (("provisioned", 1), ("on-demand", 0)), strict=True):
        assert endpoints.get_endpoint(connection, arn) == found[arn]
        assert (found[arn].kind, found[arn].units, found[arn].state, found[arn].model) == (kind, units, "ready", nova)
        endpoints.delete_endpoint(connection, arn)
    assert list(endpoints.list_endpoints(connection)) == []
