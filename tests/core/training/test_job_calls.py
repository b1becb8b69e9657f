"""What the poller asks of an account with 200 jobs: counted as it arrives at the rehearsed Bedrock."""

import itertools
import random

import pytest
from counted_bedrock import GET, LIST

from core.training import jobs
from core.training.following import LONGEST, QUIET, SPREAD, Pacing

JOBS = 200
MODELS = "ListCustomModels"


@pytest.fixture
def account(bedrock):
    """200 jobs, ten of them under way."""
    ended = [bedrock.add(f"job-{n:03}", age=3600.0 * (JOBS - n), ended="Completed") for n in range(JOBS - 10)]
    return [*ended, *(bedrock.add(f"job-{n}", age=5.0 * (JOBS - n)) for n in range(JOBS - 10, JOBS))]


def polled(bedrock, workspace, before=None, **how):
    """A snapshot, and what it took."""
    bedrock.calls.clear()
    return jobs.poll(workspace, before, **how), dict(bedrock.calls)


def test_a_period_in_which_nothing_happens_costs_one_list(bedrock, project, account):
    first, calls = polled(bedrock, project)
    assert (len(first.jobs), first.owed) == (JOBS, frozenset())
    second, calls = polled(bedrock, project, first)
    assert calls == {LIST: 1}
    assert second.same_as(first)


def test_each_job_that_changed_costs_one_get(bedrock, project, account):
    first, _ = polled(bedrock, project)
    for job in account[-3:]:
        bedrock.end(job)
    second, calls = polled(bedrock, project, first)
    assert calls == {LIST: 1, GET: 3}
    assert [job.training_loss for job in second.jobs[:3]] == [0.5] * 3
    assert not second.same_as(first)


def test_unknown_jobs_are_asked_for_a_few_a_period_the_newest_first(bedrock, project, account):
    found, calls = polled(bedrock, project, unknown=20)
    assert calls == {LIST: 1, GET: 20}
    assert [job.detailed for job in found.jobs] == [True] * 20 + [False] * (JOBS - 20)
    found, calls = polled(bedrock, project, found, unknown=20)
    assert calls == {LIST: 1, GET: 20}
    assert sum(job.detailed for job in found.jobs) == 40


def test_ended_jobs_are_known_to_the_next_dashboard_without_a_call(bedrock, project, account):
    polled(bedrock, project)
    found, calls = polled(bedrock, project)  # as another process, which knows nothing yet
    assert calls == {LIST: 1, GET: 10}
    assert all(job.detailed for job in found.jobs)


def test_custom_models_are_listed_at_first_and_when_a_job_has_completed(bedrock, project, account):
    found, calls = polled(bedrock, project, models=True)
    assert calls[MODELS] == 2  # pages of a hundred
    assert len(found.models) == JOBS - 10
    again, calls = polled(bedrock, project, found, models=True)
    assert MODELS not in calls
    bedrock.end(account[-1])
    again, calls = polled(bedrock, project, again, models=True)
    assert len(again.models) == JOBS - 9


def test_the_list_counts_where_details_are_not_answered_and_they_are_asked_for_the_next_time(
    bedrock, project, account, quick_retries
):
    first, _ = polled(bedrock, project)
    bedrock.end(account[-1])
    bedrock.end(account[-2])
    bedrock.faults.set({"operation": GET, "answer": "throttle"})
    second, calls = polled(bedrock, project, first)
    assert calls == {LIST: 1, GET: 3}  # boto3's tries of the first; no more are made after it
    assert [job.status for job in second.jobs[:2]] == ["Completed"] * 2
    assert second.owed == {account[-1].arn, account[-2].arn}
    bedrock.faults.set()
    third, calls = polled(bedrock, project, second)
    assert calls == {LIST: 1, GET: 2}
    assert (third.jobs[0].training_loss, third.owed) == (0.5, frozenset())


def test_what_ended_before_the_oldest_running_job_is_listed_again_every_ten_minutes_alone(bedrock, project, account):
    first, _ = polled(bedrock, project)
    bedrock.forget(account[0].arn)
    second, calls = polled(bedrock, project, first)
    assert (calls, len(second.jobs)) == ({LIST: 1}, JOBS)
    bedrock.clock.advance(601)
    third, _ = polled(bedrock, project, second)
    assert len(third.jobs) == JOBS - 1
    assert account[0].arn not in {job.arn for job in third.jobs}


def test_periods_are_long_where_nothing_runs_and_double_with_each_failure(project):
    pacing = Pacing(project, random.Random(1))
    assert pacing.period(busy=False) == QUIET
    assert pacing.period(busy=True) == 15.0  # ten minutes' jobs in rehearsal
    waits = [pacing.failed() for _ in range(12)]
    assert 2.0 * (1 - SPREAD) <= waits[0] <= 2.0 * (1 + SPREAD)
    assert all(later > 1.5 * sooner for sooner, later in itertools.pairwise(waits[:7]))
    assert max(waits) <= LONGEST * (1 + SPREAD)
    assert pacing.answered(busy=True) <= 15.0 * (1 + SPREAD)
    assert pacing.failed() <= 2.0 * (1 + SPREAD)


def test_two_dashboards_do_not_ask_in_step(project):
    one, other = (Pacing(project, random.Random(seed)) for seed in (1, 2))
    assert [one.answered(busy=True) for _ in range(4)] != [other.answered(busy=True) for _ in range(4)]
