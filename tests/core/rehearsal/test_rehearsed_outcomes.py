"""How a job ends: with a model and metrics files, or failed by its data, which is looked at after it began."""

import csv
import io
import re

import pytest
from rehearsed import BUCKET, Rehearsed, as_lines, finished, refuses, training_set, turns, wait_until

from core.aws import customization, metrics_file, s3
from core.aws.models import delete_custom_model, get_custom_model, list_custom_models
from core.training import loss_curves

TRAINING = "training_artifacts/step_wise_training_metrics.csv"
VALIDATION = "validation_artifacts/post_fine_tuning_validation/validation_metrics.csv"
GOOD = training_set().decode().splitlines()


@pytest.fixture(scope="module")
def validated(rehearsal: Rehearsed):
    """A completed job with a validation set."""
    validation = rehearsal.put("validated/validation.jsonl", training_set(32, start=100))
    parameters = {"epochCount": "2", "batchSize": "8"}
    return rehearsal.tuned("validated", validation_uri=validation, hyperparameters=parameters)


def results(server, job):
    """The files below a job's folder, by what follows it."""
    folder = s3.parse_uri(job.output_uri).below(f"model-customization-job-{job.id}")
    connection = server.connection()
    return {
        uri.key.removeprefix(folder.key + "/"): s3.read(connection, uri).decode()
        for uri in s3.listing(connection, folder)
    }


# Completed


def test_a_completed_job_has_a_model_that_is_named_as_asked(rehearsal: Rehearsed, validated):
    model = get_custom_model(rehearsal.connection(), validated.model_arn)
    assert (model.name, model.status, model.job) == ("validated-model", "Active", validated.arn)
    assert model.arn.endswith(f"/{validated.id}")
    assert model.base_model == validated.base_model


def test_metrics_files_lie_in_the_documented_layout_in_a_folder_named_after_the_jobs_id(rehearsal, validated):
    assert set(results(rehearsal, validated)) == {TRAINING, VALIDATION}


def test_metrics_files_have_the_documented_columns_and_a_row_a_step_from_0(rehearsal: Rehearsed, validated):
    rows = list(csv.DictReader(io.StringIO(results(rehearsal, validated)[TRAINING])))
    assert list(rows[0]) == ["step_number", "epoch_number", "training_loss", "perplexity"]
    assert [int(row["step_number"]) for row in rows] == list(range(2 * 32 // 8))
    assert {row["epoch_number"] for row in rows} == {"0", "1"}
    head = results(rehearsal, validated)[VALIDATION].partition("\n")[0]
    assert head == "step_number,epoch_number,validation_loss,perplexity"


def test_the_jobs_own_losses_are_the_last_of_its_files(rehearsal: Rehearsed, validated):
    found = loss_curves.read(rehearsal.connection(), validated)
    assert validated.training_loss == pytest.approx(found.training[-1].loss)
    assert validated.validation_loss == pytest.approx(found.validation[-1].loss)


def test_without_a_validation_set_there_is_no_validation_loss(rehearsal: Rehearsed):
    job = rehearsal.tuned("unvalidated")
    assert set(results(rehearsal, job)) == {TRAINING}
    assert job.validation_loss is None
    assert job.training_loss is not None


def test_all_phases_of_a_completed_job_are_completed_and_follow_each_other(validated):
    assert [(phase.name, phase.status) for phase in validated.phases] == [
        ("validation", "Completed"),
        ("data processing", "Completed"),
        ("training", "Completed"),
    ]
    times = [moment for phase in validated.phases for moment in (phase.started, phase.changed)]
    assert times == sorted(times)
    assert validated.ended == times[-1]


def test_until_it_is_done_a_job_has_no_metrics_no_losses_and_no_model(slow_rehearsal: Rehearsed):
    connection = slow_rehearsal.connection()
    arn = customization.create_job(connection, slow_rehearsal.request("under-way"), "token-under-way")
    job = customization.get_job(connection, arn)
    assert (job.status, job.phases[0].status, job.ended) == ("InProgress", "InProgress", None)
    assert (job.training_loss, job.validation_loss, job.model_arn) == (None, None, "")
    assert results(slow_rehearsal, job) == {}
    assert "under-way-model" not in {model.name for model in list_custom_models(connection)}
    customization.stop_job(connection, arn)


# Failed


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("few", training_set(31), "31 records.* fewer than the 32"),
        ("empty", b"", "0 records.* fewer"),
        ("cut", "\n".join([*GOOD, GOOD[0][:40]]).encode(), r"line 33\).*not JSON"),
        ("blank", "\n".join([*GOOD[:5], "", *GOOD[5:]]).encode(), r"line 6\).*empty line"),
        ("binary", b"\xff\xfe" * 64, "byte order mark"),
        ("keys", as_lines({"messages": turns(n), "id": n} for n in range(32)), "id"),
        ("roles", as_lines({"messages": turns(n)[::-1]} for n in range(32)), r"expected 'user'"),
        ("reserved", as_lines({"system": "\nHuman:", "messages": turns(n)} for n in range(32)), "Human:"),
        ("nova", as_lines({"schemaVersion": "bedrock-conversation-2024", "messages": []} for _ in range(32)), "sche"),
    ],
)
def test_a_job_on_data_that_the_model_cannot_take_fails_after_it_began(rehearsal: Rehearsed, name, data, said):
    job = rehearsal.tuned(f"bad-{name}", training_uri=rehearsal.put(f"bad/{name}.jsonl", data))
    assert job.status == "Failed"
    assert [phase.status for phase in job.phases] == ["Failed"] + ["NotStarted"] * (len(job.phases) - 1)
    assert re.search(said, job.failure), job.failure
    assert job.failure.startswith("Encountered ")
    assert "error(s) in the training dataset" in job.failure
    assert (job.model_arn, job.training_loss) == ("", None)
    assert results(rehearsal, job) == {}


