"""When a job will be done, judged by like jobs, and how sure that is."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from core.aws.customization import Job, Phase
from core.config import Split
from core.formatting.export import Export, File, Recipe
from core.formatting.parts import Leakage
from core.training.events import events_of
from core.training.expectation import elapsed, expect
from core.tuning.ledger import SubmittedJob

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)


def job(name: str, minutes: float = 0.0, status: str = "Completed", base: str = "haiku", epochs: int = 2) -> Job:
    """A job that began at nine and took some minutes, or still runs."""
    ended = NOW + timedelta(minutes=minutes) if minutes else None
    return Job(name, name, status, base, NOW, ended=ended, role="role", hyperparameters={"epochCount": str(epochs)})


def entry(name: str, records: int) -> SubmittedJob:
    """What is known of a job of ours: how many records it read."""
    recipe = Recipe("haiku", "", "", "", "", "html", Split(), "", "records.jsonl", "")
    export = Export("e", NOW, recipe, {}, Leakage(0, 0, 0), {"train": File("train.jsonl", "", records, 0, 0)})
    return SubmittedJob(name, name, "haiku", export, NOW)


RUNNING = job("running", status="InProgress")


def minutes(moment: datetime) -> float:
    return (moment - NOW).total_seconds() / 60


def test_the_median_of_like_jobs_is_expected_and_their_extremes_are_its_uncertainty():
    found = expect(RUNNING, [RUNNING, job("a", 10), job("b", 12), job("c", 20)], {})
    assert (minutes(found.end), minutes(found.earliest), minutes(found.latest), found.jobs) == (12, 10, 20, 3)


def test_other_models_failed_jobs_and_running_ones_do_not_count():
    others = [job("a", 10, base="nova"), job("b", 5, status="Failed"), job("c", status="InProgress")]
    assert expect(RUNNING, [RUNNING, *others], {}) is None


def test_where_the_work_is_known_the_five_nearest_count():
    others = [job(f"j{n}", 10 * n) for n in range(1, 9)]
    ours = {"running": entry("running", 800)} | {f"j{n}": entry(f"j{n}", 100 * n) for n in range(1, 9)}
    found = expect(RUNNING, others, ours)
    assert (minutes(found.end), minutes(found.earliest), minutes(found.latest)) == (60, 40, 80)


def test_one_like_job_gives_an_end_without_uncertainty():
    found = expect(RUNNING, [job("a", 10)], {})
    assert (found.jobs, found.earliest, found.latest) == (1, found.end, found.end)


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_of_a_job_that_has_ended_no_end_is_expected(status):
    assert expect(job("done", 5, status=status), [job("a", 10)], {}) is None


def test_time_that_has_passed_is_never_negative_where_clocks_differ():
    assert elapsed(RUNNING, NOW - timedelta(minutes=5)) == timedelta()
    assert elapsed(RUNNING, NOW + timedelta(minutes=5)) == timedelta(minutes=5)
    assert elapsed(job("a", 10), NOW + timedelta(hours=5)) == timedelta(minutes=10)


def test_events_come_newest_first_with_the_phases_that_are_over():
    phases = (
        Phase("validation", "Completed", NOW, NOW + timedelta(minutes=1)),
        Phase("data processing", "InProgress", NOW + timedelta(minutes=1), NOW + timedelta(minutes=1)),
        Phase("training", "NotStarted"),
    )
    found = [each.what for each in events_of(msgspec.structs.replace(RUNNING, phases=phases))]
    assert found == ["validation completed", "data processing started", "created", "validation started"]
