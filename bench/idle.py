"""What watching jobs costs while nothing happens (target T11): processor time and bytes, in an account of 200 jobs.

The dashboard stands on the Jobs tab in a real pseudo terminal, at a rehearsal whose one running job takes hours; the
other jobs ended long ago. Processor time is that of the dashboard's process alone, from /proc.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from setting import Program, in_terminal, make_project, opened

# isort: split
from rehearsed import BUCKET, REGION, ROLE, TUNABLE_HAIKU, Rehearsed  # which `setting` makes known

from core.aws import customization
from core.config import Rehearsal
from core.rehearsal import process
from core.rehearsal.state import JobOutcome, JobRow, RehearsalState
from core.rehearsal.world import arn
from core.workspace import rehearsal_folder

PACE = 36_000.0


def history(folder: Path, jobs: int) -> None:
    """Jobs that ended long ago, in a rehearsal that has not been started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    state, now = RehearsalState(folder / "rehearsal.db"), time.time()
    for number in range(jobs):
        identifier, name = f"{number:012}", f"past-{number:03}"
        request = {
            "jobName": name,
            "customModelName": f"{name}-model",
            "roleArn": ROLE,
            "baseModelIdentifier": TUNABLE_HAIKU,
            "trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/past/train.jsonl"},
            "outputDataConfig": {"s3Uri": f"s3://{BUCKET}/past/"},
        }
        made = arn(REGION, f"model-customization-job/{TUNABLE_HAIKU}/{identifier}")
        created = now - 3600.0 * (jobs - number + 12)
        state.add_job(JobRow(identifier, REGION, made, name, name, request, created, 3000.0, None, None))
        state.end_job(made, JobOutcome("Stopped", created + 3000.0))


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=200, help="in the account")
    parser.add_argument("--seconds", type=float, default=180.0, help="of watching")
    parser.add_argument("--settle", type=float, default=75.0, help="seconds until every job is known")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = make_project(Path(scratch) / "project", rehearsal=Rehearsal(pace=PACE))
        workspace = opened(folder)
        workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '5')")
        workspace.close()
        history(rehearsal_folder(folder), wanted.jobs - 1)
        server = Rehearsed(rehearsal_folder(folder), process.Options(pace=PACE), [])
        customization.create_job(server.connection(), server.request("under-way"), "token")
        terminal = in_terminal(Program([sys.executable, "-P", "-m", "tui"], "", folder))
        try:
            terminal.wait_for("under-way")
            terminal.watch(wanted.settle)
            before, began = processor_seconds(terminal.pid), time.perf_counter()
            paint = terminal.watch(wanted.seconds)
            used, took = processor_seconds(terminal.pid) - before, time.perf_counter() - began
            print(f"{wanted.jobs} jobs, one under way, watched for {took:.0f} s")
            print(f"processor   {100 * used / took:.2f} %")
            print(f"written     {paint.size:,} B, {60 * paint.size / took:.0f} B a minute")
        finally:
            terminal.close()
            server.stop()


if __name__ == "__main__":
    main()
