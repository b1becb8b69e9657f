"""Foundation models with their lifecycle, custom models, and tags."""

from datetime import UTC, date, datetime

import pytest
from rehearsed import BUCKET, HAIKU, NOVA, TUNABLE_HAIKU, Rehearsed, refuses

from core import catalog
from core.aws import models
from core.errors import RefusedError

SONNET = "anthropic.claude-3-sonnet-20240229-v1:0"
LATER = "anthropic.claude-3-5-sonnet-20240620-v1:0"
ASKED = [{"role": "user", "content": [{"text": "Hello"}]}]


@pytest.fixture(scope="module")
def bedrock(rehearsal: Rehearsed):
    return rehearsal.client("bedrock")


@pytest.fixture(scope="module")
def two(rehearsal: Rehearsed):
    """Two tuned models, the older first."""
    return [rehearsal.tuned("model-one").model_arn, rehearsal.tuned("model-two").model_arn]


def foundation(client, **query):
    return {item["modelId"]: item for item in client.list_foundation_models(**query)["modelSummaries"]}


# Foundation models


def test_foundation_models_are_those_of_the_catalogue(bedrock):
    listed = foundation(bedrock)
    assert {model.model_id for model in catalog.load().models} <= set(listed)
    haiku = listed[HAIKU]
    assert haiku["modelArn"] == f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}"
    assert (haiku["modelName"], haiku["providerName"]) == ("Claude 3 Haiku", "Anthropic")
    assert (haiku["inferenceTypesSupported"], haiku["customizationsSupported"]) == (["ON_DEMAND"], [])


def test_the_id_that_a_job_wants_is_listed_only_where_the_model_can_be_tuned(rehearsal: Rehearsed, bedrock):
    west, east = foundation(bedrock), foundation(rehearsal.client("bedrock", "us-east-1"))
    assert west[TUNABLE_HAIKU]["customizationsSupported"] == ["FINE_TUNING"]
    assert (TUNABLE_HAIKU in east, NOVA in east) == (False, True)
    assert NOVA not in west


def test_a_model_says_how_long_it_lives(bedrock):
    lifecycle = foundation(bedrock)[HAIKU]["modelLifecycle"]
    assert lifecycle["status"] == "ACTIVE"
    assert lifecycle["legacyTime"] == datetime(2026, 3, 10, tzinfo=UTC)
    assert lifecycle["endOfLifeTime"] == datetime(2026, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"byProvider": "meta"}, lambda item: item["providerName"] == "Meta"),
        ({"byCustomizationType": "FINE_TUNING"}, lambda item: item["customizationsSupported"] == ["FINE_TUNING"]),
        ({"byInferenceType": "ON_DEMAND"}, lambda item: item["inferenceTypesSupported"] == ["ON_DEMAND"]),
        ({"byOutputModality": "TEXT"}, lambda item: item["outputModalities"] == ["TEXT"]),
    ],
)
def test_foundation_models_are_filtered(bedrock, query, holds):
    assert foundation(bedrock, **query) == {name: item for name, item in foundation(bedrock).items() if holds(item)}
    assert foundation(bedrock, **query)


def test_nothing_makes_embeddings_here(bedrock):
    assert foundation(bedrock, byOutputModality="EMBEDDING") == {}


def test_the_gateway_tells_tunable_models_and_their_end(rehearsal: Rehearsed):
    listed = {model.id: model for model in models.list_foundation_models(rehearsal.connection())}
    assert (listed[TUNABLE_HAIKU].tunable, listed[HAIKU].tunable) == (True, False)
    assert listed[HAIKU].end_of_life == datetime(2026, 9, 10, tzinfo=UTC)


# The day on which the rehearsal lives


OWN = """
- key: claude-3-sonnet
  lifecycle: {start: 2024-03-04, legacy: 2026-09-10, end: 2027-03-10}
- key: claude-3-5-sonnet
  lifecycle: {start: 2026-09-11}
"""


@pytest.fixture(scope="module")
def at_the_end(start_rehearsal, tmp_path_factory):
    """A rehearsal on the day on which Claude 3 Haiku reached its end of life, with a user's own catalogue."""
    own = tmp_path_factory.mktemp("catalog")
    (own / "own.yaml").write_text(OWN)
    return start_rehearsal(as_of="2026-09-10", catalog=str(own))