def test_a_bad_validation_set_is_blamed_by_name(rehearsal: Rehearsed):
    validation = rehearsal.put("bad/validation.jsonl", b"{}\n" * 32)
    job = rehearsal.tuned("bad-validation", validation_uri=validation)
    assert (job.status, "error(s) in the validation dataset" in job.failure) == ("Failed", True)


def test_a_failed_job_says_so_in_its_details_on_the_wire(rehearsal: Rehearsed):
    job = rehearsal.tuned("bad-wire", training_uri=rehearsal.put("bad/wire.jsonl", b"{}\n"))
    answer = rehearsal.client("bedrock").get_model_customization_job(jobIdentifier=job.arn)
    assert answer["statusDetails"]["validationDetails"]["status"] == "Failed"
    assert answer["failureMessage"] == job.failure
    assert {"outputModelArn", "trainingMetrics"}.isdisjoint(answer)


def test_too_many_records_together_are_found_although_each_file_is_within_its_limit(rehearsal: Rehearsed):
    short = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
    training = rehearsal.put("many/train.jsonl", short * 9_500)
    validation = rehearsal.put("many/validation.jsonl", short * 600)
    job = rehearsal.tuned("too-many", training_uri=training, validation_uri=validation)
    assert job.status == "Failed"
    assert "10100 records together; at most 10000 are allowed" in job.failure


def test_a_training_set_deleted_after_the_job_began_fails_it(rehearsal: Rehearsed):
    connection, objects = rehearsal.connection(), rehearsal.client("s3")  # clients take a while to make
    long = rehearsal.request("long", training_uri=rehearsal.put("long.jsonl", training_set(3000)))
    orphan = rehearsal.request("orphan")
    customization.create_job(connection, long, "token-long")  # keeps the trainer busy meanwhile
    arn = customization.create_job(connection, orphan, "token-orphan")
    objects.delete_object(Bucket=BUCKET, Key="orphan/train.jsonl")
    job = finished(connection, arn)
    assert (job.status, job.failure) == ("Failed", "The specified key does not exist.")


# Metrics on a bad day


@pytest.fixture(scope="module")
def bad_days(start_rehearsal):
    rules = [
        {"operation": "metrics", "calls": [1], "answer": "truncate"},
        {"operation": "metrics", "calls": [2], "answer": "missing"},
        {"operation": "metrics", "calls": [3], "answer": "late", "seconds": 0.5},
    ]
    server = start_rehearsal(faults=rules)
    return server, [server.tuned(name) for name in ("truncated", "missing", "late")]


def test_a_truncated_metrics_file_still_gives_its_first_steps(bad_days):
    server, (job, _, _) = bad_days
    text = results(server, job)[TRAINING]
    assert not text.endswith("\n")
    points = metrics_file.parse(text)
    assert 0 < len(points) <= text.count("\n")
    assert [point.step for point in points] == list(range(len(points)))


def test_a_missing_metrics_file_gives_no_curve(bad_days):
    server, (_, job, _) = bad_days
    assert job.status == "Completed"
    assert loss_curves.read(server.connection(), job) == loss_curves.Curves()


def test_a_late_metrics_file_comes_after_the_job_is_done(bad_days):
    server, (_, _, job) = bad_days
    assert job.status == "Completed"
    wait_until(lambda: bool(loss_curves.read(server.connection(), job).training))


# Deleted


def test_a_custom_model_that_is_deleted_is_gone(rehearsal: Rehearsed):
    job = rehearsal.tuned("short-lived")
    connection, bedrock = rehearsal.connection(), rehearsal.client("bedrock")
    delete_custom_model(connection, job.model_name)
    with refuses(bedrock, "ResourceNotFoundException", 404):
        bedrock.get_custom_model(modelIdentifier=job.model_arn)
    with refuses(bedrock, "ResourceNotFoundException", 404):
        bedrock.delete_custom_model(modelIdentifier=job.model_arn)
    assert bedrock.list_custom_models(nameContains="short-lived")["modelSummaries"] == []
