"""Customization jobs: created, found, listed and stopped as on AWS, and refused as on AWS."""

from datetime import UTC, datetime, timedelta

import pytest
from rehearsed import BUCKET, NOVA, ROLE, TUNABLE_HAIKU, Rehearsed, conversation_set, finished, refuses, training_set

from core.aws import customization, identity, s3

EAST = "us-east-1"
EASTERN_BUCKET = "outcrop-rehearsal-us-east-1"


@pytest.fixture(scope="module")
def bedrock(rehearsal: Rehearsed):
    return rehearsal.client("bedrock")


@pytest.fixture(scope="module")
def slow_bedrock(slow_rehearsal: Rehearsed):
    return slow_rehearsal.client("bedrock")


@pytest.fixture(scope="module")
def training_uri(rehearsal: Rehearsed):
    return rehearsal.put("shared/train.jsonl")


@pytest.fixture
def wanted(training_uri):
    """Makes the parameters of a job that would be taken, with changes."""

    def make(name="refused", **changes):
        whole = {
            "jobName": name,
            "customModelName": f"{name}-model",
            "roleArn": ROLE,
            "baseModelIdentifier": TUNABLE_HAIKU,
            "trainingDataConfig": {"s3Uri": training_uri},
            "outputDataConfig": {"s3Uri": f"s3://{BUCKET}/{name}/"},
        }
        return whole | changes

    return make


@pytest.fixture(scope="module")
def three(slow_rehearsal: Rehearsed, slow_bedrock):
    """Three jobs under way, oldest first, and one that was stopped."""
    connection = slow_rehearsal.connection()
    requests = [slow_rehearsal.request(f"listed-{number}") for number in range(3)]
    arns = [customization.create_job(connection, request, f"token-{request.name}") for request in requests]
    customization.stop_job(connection, arns[1])
    return arns


def names(page):
    return [item["jobName"] for item in page["modelCustomizationJobSummaries"]]


# Created


def test_a_job_that_is_taken_has_an_arn_made_of_its_base_model(bedrock, wanted):
    arn = bedrock.create_model_customization_job(**wanted("taken"))["jobArn"]
    assert arn.startswith(f"arn:aws:bedrock:us-west-2:123456789012:model-customization-job/{TUNABLE_HAIKU}/")


def test_a_job_can_be_got_by_name_by_id_and_by_arn(rehearsal: Rehearsed, bedrock):
    job = rehearsal.tuned("found", hyperparameters={"epochCount": "3"})
    for name in (job.name, job.id, job.arn):
        assert bedrock.get_model_customization_job(jobIdentifier=name)["jobArn"] == job.arn


def test_a_job_says_what_it_was_asked_for(rehearsal: Rehearsed):
    validation = rehearsal.put("asked/validation.jsonl")
    job = rehearsal.tuned("asked", hyperparameters={"epochCount": "3", "batchSize": "8"}, validation_uri=validation)
    assert (job.name, job.model_name, job.role) == ("asked", "asked-model", ROLE)
    assert job.hyperparameters == {"epochCount": "3", "batchSize": "8"}
    assert job.base_model == f"arn:aws:bedrock:us-west-2::foundation-model/{TUNABLE_HAIKU}"
    assert (job.training_uri, job.validation_uri) == (f"s3://{BUCKET}/asked/train.jsonl", validation)
    assert job.output_uri == f"s3://{BUCKET}/asked/results/"
    assert job.token == "token-asked"


def test_a_tuned_model_can_be_tuned_further(rehearsal: Rehearsed):
    first = rehearsal.tuned("once")
    by_arn = rehearsal.tuned("twice", base_model=first.model_arn)
    by_name = rehearsal.tuned("thrice", base_model="twice-model")
    assert (by_arn.status, by_name.status) == ("Completed", "Completed")
    assert by_name.base_model == first.base_model  # the foundation model below them all


def test_the_same_client_token_makes_one_job(bedrock, wanted):
    request = wanted("idempotent", clientRequestToken="one-token")
    first = bedrock.create_model_customization_job(**request)
    assert bedrock.create_model_customization_job(**request)["jobArn"] == first["jobArn"]
    assert names(bedrock.list_model_customization_jobs(nameContains="idempotent")) == ["idempotent"]