def test_the_rehearsal_says_which_day_it_lives_on(at_the_end: Rehearsed, rehearsal: Rehearsed, start_rehearsal):
    assert (rehearsal.endpoints.as_of, at_the_end.endpoints.as_of) == ("2025-06-01", "2026-09-10")
    assert at_the_end.connection().location.as_of == "2026-09-10"


def test_a_model_past_its_end_of_life_is_not_listed(at_the_end: Rehearsed):
    listed = foundation(at_the_end.client("bedrock"))
    assert {HAIKU, TUNABLE_HAIKU}.isdisjoint(listed)
    assert listed


def test_a_model_past_its_end_of_life_cannot_be_tuned(at_the_end: Rehearsed):
    bedrock = at_the_end.client("bedrock")
    with refuses(bedrock, "ValidationException", 400, "The provided model identifier is invalid"):
        bedrock.create_model_customization_job(**at_the_end.request("too-late").parameters("token"))


def test_a_model_past_its_end_of_life_cannot_be_asked_counted_or_provisioned(at_the_end: Rehearsed):
    bedrock, runtime = at_the_end.client("bedrock"), at_the_end.client("bedrock-runtime")
    for client, call in (
        (runtime, lambda: runtime.converse(modelId=HAIKU, messages=ASKED)),
        (runtime, lambda: runtime.count_tokens(modelId=HAIKU, input={"converse": {"messages": ASKED}})),
        (
            bedrock,
            lambda: bedrock.create_provisioned_model_throughput(
                provisionedModelName="late", modelId=HAIKU, modelUnits=1
            ),
        ),
    ):
        with refuses(client, "ValidationException", 400, "The provided model identifier is invalid"):
            call()


def test_outcrop_itself_refuses_a_model_past_its_end_and_names_one_to_tune_instead():
    shipped = catalog.load()
    haiku = shipped.get("claude-3-haiku")
    shipped.refuse_if_ended(haiku, date(2026, 9, 9))
    with pytest.raises(RefusedError, match="end of life on 2026-09-10") as caught:
        shipped.refuse_if_ended(haiku, date(2026, 9, 10))
    named = caught.value.todo.removeprefix("Tune ").removesuffix(" instead")
    assert shipped.get(named).tuning is not None


def test_a_legacy_model_still_answers_but_gets_no_new_provisioned_throughput(at_the_end: Rehearsed):
    bedrock = at_the_end.client("bedrock")
    assert foundation(bedrock)[SONNET]["modelLifecycle"]["status"] == "LEGACY"
    assert at_the_end.client("bedrock-runtime").converse(modelId=SONNET, messages=ASKED)["output"]
    with refuses(bedrock, "ValidationException", 400, "cannot be created for a Legacy model"):
        bedrock.create_provisioned_model_throughput(provisionedModelName="late", modelId=SONNET, modelUnits=1)


def test_a_model_that_is_not_out_yet_is_not_listed(at_the_end: Rehearsed, rehearsal: Rehearsed):
    assert LATER in foundation(rehearsal.client("bedrock"))
    assert LATER not in foundation(at_the_end.client("bedrock"))


# Custom models


def test_custom_models_are_listed_by_what_they_are(bedrock, two):
    def listed(**query):
        page = bedrock.list_custom_models(nameContains="model-", **query)
        return [item["modelArn"] for item in page["modelSummaries"]]

    haiku = f"arn:aws:bedrock:us-west-2::foundation-model/{TUNABLE_HAIKU}"
    older, newer = two
    assert listed(sortBy="CreationTime") == [newer, older]
    assert listed(sortOrder="Ascending") == [older, newer]
    assert listed(baseModelArnEquals=haiku) == listed(foundationModelArnEquals=haiku) == [newer, older]
    assert listed(baseModelArnEquals=f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}") == []
    assert (listed(modelStatus="Active"), listed(modelStatus="Failed")) == ([newer, older], [])
    assert (listed(isOwned=True), listed(isOwned=False)) == ([newer, older], [])
    created = bedrock.get_custom_model(modelIdentifier=older)["creationTime"]
    assert (listed(creationTimeAfter=created), listed(creationTimeBefore=created)) == ([newer], [])


