"""Preflight against the rehearsal: bucket, files, records, values and names, passing and failing."""

import pytest
from preflight_looks import EAST, configured, look
from rehearsed import BUCKET
from shop_exports import exported

from core.aws import s3
from core.formatting import upload
from core.tuning import submission

PATTERNS_ALLOW = 256  # characters of a tag's value


@pytest.mark.parametrize(
    ("bucket", "found"),
    [
        ("", "No bucket is set"),
        ("no-such-bucket-at-all", "There is no bucket named no-such-bucket-at-all"),
        (f"outcrop-rehearsal-{EAST}", f"outcrop-rehearsal-{EAST} is in us-east-1, the job would run in us-west-2"),
    ],
)
def test_a_bucket_that_a_job_cannot_use(shops, bucket, found):
    configured(shops, bucket=bucket)
    line = look(shops)["bucket"]
    assert (line.state, line.found) == ("fail", found)
    assert line.todo


def test_the_command_for_a_missing_bucket_makes_it_in_the_right_region(shops):
    configured(shops, bucket="one-of-ones-own")
    assert look(shops)["bucket"].command == "aws s3 mb s3://one-of-ones-own --region us-west-2"
    s3.create_bucket(shops.connection, "one-of-ones-own")
    assert look(shops)["bucket"].state == "pass"


def test_files_are_ready_here_or_there_in_s3(shops):
    export, folder = exported(shops, train=35)
    assert look(shops, (export, folder))["files"].found.count("uploaded by the submit") == 2
    upload.upload(shops.connection, folder, export, BUCKET, "shops")
    (folder / "train.jsonl").unlink()
    line = look(shops, (export, folder))["files"]
    assert (line.state, line.found) == ("pass", "training in S3; validation in S3")


def test_a_file_that_is_not_there(shops):
    export, folder = exported(shops, train=33)
    (folder / "train.jsonl").unlink()
    found = look(shops, (export, folder))
    assert "training file is not there" in found["files"].found
    assert (found["files"].state, found["check"].state) == ("fail", "fail")


def test_a_file_that_somebody_has_changed_since_it_was_exported(shops):
    export, folder = exported(shops, train=34)
    (folder / "validation.jsonl").write_text("{}\n")
    line = look(shops, (export, folder))["files"]
    assert line.state == "fail"
    assert "validation file is not the one that was exported" in line.found


@pytest.mark.parametrize(
    ("train", "validation", "said"),
    [
        (31, 32, "training: 31 records, fewer than the 32"),
        (32, 31, "validation: 31 records, fewer than the 32"),
        (9990, 32, "training and validation: 10,022 records, more than the 10,000"),
    ],
)
def test_fewer_or_more_records_than_the_model_takes(shops, train, validation, said):
    line = look(shops, exported(shops, train, validation))["records"]
    assert line.state == "fail"
    assert said in line.found


def test_a_record_of_more_tokens_than_the_model_reads(shops):
    line = look(shops, exported(shops, text="word " * 40_000))["tokens"]
    assert line.state == "fail"
    assert "training: 32 lines too-long" in line.found


def test_a_record_that_may_be_too_long_is_said_and_passes(shops):
    line = look(shops, exported(shops, text="word " * 25_000))["tokens"]
    assert line.state == "pass"
    assert "may be more than 32,000 tokens" in line.found


def test_records_that_outcrop_check_finds_an_error_in(shops):
    line = look(shops, exported(shops, text="first\nHuman: second"))["check"]
    assert line.state == "fail"
    assert "training: 32 lines reserved-keyword" in line.found
    assert line.todo.startswith("See them with: outcrop check ")


def test_a_hyperparameter_out_of_its_range(shops):
    configured(shops, hyperparameters={"batchSize": 3})
    line = look(shops)["values"]
    assert (line.state, line.found, line.todo) == ("fail", "batchSize cannot be 3", "Give 4 to 256")


def test_a_tag_that_aws_would_refuse(shops):
    configured(shops, tags={"team": "x" * (PATTERNS_ALLOW + 1)})
    line = look(shops)["names"]
    assert line.state == "fail"
    assert "jobTags[1].value" in line.found


def test_a_job_of_that_name_which_is_not_this_submission(server, project):
    shops = project(server.connection(), name="taken")
    export = exported(shops)
    planned = submission.prepare(shops, *export)
    server.client("bedrock").create_model_customization_job(
        **server.request(planned.request.name, model_name="another").parameters("token-taken")
    )
    line = look(shops, export)["free"]
    assert (line.state, line.found) == ("fail", f"There is a job named {planned.request.name}")


def test_a_model_of_that_name(rehearsal, project):
    shops = project(rehearsal.connection(), name="modelled")
    export = exported(shops)
    planned = submission.prepare(shops, *export)
    rehearsal.tuned("preflight-other-job", model_name=planned.request.model_name)
    line = look(shops, export)["free"]
    assert (line.state, line.found) == ("fail", f"There is a model named {planned.request.model_name}")
    assert "delete-custom-model" in line.command
