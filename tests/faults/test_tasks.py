"""Long work in a child of its own: watched through the store, stopped when asked, missed when it is killed."""

import os
import signal
import sys
from datetime import timedelta

import pytest
import submitter
import tasker
from rehearsed import wait_until

from core import tasks
from core.progress import Progress


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    workspace = submitter.workspace_in(tmp_path_factory.mktemp("tasks"), None)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def started(workspace):
    """One task of each kind, all at once: their ids by how they go."""
    program = [sys.executable, tasker.__file__]
    return {how: tasks.start(workspace, f"it {how}", program, [how]) for how in ("ends", "fails", "breaks", "waits")}


def found(workspace, identifier):
    return next(task for task in tasks.listing(workspace.store, workspace.clock) if task.id == identifier)


def ended(workspace, identifier):
    wait_until(lambda: found(workspace, identifier).state != "running")
    return found(workspace, identifier)


def test_work_that_ends_is_done_and_tells_how_far_it_came(workspace, started):
    task = ended(workspace, started["ends"])
    assert (task.state, task.progress, task.result) == ("done", Progress(2, 2, "records", "ends"), "")
    assert (task.title, task.argv) == ("it ends", ("ends",))
    assert task.ended is not None
    assert task.ended >= task.started


def test_work_that_fails_says_why_in_a_sentence(workspace, started):
    task = ended(workspace, started["fails"])
    assert (task.state, task.result) == ("failed", "The file is empty. Give another.")


def test_work_that_breaks_names_what_broke_and_leaves_the_rest_in_its_log(workspace, started):
    task = ended(workspace, started["breaks"])
    assert (task.state, task.result) == ("failed", "ZeroDivisionError: division by zero")
    log = workspace.hidden / "tasks" / f"{task.id}.log"
    wait_until(lambda: "Traceback" in log.read_text())


def test_work_that_is_stopped_ends_at_its_next_check(workspace, started):
    wait_until(lambda: found(workspace, started["waits"]).progress is not None)
    task = found(workspace, started["waits"])
    assert (task.state, task.progress) == ("running", Progress(1, 2, "records", "waits"))
    tasks.stop(task)
    assert ended(workspace, task.id).state == "stopped"


def test_work_that_is_killed_is_missed(workspace):
    identifier = tasks.start(workspace, "killed", [sys.executable, tasker.__file__], ["waits"])
    wait_until(lambda: found(workspace, identifier).progress is not None)
    os.kill(found(workspace, identifier).pid, signal.SIGKILL)
    assert ended(workspace, identifier).state == "stopped"


def test_work_without_a_sign_of_life_is_missed_although_its_number_lives_on(workspace):
    now = workspace.clock.now()
    for name, age in (("quiet", tasks.DEAD_AFTER + timedelta(seconds=1)), ("lively", timedelta(seconds=5))):
        beat = (now - age).isoformat()
        row = (name, name, "[]", os.getpid(), beat, beat)  # another process has its number now: this one
        workspace.store.write("INSERT INTO tasks VALUES (?,?,?,?,'running',NULL,NULL,?,?,NULL)", row)
    assert (found(workspace, "quiet").state, found(workspace, "lively").state) == ("stopped", "running")


def test_stopping_what_has_ended_does_nothing(workspace, started):
    tasks.stop(ended(workspace, started["ends"]))


def test_the_newest_task_comes_first(workspace, started):
    moments = [task.started for task in tasks.listing(workspace.store, workspace.clock)]
    assert moments == sorted(moments, reverse=True)