def test_a_client_token_used_for_another_request_is_a_conflict(bedrock, wanted):
    bedrock.create_model_customization_job(**wanted("token-owner", clientRequestToken="owned"))
    with refuses(bedrock, "ConflictException", 400, "client token"):
        bedrock.create_model_customization_job(**wanted("token-thief", clientRequestToken="owned"))


# Refused


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"baseModelIdentifier": "anthropic.claude-3-haiku-20240307-v1:0"}, "model identifier is invalid"),
        ({"baseModelIdentifier": "anthropic.claude-9"}, "model identifier is invalid"),
        ({"baseModelIdentifier": NOVA}, "model identifier is invalid"),  # tuned in another region only
        ({"hyperParameters": {"epochCount": "11"}}, "epochCount must be between 1 and 10"),
        ({"hyperParameters": {"learningRateMultiplier": "0.05"}}, "learningRateMultiplier must be between 0.1 and 2"),
        ({"hyperParameters": {"learningRateMultiplier": "nan"}}, "must be between"),
        ({"hyperParameters": {"epochCount": "2.5"}}, "'2.5' of hyperparameter epochCount is not of type int"),
        ({"hyperParameters": {"epochCount": "many"}}, "'many' of hyperparameter epochCount is not of type int"),
        ({"hyperParameters": {"learningRate": "0.1"}}, "learningRate is not supported"),
        ({"roleArn": "arn:aws:iam::123456789012:role/Nobody"}, "Could not assume provided IAM role"),
        ({"roleArn": "arn:aws:iam::999999999999:role/OutcropRehearsal"}, "Could not assume provided IAM role"),
        (
            {"trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/missing.jsonl"}},
            "Could not validate GetObject permissions",
        ),
        ({"trainingDataConfig": {"s3Uri": "s3://no-such-bucket/train.jsonl"}}, "Could not validate GetObject perm"),
        ({"trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/shared/"}}, "should be a file, not a directory"),
        ({"trainingDataConfig": {"s3Uri": f"s3://{BUCKET}"}}, "should be a file, not a directory"),
        ({"trainingDataConfig": {}}, "S3 Uri is missing"),
        ({"validationDataConfig": {"validators": [{"s3Uri": f"s3://{BUCKET}/missing.jsonl"}]}}, "GetObject"),
        ({"validationDataConfig": {"validators": [{"s3Uri": f"s3://{BUCKET}/a/"}]}}, "Invalid validation input"),
        (
            {"outputDataConfig": {"s3Uri": "s3://no-such-bucket/results/"}},
            r"PutObject.*/\.write_access_check",
        ),
        ({"outputDataConfig": {"s3Uri": f"s3://{EASTERN_BUCKET}/results/"}}, "is in us-east-1"),
        ({"customizationType": "CONTINUED_PRE_TRAINING"}, "customization type"),
        ({"jobName": "bad name!"}, "jobName.*regular expression pattern"),
        ({"jobName": "x" * 64}, "jobName.*less than or equal to 63"),
        ({"customModelName": "dots.and.dots"}, "customModelName.*regular expression pattern"),
        ({"customizationType": "NOPE"}, "customizationType.*enum value set"),
        ({"outputDataConfig": {"s3Uri": "s3://bucket/with space/"}}, "outputDataConfig.s3Uri"),
    ],
)
def test_a_request_that_aws_would_refuse_is_refused_in_its_words(bedrock, wanted, changes, said):
    with refuses(bedrock, "ValidationException", 400, said):
        bedrock.create_model_customization_job(**wanted(**changes))
    assert names(bedrock.list_model_customization_jobs(nameContains="refused")) == []


def test_training_data_in_a_bucket_of_another_region_is_refused(rehearsal: Rehearsed, bedrock, wanted):
    elsewhere = rehearsal.put("elsewhere/train.jsonl", bucket=EASTERN_BUCKET)
    with refuses(bedrock, "ValidationException", 400, "is in us-east-1, the job runs in us-west-2"):
        bedrock.create_model_customization_job(**wanted(trainingDataConfig={"s3Uri": elsewhere}))


