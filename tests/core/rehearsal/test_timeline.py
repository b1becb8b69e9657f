"""What a job or an endpoint looks like at a moment, told from made-up times: nobody waits here."""

import msgspec
import pytest

from core.rehearsal import timeline
from core.rehearsal.state import EndpointRow, JobOutcome, JobRow
from core.rehearsal.timeline import moment

BEGUN = 1_000_000.0
PACE = 100.0
JOB = JobRow("id", "us-west-2", "arn", "name", "token", {}, BEGUN, PACE, None, None)
ENDPOINT = EndpointRow("arn", "us-west-2", "provisioned", "name", "token", {}, "model", BEGUN, PACE)


def stopped_at(seconds):
    return msgspec.structs.replace(JOB, stopped=BEGUN + seconds)


def ended_at(seconds, status="Completed", phase=""):
    return msgspec.structs.replace(JOB, outcome=JobOutcome(status, BEGUN + seconds, phase))


def statuses(job, seconds):
    """The job's status and those of its three phases, some seconds after it began."""
    now = BEGUN + seconds
    details = timeline.phases(job, now)
    assert list(details) == ["validationDetails", "dataProcessingDetails", "trainingDetails"]
    return timeline.status(job, now), *(detail["status"] for detail in details.values())


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, ("InProgress", "InProgress", "NotStarted", "NotStarted")),
        (9, ("InProgress", "InProgress", "NotStarted", "NotStarted")),
        (10, ("InProgress", "Completed", "InProgress", "NotStarted")),
        (29, ("InProgress", "Completed", "InProgress", "NotStarted")),
        (30, ("InProgress", "Completed", "Completed", "InProgress")),
        (99, ("InProgress", "Completed", "Completed", "InProgress")),
        (500, ("InProgress", "Completed", "Completed", "InProgress")),  # training takes longer than the pace
    ],
)
def test_a_job_goes_through_its_phases_as_time_passes(seconds, expected):
    assert statuses(JOB, seconds) == expected


def test_a_completed_job_has_completed_every_phase_and_stays_as_it_is():
    job = ended_at(100)
    assert statuses(job, 100) == statuses(job, 9e9) == ("Completed",) * 4
    assert timeline.ended(job, BEGUN + 9e9) == BEGUN + 100


def test_a_phase_says_when_it_began_and_when_it_last_changed():
    details = timeline.phases(ended_at(120), BEGUN + 500)
    spans = [(detail["creationTime"], detail["lastModifiedTime"]) for detail in details.values()]
    assert spans == [
        (moment(BEGUN), moment(BEGUN + 10)),
        (moment(BEGUN + 10), moment(BEGUN + 30)),
        (moment(BEGUN + 30), moment(BEGUN + 120)),
    ]


def test_a_phase_that_has_not_begun_has_no_times():
    assert timeline.phases(JOB, BEGUN)["trainingDetails"] == {"status": "NotStarted"}


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("validation", ("Failed", "NotStarted", "NotStarted")),
        ("dataProcessing", ("Completed", "Failed", "NotStarted")),
        ("training", ("Completed", "Completed", "Failed")),
    ],
)
@pytest.mark.parametrize("seconds", [40, 100])
def test_where_a_job_failed_later_phases_never_began_however_late_that_was_found(phase, expected, seconds):
    job = ended_at(seconds, "Failed", phase)
    assert statuses(job, 1000) == ("Failed", *expected)


def test_a_job_that_fails_at_once_has_not_done_anything():
    job = msgspec.structs.replace(ended_at(0.2, "Failed", "validation"), pace=0.0)
    assert statuses(job, 1) == ("Failed", "Failed", "NotStarted", "NotStarted")


@pytest.mark.parametrize(
    ("asked", "seconds", "expected"),
    [
        (50, 50, ("Stopping", "Completed", "Completed", "Stopping")),
        (50, 59, ("Stopping", "Completed", "Completed", "Stopping")),
        (50, 60, ("Stopped", "Completed", "Completed", "Stopped")),
        (50, 999, ("Stopped", "Completed", "Completed", "Stopped")),
        (5, 15, ("Stopped", "Completed", "Stopped", "NotStarted")),
        (12, 999, ("Stopped", "Completed", "Stopped", "NotStarted")),
    ],
)
def test_a_job_that_was_asked_to_stop_takes_a_while_and_does_nothing_after(asked, seconds, expected):
    assert statuses(stopped_at(asked), seconds) == expected


def test_a_stopped_job_ended_when_stopping_was_over():
    assert timeline.ended(stopped_at(50), BEGUN + 59) is None
    assert timeline.ended(stopped_at(50), BEGUN + 999) == BEGUN + 60


@pytest.mark.parametrize(
    ("job", "seconds", "changed"),
    [
        (JOB, 5, 0),
        (JOB, 15, 10),
        (JOB, 500, 30),
        (stopped_at(50), 55, 50),
        (stopped_at(50), 999, 60),
        (ended_at(120), 999, 120),
    ],
)
def test_a_job_last_changed_when_a_phase_began_or_it_ended(job, seconds, changed):
    assert timeline.changed(job, BEGUN + seconds) == BEGUN + changed


def test_a_job_is_due_when_its_pace_has_passed_and_its_data_is_judged_before():
    assert (timeline.validated(JOB), timeline.due(JOB)) == (BEGUN + 10, BEGUN + 100)


def test_an_endpoint_answers_after_a_while():
    assert not timeline.endpoint_ready(ENDPOINT, BEGUN + 29.9)
    assert timeline.endpoint_ready(ENDPOINT, BEGUN + 30)
    assert timeline.endpoint_ready(msgspec.structs.replace(ENDPOINT, pace=0.0), BEGUN)
