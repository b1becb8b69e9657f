"""Outcrop is killed -9 at any point of a submit: submitted again there is one job, and it is paid for once."""

import json
import random
import signal
import subprocess
import sys

import msgspec
import pytest
import submitter
from rehearsed import Rehearsed, finished

from core.aws import customization, s3
from core.store import unsettled
from core.training import loss_curves
from core.tuning import ledger, submission

POINTS = [("submit", 4), ("upload", 6), ("create_job", 10)]  # stretches of the way, and points in each


@pytest.fixture(scope="module")
def order(rehearsal: Rehearsed):
    """Has children submit the project in a folder, all at once, each killed at its line; tells how they ended."""
    command = [sys.executable, submitter.__file__, msgspec.json.encode(rehearsal.endpoints).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def give(folder, *kill_at):
            process.stdin.write(json.dumps({"folder": str(folder), "kill_at": kill_at}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield give
        process.stdin.close()


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    return tmp_path_factory.mktemp("projects")


@pytest.fixture(scope="module")
def way(order, projects):
    """An undisturbed submit: how many lines it runs before each stretch, and in all."""
    (outcome,) = order(projects / "undisturbed", 0)
    assert outcome["status"] == 0
    return outcome


def within(way, stretch, part, parts):
    """A line drawn by seed from one part of a stretch."""
    starts = [*(way[name] for name in submitter.STRETCHES), way["lines"]]
    number = submitter.STRETCHES.index(stretch)
    first, length = starts[number], starts[number + 1] - starts[number]
    return random.Random(part).randrange(first + part * length // parts + 1, first + (part + 1) * length // parts)


def jobs_of(server, folder):
    return [job for job in customization.list_jobs(server.connection()) if job.name.startswith(f"{folder.name}-")]


@pytest.mark.parametrize(
    ("stretch", "part", "parts"), [(stretch, part, parts) for stretch, parts in POINTS for part in range(parts)]
)
def test_killed_at_any_point_and_submitted_again_there_is_one_job_that_completes(
    rehearsal: Rehearsed, order, projects, way, stretch, part, parts
):
    folder = projects / f"killed-{stretch.replace('_', '-')}-{part}"
    (outcome,) = order(folder, within(way, stretch, part, parts))
    assert outcome == {"status": -signal.SIGKILL}
    assert len(jobs_of(rehearsal, folder)) <= 1

    connection = rehearsal.connection()
    submitted = submitter.submit(folder, connection)
    (job,) = jobs_of(rehearsal, folder)
    assert job.arn == submitted.arn
    job = finished(connection, job.arn)
    assert job.status == "Completed"
    assert loss_curves.read(connection, job).training
    assert loss_curves.read(connection, job).validation
    (trained_on,) = folder.glob("exports/*/train.jsonl")
    assert s3.read(connection, s3.parse_uri(job.training_uri)) == trained_on.read_bytes()

    workspace = submitter.workspace_in(folder, connection)
    assert list(ledger.entries(workspace.store, connection.location.key)) == [job.arn]
    assert unsettled(workspace.store, kind=submission.KIND, location=connection.location.key) == []
    workspace.close()
    assert submitter.submit(folder, connection) == submission.Submitted(job.arn, job.name, already=True)


def test_killed_again_and_again_there_is_still_one_job(rehearsal: Rehearsed, order, projects, way):
    folder = projects / "killed-again-and-again"
    for share in (0.9, 0.5, 0.7):
        order(folder, int(way["lines"] * share))
    submitted = submitter.submit(folder, rehearsal.connection())
    assert [job.arn for job in jobs_of(rehearsal, folder)] == [submitted.arn]


def test_submitted_from_two_terminals_at_once_there_is_one_job(rehearsal: Rehearsed, order, projects):
    folder = projects / "two-terminals"
    outcomes = order(folder, 0, 0)
    assert [outcome["status"] for outcome in outcomes] == [0, 0]
    assert sorted(outcome["already"] for outcome in outcomes) == [False, True]
    assert {outcome["arn"] for outcome in outcomes} == {job.arn for job in jobs_of(rehearsal, folder)}
    assert len(jobs_of(rehearsal, folder)) == 1


def test_one_of_two_terminals_is_killed_and_the_other_submits_the_one_job(rehearsal: Rehearsed, order, projects, way):
    folder = projects / "one-of-two-killed"
    killed, other = order(folder, way["lines"] // 2, 0)
    assert (killed["status"], other["status"]) in ((-signal.SIGKILL, 0), (0, 0))
    assert [job.arn for job in jobs_of(rehearsal, folder)] == [other["arn"]]
