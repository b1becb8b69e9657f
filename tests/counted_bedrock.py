"""The rehearsed Bedrock in this process, on a clock that tests move, with every call counted as it arrives."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import msgspec
import pytest
from rehearsed import BUCKET, ROLE, TUNABLE_HAIKU, Rehearsed
from werkzeug.serving import WSGIRequestHandler, make_server

from core import catalog
from core.aws.session import Connection, connect_rehearsal
from core.clock import ManualClock
from core.config import Config, Rehearsal
from core.rehearsal import jobs, timeline
from core.rehearsal.bedrock import Bedrock
from core.rehearsal.faults import FaultRule, Faults
from core.rehearsal.state import JobOutcome, JobRow, ModelRow, RehearsalState
from core.rehearsal.world import World, arn
from core.store import Store
from core.workspace import Workspace

REGION = "us-west-2"
LIST, GET = "ListModelCustomizationJobs", "GetModelCustomizationJob"


class Counted(Faults):
    """Faults that can be set at any moment, behind a count of all calls.

    Attributes:
        calls: How often each operation was asked for, tries of boto3's own included.
    """

    def __init__(self, bedrock: "CountedBedrock") -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()
        self.forgets: dict[str, float] = {}  # jobs that vanish, by ARN, and when
        self._bedrock = bedrock

    def strike(self, operation: str) -> FaultRule | None:
        self.calls[operation] += 1
        for job, moment in self.forgets.items():
            if self._bedrock.clock.now().timestamp() >= moment:
                self._bedrock.forget(job)
        self._bedrock.end_what_is_due()
        return super().strike(operation)

    def set(self, *rules: dict[str, Any]) -> None:
        """From now on these, calls counted anew."""
        super().__init__(tuple(msgspec.convert(rule, FaultRule) for rule in rules))


class CountedBedrock:
    """One server.

    Attributes:
        clock: What it and its projects live by.
        state: Its memory.
        faults: Its faults, and the count of calls.
        pace: Seconds that a new job takes.
    """

    def __init__(self, folder: Path, storage: Rehearsed, pace: float = 600.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = ManualClock()
        self._memory = folder / "rehearsal.db"
        self.state = RehearsalState(self._memory)
        self.faults = Counted(self)
        self.pace = pace
        self.failure = ""  # of the jobs that end from now on
        self._storage = storage
        world = World(
            self.state,
            catalog.load(),
            storage.connection(),
            self.clock.now().date(),
            pace,
            lambda: None,
            lambda: self.clock.now().timestamp(),
        )
        self._server = make_server("127.0.0.1", 0, Bedrock(world, self.faults), True, request_handler=_Silent)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def calls(self) -> Counter[str]:
        """How often each operation was asked for."""
        return self.faults.calls

    def connection(self) -> Connection:
        """A way to it."""
        own = msgspec.structs.replace(
            self._storage.endpoints, bedrock=f"http://127.0.0.1:{self._server.port}", as_of="2025-06-01"
        )
        return connect_rehearsal(own)

    @contextmanager
    def workspace(self, folder: Path) -> Iterator[Workspace]:
        """A project on it."""
        store = Store(folder / ".outcrop" / "outcrop.db")
        settings = Config(name="tables", rehearsal=Rehearsal(pace=self.pace), bucket=BUCKET, role=ROLE)
        connection = self.connection()
        with closing(store):
            yield Workspace(folder, settings, store, catalog.load(), self.clock, lambda _: connection)

    def add(self, name: str, *, age: float = 0.0, ended: str = "", **request: Any) -> JobRow:
        """A job, created so many seconds ago; ended at its time where that is said how."""
        created = self.clock.now().timestamp() - age
        identifier = f"{len(self.state.jobs()):012}"
        sent = {
            "jobName": name,
            "customModelName": f"{name}-model",
            "roleArn": ROLE,
            "baseModelIdentifier": TUNABLE_HAIKU,
            "trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/{name}/train.jsonl"},
            "outputDataConfig": {"s3Uri": f"s3://{BUCKET}/{name}/results/"},
            "hyperParameters": {"epochCount": "2"},
        }
        job = JobRow(
            identifier,
            REGION,
            arn(REGION, f"model-customization-job/{TUNABLE_HAIKU}/{identifier}"),
            name,
            f"token-{name}",
            sent | request,
            created,
            self.pace,
            None,
            None,
        )
        self.state.add_job(job)
        if ended:
            self.end(job, ended)
        return job

    def end(self, job: JobRow, status: str = "Completed", failure: str = "") -> None:
        """Ends a job, with a model where it completed."""
        at = min(timeline.due(job), self.clock.now().timestamp())
        if status != "Completed":
            self.state.end_job(job.arn, JobOutcome(status, at, "training", failure))
            return
        model = ModelRow(jobs.model_arn(job), job.region, job.request["customModelName"], job.arn, TUNABLE_HAIKU, at)
        self.state.end_job(job.arn, JobOutcome("Completed", at, training_loss=0.5, validation_loss=0.75), model, b"")

    def forget(self, job: str) -> None:
        """Lets a job vanish, as if it had never been."""
        self._write("DELETE FROM jobs WHERE arn = ?", (job,))

    def add_model(self, model: ModelRow) -> None:
        """A model, whether or not its job is there."""
        self._write("INSERT INTO models VALUES (?,?,?,?,?,?,?)", (*msgspec.structs.astuple(model), b""))

    def _write(self, sql: str, values: Sequence[object]) -> None:
        with closing(sqlite3.connect(self._memory, isolation_level=None)) as memory:
            memory.execute(sql, values)

    def end_what_is_due(self) -> None:
        """What the trainer does elsewhere."""
        now = self.clock.now().timestamp()
        for job in self.state.jobs("outcome IS NULL AND stopped IS NULL"):
            if timeline.due(job) <= now:
                self.end(job, "Failed" if self.failure else "Completed", self.failure)

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
        self.state.close()


class _Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Requests are counted, not logged."""


@contextmanager
def quick_retries(clock: ManualClock) -> Iterator[None]:
    """Within, boto3's waits between its tries pass on the tests' clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=clock.advance, time=time.time))
        yield
