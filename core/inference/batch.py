"""Asks a model N things by batch inference: over S3, in no order, at the price of batch; each answer paid once.

A job is an intent in the store before it is created, under `<run>/<number>`, so that a crash finds it again instead
of paying for a second one. What a job could not answer goes into the next; too little for a job goes by Converse.
"""

import hashlib
import itertools
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from core.aws import batch, runtime, s3
from core.aws.batch import BatchJob, BatchRequest
from core.aws.session import Connection
from core.clock import Clock
from core.errors import OutcropError, RefusedError
from core.inference import converse
from core.inference.answers import keep_all, kept
from core.inference.ask import Answer, Ask, AskSettings
from core.inference.converse import Summary
from core.progress import Cancel, Progress, Report, silent
from core.store import Operation, Store, advance, latest, plan

KIND = "CreateModelInvocationJob"
LEAST_RECORDS = 100  # AWS: "Minimum number of records per batch inference job", for most models
MOST_RECORDS = 50_000  # AWS: "Records per batch inference job", the default quota
_FRUITLESS = 2  # jobs in a row without a single answer after which the rest goes by Converse
_POLL = 30.0  # seconds between looks at a job
_POLL_REHEARSAL = 0.3


class Place(msgspec.Struct, frozen=True):
    """Where batch jobs read and write, and as whom.

    Attributes:
        prefix: In S3, in the model's region.
        role: ARN of the role that Bedrock assumes.
        tags: Put on every job.
    """

    prefix: s3.S3Uri
    role: str
    tags: dict[str, str] = {}


class _Line(msgspec.Struct, rename={"record_id": "recordId", "output": "modelOutput"}):
    """A line of a job's results; without an output there is an error in its place."""

    record_id: str
    output: dict[str, object] | None = None