def test_a_role_that_somebody_else_may_assume_is_refused(rehearsal: Rehearsed, bedrock, wanted):
    trust = identity.bedrock_trust("123456789012", "us-west-2")
    trust["Statement"][0]["Principal"] = {"Service": "sagemaker.amazonaws.com"}
    role = identity.create_role(rehearsal.connection(), "SageMakerRole", trust)
    with refuses(bedrock, "ValidationException", 400, "Could not assume provided IAM role"):
        bedrock.create_model_customization_job(**wanted(roleArn=role))


def test_a_job_name_in_use_is_a_conflict(bedrock, wanted):
    bedrock.create_model_customization_job(**wanted("used"))
    with refuses(bedrock, "ConflictException", 400, "job name is currently in use"):
        bedrock.create_model_customization_job(**wanted("used", customModelName="another"))


def test_a_model_name_in_use_is_a_conflict(rehearsal: Rehearsed, bedrock, wanted):
    owner = rehearsal.tuned("owner")
    with refuses(bedrock, "ConflictException", 400, "custom model name is currently in use"):
        bedrock.create_model_customization_job(**wanted("borrower", customModelName=owner.model_name))


def test_a_model_name_is_in_use_from_the_start_of_the_job_that_will_make_it(slow_rehearsal: Rehearsed, slow_bedrock):
    connection = slow_rehearsal.connection()
    customization.create_job(connection, slow_rehearsal.request("first-comer", model_name="coming"), "token-coming")
    late = slow_rehearsal.request("late-comer", model_name="coming")
    with refuses(slow_bedrock, "ConflictException", 400, "custom model name is currently in use"):
        slow_bedrock.create_model_customization_job(**late.parameters("token-late"))


def test_an_eleventh_job_at_a_time_is_over_the_quota(slow_rehearsal: Rehearsed):
    east = slow_rehearsal.client("bedrock", EAST)
    data = slow_rehearsal.put("quota/train.jsonl", conversation_set(2), EASTERN_BUCKET)

    def create(number):
        return east.create_model_customization_job(
            jobName=f"quota-{number}",
            customModelName=f"quota-{number}",
            roleArn=ROLE,
            baseModelIdentifier=NOVA,
            trainingDataConfig={"s3Uri": data},
            outputDataConfig={"s3Uri": f"s3://{EASTERN_BUCKET}/quota/"},
        )

    for number in range(10):
        create(number)
    with refuses(east, "ServiceQuotaExceededException", 400, "quota of 10"):
        create(10)
    east.stop_model_customization_job(jobIdentifier="quota-0")
    create(10)
    for number in range(1, 11):  # other tests use this server too
        east.stop_model_customization_job(jobIdentifier=f"quota-{number}")


@pytest.mark.parametrize("operation", ["get_model_customization_job", "stop_model_customization_job"])
def test_a_job_that_is_not_there_is_not_found(bedrock, operation):
    with refuses(bedrock, "ResourceNotFoundException", 404, "customization job nothing was not found"):
        getattr(bedrock, operation)(jobIdentifier="nothing")


def test_a_job_of_one_region_is_not_found_in_another(rehearsal: Rehearsed, bedrock, wanted):
    arn = bedrock.create_model_customization_job(**wanted("western"))["jobArn"]
    east = rehearsal.client("bedrock", EAST)
    with refuses(east, "ResourceNotFoundException", 404):
        east.get_model_customization_job(jobIdentifier=arn)
    assert "western" not in names(east.list_model_customization_jobs())


# Listed


def test_jobs_are_listed_newest_first_or_oldest_first(slow_bedrock, three):
    newest_first = names(slow_bedrock.list_model_customization_jobs(nameContains="listed-", sortBy="CreationTime"))
    oldest_first = names(slow_bedrock.list_model_customization_jobs(nameContains="listed-", sortOrder="Ascending"))
    assert newest_first == ["listed-2", "listed-1", "listed-0"]
    assert oldest_first == newest_first[::-1]


def test_jobs_are_listed_by_status(slow_bedrock, three):
    def by_status(status):
        return names(slow_bedrock.list_model_customization_jobs(nameContains="listed-", statusEquals=status))

    assert by_status("InProgress") == ["listed-2", "listed-0"]
    assert by_status("Stopping") == ["listed-1"]
    assert by_status("Completed") == []


