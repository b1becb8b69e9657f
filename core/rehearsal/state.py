"""The rehearsed account's memory: jobs, models and endpoints in a SQLite file, on disk before an answer leaves."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from core.aws.shapes import Payload

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id        TEXT PRIMARY KEY,
    region    TEXT NOT NULL,
    arn       TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    token     TEXT NOT NULL UNIQUE,
    request   BLOB NOT NULL,      -- the parameters as they came
    created   REAL NOT NULL,      -- seconds since 1970
    pace      REAL NOT NULL,      -- seconds the whole job is to take
    stopped   REAL,               -- when somebody asked to stop it
    outcome   BLOB                -- how it ended, once it has
);
CREATE TABLE IF NOT EXISTS models (
    arn     TEXT PRIMARY KEY,
    region  TEXT NOT NULL,
    name    TEXT NOT NULL,
    job     TEXT NOT NULL,
    base    TEXT NOT NULL,        -- the foundation model's id below it, however often it was tuned
    created REAL NOT NULL,
    weights BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS endpoints (
    arn       TEXT PRIMARY KEY,
    region    TEXT NOT NULL,
    kind      TEXT NOT NULL,      -- provisioned, on-demand
    name      TEXT NOT NULL,
    token     TEXT NOT NULL UNIQUE,
    request   BLOB NOT NULL,
    model     TEXT NOT NULL,
    created   REAL NOT NULL,
    pace      REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS batches (
    arn       TEXT PRIMARY KEY,
    region    TEXT NOT NULL,
    name      TEXT NOT NULL,
    token     TEXT NOT NULL UNIQUE,
    request   BLOB NOT NULL,
    created   REAL NOT NULL,
    pace      REAL NOT NULL,
    stopped   REAL,
    total     INTEGER NOT NULL DEFAULT 0,
    processed INTEGER NOT NULL DEFAULT 0,
    outcome   BLOB
);
CREATE TABLE IF NOT EXISTS tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
);
CREATE TABLE IF NOT EXISTS identity_calls (   -- what was changed in IAM, to be said again after a restart
    number INTEGER PRIMARY KEY, content_type TEXT NOT NULL, body BLOB NOT NULL
);
"""


class JobOutcome(msgspec.Struct, frozen=True):
    """How a job ended.

    Attributes:
        status: `Completed`, `Failed` or `Stopped`.
        at: When, in seconds since 1970.
        phase: The phase it failed in.
        failure: AWS's message for a failed job.
        training_loss: The last one.
        validation_loss: The last one, with a validation set.
    """

    status: str
    at: float
    phase: str = ""
    failure: str = ""
    training_loss: float | None = None
    validation_loss: float | None = None


class JobRow(msgspec.Struct, frozen=True):
    """A job as the server keeps it."""

    id: str
    region: str
    arn: str
    name: str
    token: str
    request: Payload
    created: float
    pace: float
    stopped: float | None
    outcome: JobOutcome | None


class ModelRow(msgspec.Struct, frozen=True):
    """A tuned model as the server keeps it, without its weights."""

    arn: str
    region: str
    name: str
    job: str
    base: str
    created: float


class EndpointRow(msgspec.Struct, frozen=True):
    """An endpoint as the server keeps it."""

    arn: str
    region: str
    kind: str
    name: str
    token: str
    request: Payload
    model: str
    created: float
    pace: float


class BatchOutcome(msgspec.Struct, frozen=True):
    """How a batch job ended; counts are of records."""

    status: str
    at: float
    message: str = ""
    total: int = 0
    processed: int = 0
    succeeded: int = 0
    failed: int = 0


class BatchRow(msgspec.Struct, frozen=True):
    """A batch job as the server keeps it."""

    arn: str
    region: str
    name: str
    token: str
    request: Payload
    created: float
    pace: float
    stopped: float | None = None
    total: int = 0
    processed: int = 0
    outcome: BatchOutcome | None = None


