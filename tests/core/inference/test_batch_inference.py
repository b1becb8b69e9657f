"""Asking by batch inference: joined by record, resumed after a crash, partial failures asked again."""

import pytest
from rehearsed import BUCKET, HAIKU, ROLE, turns, wait_until

from core.aws import batch as jobs
from core.aws import runtime
from core.aws.s3 import S3Uri
from core.clock import SystemClock
from core.errors import CancelledError, RefusedError, UsageError
from core.inference import Ask, AskSettings, batch, batch_jobs, converse, kept
from core.progress import Cancel
from core.records.record import Chat, Message
from core.store import Store, latest

COUNT = 130


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "outcrop.db")
    yield store
    store.close()


@pytest.fixture(scope="module")
def faulty(start_rehearsal):
    """A server that fails one record of a batch in ten."""
    return start_rehearsal(faults=[{"operation": "BatchRecord", "share": 0.1, "answer": "error-500", "seed": 3}])


def asks(count: int = COUNT) -> list[Ask]:
    return [Ask(f"ask-{n}.2#1", Chat((Message("user", turns(n)[0]["content"]),), "Be brief.")) for n in range(count)]


def run(server, store, wanted, name="run", *, model=HAIKU, role=ROLE, report=lambda _: None, cancel=None):
    return batch.run(
        wanted,
        name=name,
        settings=AskSettings(model, max_tokens=64),
        place=batch.Place(S3Uri(BUCKET, "outcrop/test/batch"), role),
        connection=server.connection(),
        store=store,
        clock=SystemClock(),
        report=report,
        cancel=cancel,
    )


def ours(server, name: str) -> list[jobs.BatchJob]:
    """The batch jobs of a run."""
    return [each for each in jobs.list_batch_jobs(server.connection()) if each.name.startswith(f"outcrop-{name}-")]


def test_every_ask_is_answered_as_converse_answers_it(rehearsal, store):
    summary = run(rehearsal, store, asks(), "same")
    converse.run(
        asks(),
        name="converse",
        settings=AskSettings(HAIKU, max_tokens=64),
        connection=rehearsal.connection(),
        store=store,
        clock=SystemClock(),
    )
    by_batch, by_converse = kept(store, "same"), kept(store, "converse")
    assert (summary.answered, summary.reused, len(by_batch)) == (COUNT, 0, COUNT)
    assert {name: (a.text, a.output_tokens, a.stop_reason) for name, a in by_batch.items()} == {
        name: (a.text, a.output_tokens, a.stop_reason) for name, a in by_converse.items()
    }
    assert len(ours(rehearsal, "same")) == 1


def test_what_a_job_could_not_answer_is_asked_again(faulty, store):
    run(faulty, store, asks(), "partial")
    [job] = ours(faulty, "partial")
    assert job.status == "PartiallyCompleted"
    assert 0 < job.failed < batch.LEAST_RECORDS
    assert set(kept(store, "partial")) == {ask.id for ask in asks()}


def test_enough_failures_make_a_second_job(start_rehearsal, store):
    server = start_rehearsal(faults=[{"operation": "BatchRecord", "share": 0.8, "answer": "error-500", "seed": 1}])
    run(server, store, asks(150), "second")
    assert len(ours(server, "second")) >= 2
    assert len(kept(store, "second")) == 150


def test_too_few_for_a_job_go_by_converse(rehearsal, store):
    run(rehearsal, store, asks(5), "few")
    assert ours(rehearsal, "few") == []
    assert len(kept(store, "few")) == 5


def test_a_second_start_asks_nothing(rehearsal, store, monkeypatch):
    run(rehearsal, store, asks(), "twice")
    monkeypatch.setattr(runtime, "converse", None)
    summary = run(rehearsal, store, asks(), "twice")
    assert (summary.answered, summary.reused) == (COUNT, COUNT)
    assert len(ours(rehearsal, "twice")) == 1


def test_an_answer_that_was_lost_on_the_way_makes_no_second_job(start_rehearsal, store):
    server = start_rehearsal(
        faults=[{"operation": "CreateModelInvocationJob", "calls": [1], "answer": "drop-after-commit"}]
    )
    run(server, store, asks(), "dropped")
    assert len(ours(server, "dropped")) == 1
    assert len(kept(store, "dropped")) == COUNT


def test_a_job_that_was_left_waiting_is_collected_by_the_next_start(start_rehearsal, store):
    server = start_rehearsal(pace=1.5)
    cancel, told = Cancel(), []

    def report(progress):
        told.append(progress.note)
        if "batch job" in progress.note:
            cancel.cancel()

    with pytest.raises(CancelledError):
        run(server, store, asks(), "left", report=report, cancel=cancel)
    assert any("batch job: " in note for note in told)
    assert kept(store, "left") == {}
    run(server, store, asks(), "left")
    assert len(ours(server, "left")) == 1
    assert len(kept(store, "left")) == COUNT


def test_a_job_that_was_stopped_is_named_and_the_next_start_goes_on(start_rehearsal, store):
    server = start_rehearsal(pace=3.0)
    connection = server.connection()

    def stop(progress):
        if "batch job" in progress.note:
            intent = latest(store, kind=batch.KIND, location=connection.location.key, subject="stopped/1")
            if intent.result and jobs.get_batch_job(connection, intent.result).status not in ("Stopping", "Stopped"):
                jobs.stop_batch_job(connection, intent.result)

    with pytest.raises(RefusedError, match="was stopped") as caught:
        run(server, store, asks(), "stopped", report=stop)
    assert "Start again" in caught.value.todo
    run(server, store, asks(), "stopped")
    assert len(kept(store, "stopped")) == COUNT


def test_a_role_that_aws_would_refuse_is_named_before_anything_is_sent(rehearsal, store):
    with pytest.raises(UsageError, match="refuse this batch job"):
        run(rehearsal, store, asks(), "role", role="none")
    assert ours(rehearsal, "role") == []


def test_the_jobs_of_the_account_are_listed_with_the_run_that_each_answers(start_rehearsal, store):
    server = start_rehearsal(pace=3.0)
    cancel = Cancel()
    with pytest.raises(CancelledError):
        run(
            server,
            store,
            asks(),
            "mine",
            report=lambda told: cancel.cancel() if "batch job" in told.note else None,
            cancel=cancel,
        )
    [listed] = batch_jobs.listing(server.connection(), store)
    assert (listed.run, listed.job.over) == ("mine", False)
    batch_jobs.stop(server.connection(), listed.job)
    wait_until(lambda: batch_jobs.listing(server.connection(), store)[0].job.over)
    [ended] = batch_jobs.listing(server.connection(), store)
    assert (ended.run, ended.job.status) == ("mine", "Stopped")
    with pytest.raises(RefusedError, match="is over"):
        batch_jobs.stop(server.connection(), ended.job)


def test_a_job_of_another_project_is_nobodys_run(rehearsal, store, tmp_path):
    run(rehearsal, store, asks(), "theirs")
    elsewhere = Store(tmp_path / "elsewhere.db")
    found = {each.job.name: each.run for each in batch_jobs.listing(rehearsal.connection(), elsewhere)}
    elsewhere.close()
    [job] = ours(rehearsal, "theirs")
    assert found[job.name] == ""
