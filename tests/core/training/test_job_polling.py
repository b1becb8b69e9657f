"""Jobs, polled: one List, one Get for each job that changed, and nothing else."""

from datetime import timedelta

import pytest

from core.aws.errors import AwsError
from core.training import jobs


def test_a_first_look_asks_for_the_list_and_for_every_job(scripted):
    one, two = scripted.job(1), scripted.job(2, "Completed")
    scripted.lists(two, one)
    scripted.gets(two, trainingMetrics={"trainingLoss": 0.5})
    scripted.gets(one)
    found = jobs.poll(scripted.workspace)
    assert [job.name for job in found.jobs] == ["job-2", "job-1"]
    assert (found.jobs[0].training_loss, found.running, found.at) == (0.5, 1, scripted.workspace.clock.now())


def test_where_nothing_changed_the_list_is_enough(scripted):
    both = [scripted.job(2, "Completed"), scripted.job(1)]
    scripted.lists(*both)
    for each in both:
        scripted.gets(each)
    before = jobs.poll(scripted.workspace)
    scripted.lists(*both, again=True)
    assert jobs.poll(scripted.workspace, before).jobs == before.jobs


@pytest.mark.parametrize(
    "change",
    [
        {"status": "Completed"},
        {"lastModifiedTime": "later"},
        {"statusDetails": {"validationDetails": {"status": "Completed"}}},
    ],
    ids=["status", "time", "phase"],
)
def test_only_a_job_that_changed_is_asked_for_again(scripted, change):
    still, moving = scripted.job(2, "Completed"), scripted.job(1)
    scripted.lists(still, moving)
    scripted.gets(still)
    scripted.gets(moving)
    before = jobs.poll(scripted.workspace)
    if "lastModifiedTime" in change:
        change = {"lastModifiedTime": moving["creationTime"] + timedelta(minutes=1)}
    moved = moving | change
    scripted.lists(still, moved, again=True)
    scripted.gets(moved)
    found = jobs.poll(scripted.workspace, before)
    assert found.jobs[0] is before.jobs[0]
    assert found.jobs[1] != before.jobs[1]
    scripted.lists(still, moved, again=True)
    assert jobs.poll(scripted.workspace, found).jobs == found.jobs


def test_a_new_job_is_asked_for_and_one_that_is_gone_is_forgotten(scripted):
    scripted.lists(scripted.job(1))
    scripted.gets(scripted.job(1))
    before = jobs.poll(scripted.workspace)
    scripted.lists(scripted.job(2), again=True)
    scripted.gets(scripted.job(2))
    assert [job.name for job in jobs.poll(scripted.workspace, before).jobs] == ["job-2"]


def test_every_page_is_read(scripted):
    first, second = scripted.job(2), scripted.job(1)
    scripted.lists(first, token="more")
    scripted.lists(second, sent="more")
    scripted.gets(first)
    scripted.gets(second)
    assert len(jobs.poll(scripted.workspace).jobs) == 2


def test_stopping_writes_the_intent_down_before_it_is_sent(scripted):
    scripted.lists(scripted.job(1))
    scripted.gets(scripted.job(1))
    [job] = jobs.poll(scripted.workspace).jobs
    scripted.stub.add_response("stop_model_customization_job", {}, {"jobIdentifier": job.arn})
    states = []
    events = scripted.connection.client("bedrock").meta.events
    events.register("provide-client-params.bedrock", lambda **_: states.append(operation(scripted)[0]))
    jobs.stop(scripted.workspace, job)
    assert states == ["sent"]
    assert operation(scripted) == ("acknowledged", job.arn)


def test_a_stop_that_is_refused_is_noted_as_failed(scripted):
    scripted.lists(scripted.job(1, "Completed"))
    scripted.gets(scripted.job(1, "Completed"))
    [job] = jobs.poll(scripted.workspace).jobs
    scripted.stub.add_client_error(
        "stop_model_customization_job", "ConflictException", "The job cannot be stopped", 400
    )
    with pytest.raises(AwsError, match="cannot be stopped"):
        jobs.stop(scripted.workspace, job)
    state, result = operation(scripted)
    assert state == "failed"
    assert "cannot be stopped" in result


def operation(scripted) -> tuple[str, str]:
    """State and result of the newest intent."""
    row = scripted.workspace.store.row("SELECT state, result FROM operations ORDER BY rowid DESC")
    return row["state"], row["result"] or ""