class RehearsalState:
    """Reads and writes it; one lock, because requests come in threads."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes it for good."""
        self.lock.acquire()  # never released: a request still under way waits for the end and does not fail
        self._db.close()

    def jobs(self, where: str = "1", values: Sequence[object] = ()) -> list[JobRow]:
        """Jobs that a condition holds for, oldest first."""
        rows = self._rows(f"SELECT * FROM jobs WHERE {where} ORDER BY created, id", values)  # noqa: S608
        return [
            JobRow(
                **dict(row)
                | {
                    "request": msgspec.json.decode(row["request"]),
                    "outcome": msgspec.json.decode(row["outcome"], type=JobOutcome) if row["outcome"] else None,
                }
            )
            for row in rows
        ]

    def add_job(self, job: JobRow) -> None:
        """Keeps a new job."""
        self._write(
            "INSERT INTO jobs (id, region, arn, name, token, request, created, pace) VALUES (?,?,?,?,?,?,?,?)",
            (
                job.id,
                job.region,
                job.arn,
                job.name,
                job.token,
                msgspec.json.encode(job.request),
                job.created,
                job.pace,
            ),
        )

    def stop_job(self, arn: str, at: float) -> None:
        """Notes that somebody asked to stop a job."""
        self._write("UPDATE jobs SET stopped = ? WHERE arn = ? AND stopped IS NULL AND outcome IS NULL", (at, arn))

    def end_job(self, arn: str, outcome: JobOutcome, model: ModelRow | None = None, weights: bytes = b"") -> None:
        """Writes a job's end, and the model that it made, at once; not of a job that was asked to stop before."""
        with self.lock:
            self._db.execute("BEGIN IMMEDIATE")
            ended = self._db.execute(
                "UPDATE jobs SET outcome = ? WHERE arn = ? AND stopped IS NULL", (msgspec.json.encode(outcome), arn)
            )
            if model is not None and ended.rowcount:
                self._db.execute(
                    "INSERT OR REPLACE INTO models VALUES (?,?,?,?,?,?,?)", (*msgspec.structs.astuple(model), weights)
                )
            self._db.execute("COMMIT")

    def models(self, where: str = "1", values: Sequence[object] = ()) -> list[ModelRow]:
        """Tuned models that a condition holds for, oldest first."""
        query = f"SELECT arn, region, name, job, base, created FROM models WHERE {where} ORDER BY created"  # noqa: S608
        return [ModelRow(**dict(row)) for row in self._rows(query, values)]

    def weights(self, arn: str) -> bytes:
        """A tuned model's weights."""
        return bytes(self._rows("SELECT weights FROM models WHERE arn = ?", (arn,))[0]["weights"])

    def delete_model(self, arn: str) -> None:
        """Forgets a tuned model."""
        self._write("DELETE FROM models WHERE arn = ?", (arn,))

    def endpoints(self, where: str = "1", values: Sequence[object] = ()) -> list[EndpointRow]:
        """Endpoints that a condition holds for, oldest first."""
        rows = self._rows(f"SELECT * FROM endpoints WHERE {where} ORDER BY created, arn", values)  # noqa: S608
        return [EndpointRow(**dict(row) | {"request": msgspec.json.decode(row["request"])}) for row in rows]

    def add_endpoint(self, row: EndpointRow) -> None:
        """Keeps a new endpoint."""
        values = [*msgspec.structs.astuple(row)]
        values[5] = msgspec.json.encode(row.request)
        self._write("INSERT INTO endpoints VALUES (?,?,?,?,?,?,?,?,?)", values)

    def delete_endpoint(self, arn: str) -> None:
        """Forgets an endpoint."""
        self._write("DELETE FROM endpoints WHERE arn = ?", (arn,))

    def batches(self, where: str = "1", values: Sequence[object] = ()) -> list[BatchRow]:
        """Batch jobs that a condition holds for, oldest first."""
        rows = self._rows(f"SELECT * FROM batches WHERE {where} ORDER BY created, arn", values)  # noqa: S608
        return [
            BatchRow(
                **dict(row)
                | {
                    "request": msgspec.json.decode(row["request"]),
                    "outcome": msgspec.json.decode(row["outcome"], type=BatchOutcome) if row["outcome"] else None,
                }
            )
            for row in rows
        ]

    def add_batch(self, row: BatchRow) -> None:
        """Keeps a new batch job."""
        self._write(
            "INSERT INTO batches (arn, region, name, token, request, created, pace) VALUES (?,?,?,?,?,?,?)",
            (row.arn, row.region, row.name, row.token, msgspec.json.encode(row.request), row.created, row.pace),
        )

    def note_batch(self, arn: str, total: int, processed: int) -> None:
        """Notes how far a batch job is."""
        self._write("UPDATE batches SET total = ?, processed = ? WHERE arn = ?", (total, processed, arn))

    def stop_batch(self, arn: str, at: float) -> None:
        """Notes that somebody asked to stop a batch job."""
        self._write("UPDATE batches SET stopped = ? WHERE arn = ? AND outcome IS NULL", (at, arn))

    def end_batch(self, arn: str, outcome: BatchOutcome) -> None:
        """Writes a batch job's end."""
        self._write("UPDATE batches SET outcome = ? WHERE arn = ?", (msgspec.json.encode(outcome), arn))

    def tags(self, arn: str) -> dict[str, str]:
        """A resource's tags."""
        rows = self._rows("SELECT key, value FROM tags WHERE arn = ? ORDER BY key", (arn,))
        return {row["key"]: row["value"] for row in rows}

    def tag(self, arn: str, tags: dict[str, str]) -> None:
        """Adds or replaces tags."""
        for key, value in tags.items():
            self._write("INSERT OR REPLACE INTO tags VALUES (?,?,?)", (arn, key, value))

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Takes tags away."""
        for key in keys:
            self._write("DELETE FROM tags WHERE arn = ? AND key = ?", (arn, key))

    def identity_calls(self) -> list[tuple[str, bytes]]:
        """What was changed in IAM, in order: content type and body of each request."""
        rows = self._rows("SELECT content_type, body FROM identity_calls ORDER BY number")
        return [(row["content_type"], bytes(row["body"])) for row in rows]

    def add_identity_call(self, content_type: str, body: bytes) -> None:
        """Remembers a change in IAM."""
        self._write("INSERT INTO identity_calls (content_type, body) VALUES (?,?)", (content_type, body))

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self.lock:
            return self._db.execute(sql, values).fetchall()

    def _write(self, sql: str, values: Sequence[object]) -> None:
        with self.lock:
            self._db.execute(sql, values)
