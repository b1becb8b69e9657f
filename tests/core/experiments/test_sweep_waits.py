"""A sweep that cannot go on ends, or waits on the clock: it never asks faster because nothing happens."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from counted_bedrock import CountedBedrock
from rehearsed import Rehearsed

from core import config
from core.config import Rehearsal
from core.errors import RefusedError
from core.experiments import sweep, sweep_run
from core.experiments.sweep import Wish
from core.progress import Cancel, Progress
from core.rehearsal import jobs
from core.workspace import Workspace

HOUR = 3600.0
CREATE = "CreateModelCustomizationJob"
GRID = {"epochCount": (1.0, 2.0, 3.0, 4.0)}


@pytest.fixture
def bedrock(tmp_path: Path, rehearsal: Rehearsed, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountedBedrock]:
    monkeypatch.setattr(jobs, "simulated", lambda *_: ("allowed", None))  # its roles are in the other process
    found = CountedBedrock(tmp_path / "bedrock", rehearsal)
    yield found
    found.close()


@pytest.fixture
def project(bedrock: CountedBedrock, tmp_path: Path, trained) -> Iterator[Workspace]:
    """The records of the trained project, at a Bedrock whose clock only the sweep's waiting moves."""
    with bedrock.workspace(tmp_path / "project") as workspace:
        shutil.copy(trained.folder / "records.jsonl", workspace.folder)
        workspace.config = msgspec.structs.replace(
            config.read(trained.folder / config.FILE), rehearsal=Rehearsal(pace=bedrock.pace)
        )
        yield workspace


def started(project: Workspace, **wishes: object) -> str:
    """A sweep that is planned and kept; its name."""
    planned = sweep.plan(project, Wish("waits", grid=GRID, **wishes))
    sweep.keep(project.store, project.location.key, planned)
    return planned.wish.name


def for_an_hour(bedrock: CountedBedrock) -> Cancel:
    """Cancelled once an hour has passed on the clock of the tests."""
    until = bedrock.clock.now().timestamp() + HOUR

    class Patience(Cancel):
        def check(self) -> None:
            if bedrock.clock.now().timestamp() > until:
                self.cancel()
            super().check()

    return Patience()


def test_while_others_use_the_quota_up_it_asks_ever_less_often(bedrock, project, monkeypatch):
    monkeypatch.setattr(jobs, "JOBS_AT_ONCE", 1)
    bedrock.pace = 2 * HOUR
    bedrock.add("of-others")
    name, said = started(project), []
    bedrock.calls.clear()
    cancel = for_an_hour(bedrock)
    with pytest.raises(Exception, match="ancelled"):
        sweep_run.run(project, name, said.append, cancel)
    assert 15 <= bedrock.calls[CREATE] <= 25
    assert bedrock.calls["ListModelCustomizationJobs"] <= 30
    assert said[-1] == Progress(0, 4, "jobs", "waits: 0 under way, the account's quota is used up")
    assert sweep_run.look(project, name).word == "interrupted"


def test_once_others_have_ended_it_goes_on(bedrock, project, monkeypatch):
    monkeypatch.setattr(jobs, "JOBS_AT_ONCE", 1)
    bedrock.add("of-others")
    name = started(project, most_jobs=2)
    assert sweep_run.run(project, name).number("done") == 2


def test_where_the_account_may_have_no_job_at_all_it_is_paused_and_says_so(bedrock, project, monkeypatch):
    monkeypatch.setattr(jobs, "JOBS_AT_ONCE", 0)
    name = started(project)
    with pytest.raises(RefusedError, match="no room for a job") as refused:
        sweep_run.run(project, name)
    assert "quota of 0" in refused.value.why
    assert "outcrop sweep resume waits" in refused.value.todo
    assert bedrock.calls[CREATE] == 3
    assert sweep_run.look(project, name).word == "paused"


def test_jobs_that_vanish_end_it_before_all_of_them_are_paid_for(bedrock, project):
    name = started(project, at_once=1)

    def forget(_: Progress) -> None:
        for job in bedrock.state.jobs():
            bedrock.forget(job.arn)

    with pytest.raises(RefusedError, match="The first jobs of the sweep waits vanished"):
        sweep_run.run(project, name, forget)
    now = sweep_run.look(project, name)
    assert (now.number("gone"), now.number("waiting"), now.word) == (2, 2, "paused")


def test_a_budget_that_is_spent_ends_it(bedrock, project):
    name = started(project, most_jobs=1)
    done = sweep_run.run(project, name)
    assert (done.word, done.number("done"), len(done.sweep.over)) == ("done", 1, 3)
    assert bedrock.calls[CREATE] == 1


def test_where_every_job_failed_it_is_done_and_chooses_none(bedrock, project):
    bedrock.failure = "Could not assume provided IAM role"
    name = started(project, at_once=4)
    done = sweep_run.run(project, name)
    assert (done.word, done.number("failed"), done.choices) == ("done", 4, ())


def test_while_nobody_answers_it_asks_ever_less_often(bedrock, project):
    name = started(project)
    bedrock.faults.set({"operation": "ListModelCustomizationJobs", "answer": "expired-token"})
    bedrock.calls.clear()
    with pytest.raises(Exception, match="ancelled"):
        sweep_run.run(project, name, cancel=for_an_hour(bedrock))
    assert 15 <= bedrock.calls["ListModelCustomizationJobs"] <= 25