def run(
    asks: Iterable[Ask],
    *,
    name: str,
    settings: AskSettings,
    place: Place,
    connection: Connection,
    store: Store,
    clock: Clock,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Summary:
    """Asks whatever this run has no answer to yet.

    Args:
        asks: In any order; ids must be stable, since they are how a restart knows what is done.
        name: The run's id.
        settings: Which model, and how.
        place: Where jobs read and write.
        connection: Where.
        store: Keeps the answers and the intents.
        clock: Times them, and waits between looks.
        report: Told how many of how many are answered.
        cancel: Stops waiting; the job goes on at Bedrock, and the next start collects what it answered.

    Raises:
        CancelledError: After `cancel`.
        RefusedError: A job failed, expired or was stopped; its answers are kept, the next start asks for the rest.
        AwsError: The service refuses.
    """
    cancel = cancel or Cancel()
    wanted = list(asks)
    reused = len(wanted) - len(_missing(wanted, store, name))
    fruitless = 0
    for number in itertools.count(1):
        todo = _missing(wanted, store, name)
        report(Progress(len(wanted) - len(todo), len(wanted), "answers"))
        cancel.check()
        intent = latest(store, kind=KIND, location=connection.location.key, subject=f"{name}/{number}")
        fresh = intent is None or intent.state == "failed"
        if not todo or (fresh and (len(todo) < LEAST_RECORDS or fruitless == _FRUITLESS)):
            break
        if intent is None or intent.state == "failed":
            intent = _planned(connection, store, clock, place, settings, f"{name}/{number}")
        job_asks = todo[:MOST_RECORDS]
        arn = intent.result or _started(connection, store, clock, settings, intent, job_asks)
        job = _finished(connection, clock, arn, len(wanted) - len(todo), len(wanted), report, cancel)
        keep_all(store, name, list(_answers(connection, job, wanted)), clock.now())
        if job.status in ("Failed", "Stopped", "Expired"):
            advance(store, intent, "failed", clock.now(), job.status)
            raise RefusedError(
                f"The batch job {job.name} {_ENDS[job.status]}", why=job.message, todo="Start again to go on"
            )
        fruitless = fruitless + 1 if len(_missing(wanted, store, name)) == len(todo) else 0
    converse.run(
        wanted,
        name=name,
        settings=settings,
        connection=connection,
        store=store,
        clock=clock,
        report=report,
        cancel=cancel,
    )
    return Summary(len(wanted), reused)


_ENDS = {"Failed": "failed", "Stopped": "was stopped", "Expired": "took longer than it may"}


def _missing(asks: Sequence[Ask], store: Store, name: str) -> list[Ask]:
    done = kept(store, name)
    return [ask for ask in asks if ask.id not in done]


def _planned(
    connection: Connection, store: Store, clock: Clock, place: Place, settings: AskSettings, subject: str
) -> Operation:
    """Writes the intent of a job down: its request, and the token that makes it one job however often it is sent."""
    title = f"outcrop-{re.sub(r'[^A-Za-z0-9]+', '-', subject)[:40].strip('-')}-{uuid.uuid4().hex[:8]}"
    folder = place.prefix.below(title)
    request = BatchRequest(
        name=title,
        role=place.role,
        model=settings.model,
        input_uri=str(folder.below("input.jsonl")),
        output_uri=f"{folder}/output/",
        tags=place.tags,
    )
    batch.check_batch_request(request)
    return plan(
        store,
        kind=KIND,
        location=connection.location.key,
        subject=subject,
        request=msgspec.json.encode(request),
        now=clock.now(),
    )


def _started(
    connection: Connection, store: Store, clock: Clock, settings: AskSettings, intent: Operation, asks: Sequence[Ask]
) -> str:
    """Uploads the prompts and creates the job; the ARN is in the store before anything else happens."""
    request = msgspec.json.decode(intent.request, type=BatchRequest)
    intent = advance(store, intent, "sent", clock.now())
    try:
        s3.write(connection, s3.parse_uri(request.input_uri), _prompts(asks, settings), "application/x-ndjson")
        arn = batch.create_batch_job(connection, request, intent.id)
    except OutcropError as error:
        if not getattr(error, "transient", False):
            advance(store, intent, "failed", clock.now(), str(error))
        raise
    advance(store, intent, "acknowledged", clock.now(), arn)
    return arn


def _finished(
    connection: Connection, clock: Clock, arn: str, before: int, total: int, report: Report, cancel: Cancel
) -> BatchJob:
    pause = _POLL_REHEARSAL if connection.location.rehearsed else _POLL
    while True:
        job = batch.get_batch_job(connection, arn)
        if job.over:
            return job
        report(Progress(before + (job.processed or 0), total, "answers", f"batch job: {_words(job.status)}"))
        clock.wait(pause, cancel.event)
        cancel.check()


def _prompts(asks: Sequence[Ask], settings: AskSettings) -> bytes:
    encode = msgspec.json.encode
    return b"".join(
        encode(
            {
                "recordId": _record_id(ask),
                "modelInput": runtime.request_body(
                    ask.chat, max_tokens=settings.max_tokens, temperature=settings.temperature
                ),
            }
        )
        + b"\n"
        for ask in asks
    )


def _answers(connection: Connection, job: BatchJob, asks: Sequence[Ask]) -> Iterator[Answer]:
    """What a job has answered, joined by record; lines with an error, or of no ask, are passed over."""
    by_record = {_record_id(ask): ask.id for ask in asks}
    decode = msgspec.json.Decoder(_Line).decode
    for uri in s3.listing(connection, s3.parse_uri(job.output_uri).below(job.id)):
        if not uri.key.endswith(".jsonl.out"):
            continue
        for text in s3.read(connection, uri).splitlines():
            try:
                line = decode(text)
                reply = runtime.read_reply(line.output or {})
            except (msgspec.MsgspecError, LookupError, TypeError):
                continue  # an error in the place of an output, or a line cut off: asked again
            ask = by_record.get(line.record_id)
            if ask is not None:
                yield Answer(
                    ask, reply.text, reply.stop_reason, reply.input_tokens, reply.output_tokens, reply.latency_ms
                )


def _record_id(ask: Ask) -> str:
    """Letters and digits alone, as AWS's examples have it; the same after a restart."""
    return hashlib.sha256(ask.id.encode()).hexdigest()[:24]


def _words(status: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", status).lower()
