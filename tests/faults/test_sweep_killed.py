"""A sweep of twelve jobs, its client and its server killed -9 on the way: resumed, none is lost and none doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rehearsed import Rehearsed, wait_until
from screens import make_project, opened

from core.aws import customization
from core.config import Rehearsal, Split
from core.data import decisions
from core.data.project_records import open_dataset
from core.experiments import sweep
from core.formatting import export as exports
from core.records.record import Source
from core.workspace import rehearsal_folder

JOBS = 12
SWEEP = ("start", "twelve", "--yes", "--at-once", "3", "--vary", "learningRateMultiplier=0.5,1")
DATA = tuple(
    word
    for option, values in (("--size", (32, 40, 48)), ("--variant", ("raw", "reviewed")))
    for value in values
    for word in (option, str(value))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with enough records, some of them rejected."""
    found = make_project(
        tmp_path / "twelve",
        records(180),
        rehearsal=Rehearsal(pace=0.6),
        split=Split(train=0.6, validation=0.25, test=0.15),
        hyperparameters={"epochCount": 1},
    )
    workspace = opened(found)
    dataset = open_dataset(workspace.config, workspace.folder)
    subjects = [decisions.Subject(dataset.row(number).identity, "") for number in range(0, 180, 11)]
    decisions.decide(workspace.store, subjects, "flag", "reject", who="ann", now=workspace.clock.now())
    dataset.close()
    workspace.close()
    return found


@pytest.fixture
def server(folder: Path, start_rehearsal) -> Rehearsed:
    return start_rehearsal(rehearsal_folder(folder), pace=0.6)


def outcrop(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """`outcrop sweep …` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", "sweep", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def submitted(folder: Path) -> int:
    """How many jobs are known to have been made."""
    workspace = opened(folder)
    row = workspace.store.row("SELECT COUNT(*) AS n FROM operations WHERE state = 'acknowledged'")
    workspace.close()
    return row["n"]


def test_a_sweep_of_twelve_jobs_loses_none_and_doubles_none(folder: Path, server: Rehearsed):
    first = outcrop(folder, *SWEEP, *DATA)
    wait_until(lambda: submitted(folder) >= 4)
    os.kill(first.pid, signal.SIGKILL)
    server.kill()
    first.communicate()

    second = outcrop(folder, "resume", "twelve")  # which starts the server again
    wait_until(lambda: submitted(folder) >= 7)
    server.kill()  # under a client that goes on
    wait_until(lambda: submitted(folder) >= 9)
    os.kill(second.pid, signal.SIGKILL)
    second.communicate()

    third = outcrop(folder, "resume", "twelve")
    said, _ = third.communicate(timeout=60)
    assert third.returncode == 0, said
    assert "twelve: done" in said
    assert said.count("✓") == JOBS
    assert "1. validation loss" in said

    server.start()
    jobs = list(customization.list_jobs(server.connection()))
    assert len(jobs) == len({job.name for job in jobs}) == JOBS
    assert {job.status for job in jobs} == {"Completed"}

    workspace = opened(folder)
    kept = sweep.find(workspace.store, "rehearsal/123456789012/us-west-2", "twelve")
    assert {cell.job for cell in kept.cells} == {job.name for job in jobs}
    for cell in kept.cells:
        assert exports.read_export(folder / "exports" / cell.export).records("train") == cell.sample.size
    rows = workspace.store.rows("SELECT state, COUNT(*) AS n FROM operations GROUP BY state")
    assert {row["state"]: row["n"] for row in rows} == {"acknowledged": JOBS}
    assert workspace.store.row("SELECT COUNT(*) AS n FROM jobs")["n"] == JOBS
    workspace.close()


def records(count: int) -> list[Source]:
    """Questions on small tables, three to a table."""
    found = []
    for number in range(count):
        group, row = divmod(number, 3)
        names = ("Shops", "Staff", "Vans")
        table = [["", "2019"], *([name, str(100 * place + group)] for place, name in enumerate(names, 1))]
        fields = {"table": table, "question": f"How many {names[row].lower()} in 2019?", "answer": table[row + 1][1]}
        found.append(Source(f"{number:016x}", f"table {group}", fields, {"type": "span"}))
    return found
