"""Watching a job through every fault: what status, glyph and words come of it, and which calls are made.

Each row is one bad day. The job takes ten minutes, is looked at every fifteen seconds, and the clock is the tests'
own: waits and boto3's pauses pass on it. No row ends in a traceback, none in a second job.
"""

import threading
from types import SimpleNamespace

import msgspec
import pytest
import submitter
from counted_bedrock import GET, LIST, CountedBedrock, quick_retries
from rehearsed import Rehearsed, wait_until

from core.aws import customization, session
from core.aws.session import TRIES
from core.training import loss_curves
from tui.commands.context import Context
from tui.commands.watch import command as watch

SILENT = "; trying again until somebody answers"


class Row(msgspec.Struct, frozen=True):
    """A bad day, and what `outcrop watch` makes of it.

    Attributes:
        fault: What the service answers.
        operation: To which call.
        calls: From which call of it to which, counted from 1.
        said: What is said of it; empty where boto3's own tries are enough.
        lists: How many calls of List are made because of it.
        gets: How many calls of Get.
    """

    fault: str
    operation: str
    calls: tuple[int, int]
    said: str
    lists: int
    gets: int = 0


ROWS = {
    "one throttled call": Row("throttle", LIST, (3, 3), "", 1),
    "a burst of throttling": Row("throttle", LIST, (3, 2 + 4 * TRIES), "Too many requests", 4 * TRIES),
    "details are throttled": Row("throttle", GET, (2, 1 + TRIES), "", 0, TRIES),
    "an internal error for a while": Row("error-500", LIST, (3, 2 + 2 * TRIES), "internal error", 2 * TRIES),
    "unavailable for a while": Row("error-503", LIST, (3, 2 + 2 * TRIES), "unable to process", 2 * TRIES),
    "a stall of a minute": Row("stall", LIST, (3, 2 + TRIES), "No answer from the rehearsal server", TRIES),
    "credentials expire, and are renewed": Row(
        "expired-token", LIST, (3, 6), "The AWS credentials have expired. Renew them: `aws sso login`", 4
    ),
    "this machine's clock is wrong for a while": Row("clock-skew", LIST, (3, 5), "This machine's clock is wrong", 3),
    "the line drops": Row("drop", LIST, (3, 2 + 3 * TRIES), "No answer from the rehearsal server", 3 * TRIES),
    "the answer is lost after the call": Row("drop-after-commit", LIST, (3, 3), "", 1),
}


@pytest.fixture
def bedrock(tmp_path, rehearsal: Rehearsed, monkeypatch):
    found = CountedBedrock(tmp_path / "bedrock", rehearsal)
    over = threading.Event()  # a stalled call is let go when the test is over
    monkeypatch.setattr("core.rehearsal.bedrock.time", SimpleNamespace(sleep=over.wait))
    monkeypatch.setattr(session, "READ_TIMEOUT", 0.2)
    with quick_retries(found.clock):
        yield found
    over.set()
    found.close()


@pytest.fixture
def watched(bedrock, tmp_path, capsys):
    """Runs `outcrop watch` on a project of that Bedrock: exit code, what it printed, what it said."""

    def run(*names):
        with bedrock.workspace(tmp_path / "project") as workspace:

            class Given(Context):
                def workspace(self):
                    return workspace

            capsys.readouterr()
            try:
                code = watch.main([*names], obj=Given(None), standalone_mode=False) or 0
            except SystemExit as end:
                code = end.code
        shown = capsys.readouterr()
        return code, shown.out.splitlines(), shown.err.splitlines()

    return run


@pytest.fixture
def quiet(bedrock, watched):
    """The calls of a watch on which nothing goes wrong."""
    bedrock.add("untroubled")
    assert watched("untroubled")[0] == 0
    calls = dict(bedrock.calls)
    bedrock.calls.clear()
    return calls


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_fault_is_waited_out_said_once_and_the_job_is_followed_to_its_end(bedrock, watched, quiet, row: Row):
    first, last = row.calls
    rule = {"operation": row.operation, "calls": list(range(first, last + 1)), "answer": row.fault, "seconds": 60.0}
    job = bedrock.add("troubled")
    bedrock.faults.set(rule)
    code, lines, talk = watched("troubled")

    assert code == 0
    assert [line.split("  ", 1)[1] for line in lines] == [
        "◐ troubled  InProgress validation",
        "◐ troubled  InProgress data processing",
        "◐ troubled  InProgress training",
        "✓ troubled  Completed after 10m00",
    ]
    if row.said:
        assert [line[8:] for line in talk] == [
            f"  ! {talk[0][12:].removesuffix(SILENT)}{SILENT}",
            "    answers again",
        ]
        assert row.said in talk[0]
    else:
        assert talk == []
    assert set(bedrock.calls) == {LIST, GET}
    assert bedrock.calls[GET] == quiet[GET] + row.gets
    assert abs(bedrock.calls[LIST] - quiet[LIST] - row.lists) <= 6  # the clock has gone on meanwhile
    assert [each.arn for each in bedrock.state.jobs("name = 'troubled'")] == [job.arn]


