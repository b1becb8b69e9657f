"""Does a request or an answer fit botocore's model? Each way not to fit is found, and named."""

import pytest

from core.aws.shapes import check_answer, check_request

CREATE = "CreateModelCustomizationJob"
GET = "GetModelCustomizationJob"


def request(**changes):
    """A request that fits, with changes; None takes a member away."""
    whole = {
        "jobName": "tatqa-1",
        "customModelName": "tatqa-1",
        "roleArn": "arn:aws:iam::123456789012:role/Outcrop",
        "clientRequestToken": "token",
        "baseModelIdentifier": "anthropic.claude-3-haiku-20240307-v1:0:200k",
        "trainingDataConfig": {"s3Uri": "s3://bucket/train.jsonl"},
        "outputDataConfig": {"s3Uri": "s3://bucket/results/"},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def answer(**changes):
    whole = {
        "jobArn": "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/anthropic.claude/abcdefghij12",
        "jobName": "tatqa-1",
        "outputModelName": "tatqa-1",
        "roleArn": "arn:aws:iam::123456789012:role/Outcrop",
        "creationTime": "2025-06-01T09:00:00Z",
        "baseModelArn": "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude",
        "trainingDataConfig": {"s3Uri": "s3://bucket/train.jsonl"},
        "validationDataConfig": {"validators": []},
        "outputDataConfig": {"s3Uri": "s3://bucket/results/"},
        "status": "InProgress",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def misfits(**changes):
    return [(one.path, one.reason) for one in check_request("bedrock", CREATE, request(**changes))]


def test_a_request_that_fits_has_no_misfits():
    assert misfits() == []


def test_a_missing_required_member_is_named():
    assert misfits(roleArn=None) == [("roleArn", "is required")]


def test_an_unknown_member_is_named_with_its_path():
    assert misfits(outputDataConfig={"s3Uri": "s3://bucket/x", "kmsKey": "k"}) == [
        ("outputDataConfig.kmsKey", "is not a member of this structure")
    ]


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("jobName", "bad name!", "Member must satisfy regular expression pattern"),
        ("customModelName", "two--dashes", "Member must satisfy regular expression pattern"),
        ("customModelName", "dots.are.not.allowed", "Member must satisfy regular expression pattern"),
        ("roleArn", "OutcropRehearsal", "Member must satisfy regular expression pattern"),
        ("jobName", "x" * 64, "Member must have length less than or equal to 63"),
        ("clientRequestToken", "", "Member must have length greater than or equal to 1"),
        ("customizationType", "NOPE", "Member must satisfy enum value set"),
        ("hyperParameters", {"epochCount": 2}, "must be of type string"),
        ("hyperParameters", ["epochCount"], "must be a map"),
        ("jobTags", {"key": "value"}, "must be a list"),
        ("jobTags", [{"key": "k", "value": "v"}] * 201, "Member must have length less than or equal to 200"),
        ("trainingDataConfig", "s3://bucket/train.jsonl", "must be a structure"),
        ("jobName", True, "must be of type string"),
    ],
)
def test_an_ill_formed_member_is_named_with_the_reason(member, value, reason):
    (misfit,) = [one for one in misfits(**{member: value}) if reason in one[1]]
    assert misfit[0].startswith(member)


@pytest.mark.parametrize("key", ["a b", "a=b", "a+b", "a:b", "ä"])
def test_a_key_that_s3_allows_but_bedrock_does_not_is_found(key):
    assert misfits(trainingDataConfig={"s3Uri": f"s3://bucket/{key}.jsonl"})


def test_members_of_lists_are_found_by_their_number():
    wrong = misfits(validationDataConfig={"validators": [{"s3Uri": "s3://bucket/a"}, {}]})
    assert wrong == [("validationDataConfig.validators[1].s3Uri", "is required")]


def test_a_number_is_held_to_its_range():
    wrong = check_request("bedrock", "ListModelCustomizationJobs", {"maxResults": 1001})
    assert [one.path for one in wrong] == ["maxResults"]


def test_a_union_takes_exactly_one_member():
    both = {"converse": {"messages": []}, "invokeModel": {"body": b"{}"}}
    wrong = check_request("bedrock-runtime", "CountTokens", {"modelId": "anthropic.claude", "input": both})
    assert [one.path for one in wrong] == ["input"]


def test_a_time_that_is_none_is_found():
    wrong = check_request("bedrock", "ListModelCustomizationJobs", {"creationTimeAfter": "yesterday"})
    assert [(one.path, one.reason) for one in wrong] == [
        ("creationTimeAfter", "must be a timestamp in ISO 8601"),
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"progress": 40}, "progress"),
        ({"jobArn": None}, "jobArn"),
        ({"status": "Running"}, "status"),
        ({"jobArn": "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/job-1"}, "jobArn"),
        ({"statusDetails": {"trainingDetails": {"status": "Done"}}}, "statusDetails.trainingDetails.status"),
        ({"trainingMetrics": {"trainingLoss": "low"}}, "trainingMetrics.trainingLoss"),
        ({"creationTime": "now"}, "creationTime"),
    ],
)
def test_answers_are_held_to_the_model_too(changes, path):
    assert check_answer("bedrock", GET, answer()) == []
    assert [one.path for one in check_answer("bedrock", GET, answer(**changes))] == [path]


@pytest.mark.parametrize("end", ["!", "-", "-!"])
def test_a_hostile_name_is_judged_without_taking_exponential_time(end):
    # AWS's pattern can match a run of dashes in 2^60 ways; a naive engine would not come back from this
    hostile = "a" + "-" * (63 - 1 - len(end)) + end
    assert [path for path, _ in misfits(jobName=hostile) if path == "jobName"] == (["jobName"] if "!" in end else [])