def test_jobs_are_listed_by_the_time_of_their_creation(slow_bedrock, three):
    middle = slow_bedrock.get_model_customization_job(jobIdentifier=three[1])["creationTime"]
    after = slow_bedrock.list_model_customization_jobs(nameContains="listed-", creationTimeAfter=middle)
    before = slow_bedrock.list_model_customization_jobs(nameContains="listed-", creationTimeBefore=middle)
    assert (names(after), names(before)) == (["listed-2"], ["listed-0"])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert names(slow_bedrock.list_model_customization_jobs(creationTimeAfter=tomorrow)) == []


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
def test_pages_hold_each_job_once(slow_bedrock, three, order):
    paginator = slow_bedrock.get_paginator("list_model_customization_jobs")
    pages = list(paginator.paginate(nameContains="listed-", maxResults=2, sortOrder=order))
    assert [len(names(page)) for page in pages] == [2, 1]
    assert sorted(name for page in pages for name in names(page)) == ["listed-0", "listed-1", "listed-2"]
    assert "nextToken" not in pages[-1]


def test_a_job_that_is_created_between_two_pages_shifts_nothing(bedrock, wanted):
    for number in range(3):
        bedrock.create_model_customization_job(**wanted(f"paged-{number}"))
    first = bedrock.list_model_customization_jobs(nameContains="paged-", maxResults=2)
    bedrock.create_model_customization_job(**wanted("paged-3"))
    second = bedrock.list_model_customization_jobs(nameContains="paged-", nextToken=first["nextToken"])
    assert names(first) + names(second) == ["paged-2", "paged-1", "paged-0"]


@pytest.mark.parametrize(
    "query",
    [{"maxResults": 1001}, {"nextToken": "not-ours"}, {"statusEquals": "Running"}, {"sortBy": "Name"}],
)
def test_a_query_that_makes_no_sense_is_refused(bedrock, query):
    with refuses(bedrock, "ValidationException", 400):
        bedrock.list_model_customization_jobs(**query)


def test_a_listed_job_tells_less_than_one_that_is_asked_for(slow_rehearsal: Rehearsed, three):
    connection = slow_rehearsal.connection()
    listed = next(job for job in customization.list_jobs(connection) if job.arn == three[0])
    got = customization.get_job(connection, three[0])
    assert (listed.status, listed.created, listed.phases) == (got.status, got.created, got.phases)
    assert (listed.training_uri, listed.role) == ("", "")
    assert got.training_uri == f"s3://{BUCKET}/listed-0/train.jsonl"


# Stopped


def test_a_job_that_is_stopped_is_stopping_for_a_while_and_cannot_be_stopped_again(slow_rehearsal, slow_bedrock):
    connection = slow_rehearsal.connection()
    arn = customization.create_job(connection, slow_rehearsal.request("stopped-once"), "token-stopped-once")
    customization.stop_job(connection, arn)
    assert customization.get_job(connection, arn).status == "Stopping"
    with refuses(slow_bedrock, "ConflictException", 400, "its status is Stopping"):
        slow_bedrock.stop_model_customization_job(jobIdentifier=arn)


def test_a_job_that_is_stopped_while_it_trains_leaves_no_model_and_no_metrics(rehearsal: Rehearsed, bedrock):
    connection, long = rehearsal.connection(), rehearsal.put("halted/long.jsonl", training_set(1500))
    arn = customization.create_job(connection, rehearsal.request("halted", training_uri=long), "token-halted")
    customization.stop_job(connection, arn)
    job = finished(connection, arn)
    after = rehearsal.tuned("past-it")  # the trainer, which has one job at a time, is past it
    assert (job.status, job.model_arn, job.training_loss) == ("Stopped", "", None)
    assert job.ended is not None
    assert customization.get_job(connection, arn).status == "Stopped"
    assert after.status == "Completed"
    assert bedrock.list_custom_models(nameContains="halted-model")["modelSummaries"] == []
    assert list(s3.listing(connection, s3.S3Uri(BUCKET, "halted/results/"))) == []


def test_a_job_that_is_done_cannot_be_stopped(rehearsal: Rehearsed, bedrock):
    job = rehearsal.tuned("done")
    with refuses(bedrock, "ConflictException", 400, "its status is Completed"):
        bedrock.stop_model_customization_job(jobIdentifier=job.arn)