def test_pages_hold_each_custom_model_once(bedrock, two):
    pages = list(bedrock.get_paginator("list_custom_models").paginate(nameContains="model-", maxResults=1))
    assert [item["modelArn"] for page in pages for item in page["modelSummaries"]] == two[::-1]


def test_a_custom_model_tells_how_it_was_made(rehearsal: Rehearsed, bedrock):
    job = rehearsal.tuned("made", hyperparameters={"epochCount": "1"})
    got = bedrock.get_custom_model(modelIdentifier="made-model")
    assert (got["modelArn"], got["jobArn"], got["jobName"]) == (job.model_arn, job.arn, "made")
    assert got["hyperParameters"] == {"epochCount": "1"}
    assert got["trainingDataConfig"]["s3Uri"] == f"s3://{BUCKET}/made/train.jsonl"
    assert got["trainingMetrics"]["trainingLoss"] == pytest.approx(job.training_loss)
    assert got["modelStatus"] == "Active"


def test_the_gateway_lists_and_gets_custom_models(rehearsal: Rehearsed, two):
    connection = rehearsal.connection()
    listed = {model.arn: model for model in models.list_custom_models(connection)}
    assert set(two) <= set(listed)
    assert models.get_custom_model(connection, two[0]).name == listed[two[0]].name == "model-one-model"


# Tags


@pytest.fixture(scope="module")
def tagged(rehearsal: Rehearsed, bedrock):
    """A job that was created with a tag."""
    return rehearsal.tuned("tagged", tags={"outcrop": "tests"}).arn


def tags(client, arn):
    return {tag["key"]: tag["value"] for tag in client.list_tags_for_resource(resourceARN=arn)["tags"]}


def test_tags_given_at_creation_are_kept(bedrock, tagged):
    assert tags(bedrock, tagged)["outcrop"] == "tests"


def test_tags_are_added_replaced_and_taken_away(bedrock, tagged):
    bedrock.tag_resource(resourceARN=tagged, tags=[{"key": "team", "value": "a"}, {"key": "stage", "value": "test"}])
    bedrock.tag_resource(resourceARN=tagged, tags=[{"key": "team", "value": "b"}])
    assert tags(bedrock, tagged) == {"outcrop": "tests", "team": "b", "stage": "test"}
    bedrock.untag_resource(resourceARN=tagged, tagKeys=["team", "stage", "unknown"])
    assert tags(bedrock, tagged) == {"outcrop": "tests"}


def test_models_and_endpoints_have_tags_too(rehearsal: Rehearsed, bedrock, two):
    bedrock.tag_resource(resourceARN=two[0], tags=[{"key": "keep", "value": "yes"}])
    assert tags(bedrock, two[0]) == {"keep": "yes"}
    arn = bedrock.create_provisioned_model_throughput(
        provisionedModelName="tagged", modelId=two[0], modelUnits=1, tags=[{"key": "bills", "value": "hourly"}]
    )["provisionedModelArn"]
    assert tags(bedrock, arn) == {"bills": "hourly"}
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)


def test_more_than_200_tags_are_too_many(bedrock, two):
    many = [{"key": f"k{number}", "value": ""} for number in range(200)]
    bedrock.tag_resource(resourceARN=two[1], tags=many)
    with refuses(bedrock, "TooManyTagsException", 400, "at most 200 tags"):
        bedrock.tag_resource(resourceARN=two[1], tags=[{"key": "one-more", "value": ""}])
    bedrock.tag_resource(resourceARN=two[1], tags=[{"key": "k0", "value": "changed"}])
    assert len(tags(bedrock, two[1])) == 200


def test_what_is_not_there_has_no_tags(bedrock):
    missing = f"arn:aws:bedrock:us-west-2:123456789012:custom-model/{TUNABLE_HAIKU}/abcdefghij12"
    with refuses(bedrock, "ResourceNotFoundException", 404):
        bedrock.list_tags_for_resource(resourceARN=missing)
    with refuses(bedrock, "ResourceNotFoundException", 404):
        bedrock.tag_resource(resourceARN=missing, tags=[{"key": "a", "value": "b"}])
    with refuses(bedrock, "ResourceNotFoundException", 404):
        bedrock.untag_resource(resourceARN=missing, tagKeys=["a"])
