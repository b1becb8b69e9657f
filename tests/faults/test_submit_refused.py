"""A submit that is refused: what is settled, what the next attempt sends, and what counts as the same job."""

import itertools

import msgspec
import pytest
import submitter
from rehearsed import Rehearsed, finished

from core.aws import customization
from core.aws.errors import AwsError
from core.errors import RefusedError, UsageError
from core.store import advance, unsettled
from core.tuning import submission

NUMBERS = itertools.count()


@pytest.fixture
def workspace(rehearsal: Rehearsed, tmp_path):
    """A project with a name of its own, so that its jobs are known by it."""
    workspace = submitter.workspace_in(tmp_path / f"submitted-{next(NUMBERS):03}", rehearsal.connection())
    yield workspace
    workspace.close()


def configured(workspace, **changes):
    workspace.config = msgspec.structs.replace(workspace.config, **changes)


def submit(workspace, **how):
    planned = submission.prepare(workspace, *submitter.exported(workspace), **how)
    return submission.submit(workspace, planned)


def states(workspace):
    return [row["state"] for row in workspace.store.rows("SELECT state FROM operations ORDER BY planned, rowid")]


def jobs(workspace):
    listed = customization.list_jobs(workspace.connection)
    return [job for job in listed if job.name.startswith(workspace.config.name)]


def test_a_job_that_aws_refuses_is_settled_as_failed_and_can_be_submitted_once_its_cause_is_mended(workspace):
    role = workspace.config.role
    configured(workspace, role="arn:aws:iam::123456789012:role/Nobody")
    with pytest.raises(AwsError, match="Could not assume provided IAM role"):
        submit(workspace)
    assert states(workspace) == ["failed"]
    configured(workspace, role=role)
    submit(workspace)
    assert states(workspace) == ["failed", "acknowledged"]
    assert len(jobs(workspace)) == 1


@pytest.mark.parametrize(
    ("bucket", "said"),
    [("no-such-bucket-at-all", "There is no bucket"), ("outcrop-rehearsal-us-east-1", "is in us-east-1")],
)
def test_after_a_wrong_bucket_is_mended_the_job_reads_from_the_right_one(workspace, bucket, said):
    right = workspace.config.bucket
    configured(workspace, bucket=bucket)
    with pytest.raises(RefusedError, match=said):
        submit(workspace)
    configured(workspace, bucket=right)
    submitted = submit(workspace)
    job = finished(workspace.connection, submitted.arn)
    assert job.status == "Completed"
    assert job.training_uri.startswith(f"s3://{right}/")


def test_what_may_have_been_sent_is_sent_again_to_the_letter(workspace):
    planned = submission.prepare(workspace, *submitter.exported(workspace))
    intent = submission.intended(workspace, planned)
    advance(workspace.store, intent, "sent", workspace.clock.now())
    configured(workspace, tags={"team": "another"})
    submitted = submit(workspace)
    job = customization.get_job(workspace.connection, submitted.arn)
    assert job.token == intent.id
    assert unsettled(workspace.store, kind=submission.KIND, location=planned.location.key) == []


def test_the_same_submission_is_found_and_another_one_is_made_only_when_asked_for(workspace):
    first = submit(workspace)
    assert submit(workspace) == submission.Submitted(first.arn, first.name, already=True)
    again = submit(workspace, again=True)
    assert (again.name, again.already) == (f"{first.name}-2", False)
    assert submit(workspace, again=True).name == f"{first.name}-3"
    assert len(jobs(workspace)) == 3


def test_other_hyperparameters_make_another_job(workspace):
    first = submit(workspace)
    configured(workspace, hyperparameters={"epochCount": 3.0})
    second = submit(workspace)
    assert {job.arn for job in jobs(workspace)} == {first.arn, second.arn}


@pytest.mark.parametrize("name", ["a project, with spaces", "cut-where-a-dash-is-number-30-to", "…", "a" * 80])
def test_any_name_of_a_project_gives_names_that_aws_takes(workspace, name):
    configured(workspace, name=name)
    assert submission.prepare(workspace, *submitter.exported(workspace)).request.name


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"bucket": ""}, UsageError, "No bucket is set"),
        ({"role": ""}, UsageError, "No role is set"),
        ({"role": "Outcrop"}, UsageError, "AWS would refuse this job"),
        ({"region": "us-east-1"}, UsageError, "cannot be tuned in us-east-1"),
        ({"model": "claude-3-sonnet"}, RefusedError, "cannot be fine-tuned"),
        ({"model": "claude-3-hiku"}, UsageError, "There is no model named 'claude-3-hiku'"),
        ({"hyperparameters": {"epochCount": 11.0}}, UsageError, "epochCount cannot be 11"),
        ({"tags": {"k": "v" * 257}}, UsageError, "AWS would refuse this job"),
    ],
)
def test_what_aws_would_refuse_is_refused_before_anything_is_stored_or_sent(workspace, changes, error, said):
    exported = submitter.exported(workspace)
    configured(workspace, **changes)
    with pytest.raises(error, match=said):
        submission.prepare(workspace, *exported)
    assert states(workspace) == []


def test_a_model_past_its_end_of_life_is_refused_by_the_day_the_rehearsal_lives_on(workspace):
    rehearsal = msgspec.structs.replace(workspace.config.rehearsal, as_of="2026-09-10")
    configured(workspace, rehearsal=rehearsal)
    with pytest.raises(RefusedError, match="reached its end of life on 2026-09-10") as caught:
        submission.prepare(workspace, *submitter.exported(workspace))
    assert caught.value.todo.startswith("Tune ")


def test_a_read_only_project_submits_nothing(workspace, rehearsal: Rehearsed, tmp_path):
    readonly = submitter.workspace_in(tmp_path / "read-only", rehearsal.connection(read_only=True))
    with pytest.raises(RefusedError, match="read-only"):
        submit(readonly)
    assert jobs(readonly) == []
    readonly.close()