def test_a_job_that_vanishes_is_said_to_be_unknown_and_the_watch_has_failed(bedrock, watched):
    job = bedrock.add("vanishing")
    bedrock.add("staying")
    bedrock.faults.forgets = {job.arn: bedrock.clock.now().timestamp() + 60}
    code, lines, talk = watched("vanishing", "staying")
    assert (code, talk) == (1, [])
    assert [line for line in lines if "vanishing" in line][-1].endswith(
        "? vanishing  Bedrock does not know this job any more"
    )
    assert lines[-1].endswith("✓ staying  Completed after 10m00")


def test_a_network_that_is_gone_for_hours_is_asked_ever_more_seldom(bedrock, watched):
    bedrock.add("patient")
    bedrock.faults.set({"operation": LIST, "calls": list(range(3, 3 + 60 * TRIES)), "answer": "drop"})
    before = bedrock.clock.now()
    code, lines, talk = watched("patient")
    assert code == 0
    assert lines[-1].endswith("✓ patient  Completed after 10m00")
    assert len(talk) == 2
    assert (bedrock.clock.now() - before).total_seconds() > 3.5 * 3600


def test_a_job_that_fails_says_why_what_it_means_and_what_to_do(bedrock, watched):
    bedrock.add("doomed")
    bedrock.failure = "Could not assume provided IAM role"
    code, lines, _ = watched("doomed")
    assert code == 1
    assert lines[-4].endswith("✗ doomed  Failed after 10m00")
    assert [line.strip() for line in lines[-3:-1]] == [
        "Could not assume provided IAM role",
        "that means  Bedrock may not take on the role",
    ]


def test_a_refusal_that_waiting_does_not_mend_ends_the_watch(bedrock, watched):
    bedrock.add("forbidden")
    bedrock.faults.set({"operation": LIST, "answer": "access-denied"})
    with pytest.raises(Exception, match="not authorized"):
        watched("forbidden")


def test_a_clock_behind_that_of_aws_shows_no_negative_time(bedrock, watched):
    bedrock.add("ahead", age=-300.0)
    code, lines, _ = watched("ahead")
    assert (code, lines[-1].split("  ", 1)[1]) == (0, "✓ ahead  Completed after 10m00")


METRICS = ("truncate", "late", "duplicated", "one-based", "missing")


@pytest.fixture(scope="module")
def odd_metrics(start_rehearsal):
    """One job for each way in which metrics files go wrong, and one that is as it should be."""
    rules = [
        {"operation": "metrics", "calls": [number], "answer": answer, "seconds": 0.4}
        for number, answer in enumerate(METRICS, 1)
    ]
    server = start_rehearsal(pace=0.0, faults=rules)
    return server, {
        name: server.tuned(f"metrics-{name}", hyperparameters={"batchSize": "4"}) for name in [*METRICS, "right"]
    }


@pytest.mark.parametrize("fault", METRICS)
def test_metrics_files_that_went_wrong_are_read_as_far_as_they_go(odd_metrics, fault):
    server, jobs = odd_metrics
    connection, job = server.connection(), jobs[fault]
    right = loss_curves.read(connection, jobs["right"]).training
    assert job.status == "Completed"
    if fault == "late":
        wait_until(lambda: bool(loss_curves.read(connection, job).training))
    found = loss_curves.read(connection, job).training
    first = 1 if fault == "one-based" else 0
    many = {"truncate": len(right) * 2 // 3 - 1, "missing": 0}.get(fault, len(right))
    assert len(right) >= 3
    assert abs(len(found) - many) <= (1 if fault == "truncate" else 0)
    assert [point.step for point in found] == list(range(first, first + len(found)))


def test_a_submit_whose_answer_is_lost_makes_one_job(start_rehearsal, tmp_path):
    server = start_rehearsal(
        faults=[{"operation": "CreateModelCustomizationJob", "calls": [1], "answer": "drop-after-commit"}]
    )
    submitted = submitter.submit(tmp_path / "lost", server.connection())
    assert [job.arn for job in customization.list_jobs(server.connection())] == [submitted.arn]
