"""Batch inference as the rehearsed Bedrock does it: jobs over a file in S3, answered in no order, with a manifest."""

import json
import logging
import random
import secrets
import threading
from collections import Counter

import msgspec

from core.aws import s3
from core.aws.errors import AwsError
from core.aws.identity import BATCH_JOB
from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.rehearsal import jobs, runtime
from core.rehearsal.faults import Faults, error_of
from core.rehearsal.state import BatchOutcome, BatchRow
from core.rehearsal.timeline import moment
from core.rehearsal.world import Handler, World, arn, new_id, page, read_tags, selected

LEAST_RECORDS = 100  # AWS: "Minimum number of records per batch inference job", for most models
_STAGES = ((0.05, "Submitted"), (0.1, "Validating"), (0.2, "Scheduled"))  # until which share of the pace
_STOPPING = 0.05  # of the pace passes between Stopping and Stopped
_LOOK = 0.1  # seconds between looks while a job waits to be due
_TOLD = 50  # records between two notes of how far a job is
_RECORD = "BatchRecord"  # what a faults file calls one record of a batch

_log = logging.getLogger(__name__)


class Manifest(msgspec.Struct, frozen=True, rename="camel"):
    """`manifest.json.out`: what a job has done."""

    total_record_count: int
    processed_record_count: int
    success_record_count: int
    error_record_count: int
    input_token_count: int
    output_token_count: int


def create(world: World, region: str, request: Payload) -> Payload:
    """CreateModelInvocationJob."""
    token = request.get("clientRequestToken") or secrets.token_hex(16)
    with world.state.lock:
        earlier = world.state.batches("token = ?", (token,))
        if earlier:
            if earlier[0].request | {"clientRequestToken": token} != request | {"clientRequestToken": token}:
                raise ServiceError("ConflictException", "The client token was used for a different request.")
            return {"jobArn": earlier[0].arn}
        if world.state.batches("region = ? AND name = ?", (region, request["jobName"])):
            raise ServiceError("ConflictException", "The provided job name is currently in use.")
        _check_model(world, request["modelId"])
        jobs.check_role(world, region, request["roleArn"], BATCH_JOB)
        uri, output = _input(request), _output(request)
        if not uri.endswith(".jsonl"):
            raise ServiceError("ValidationException", "Input s3Uri must be a file with the extension .jsonl.")
        jobs.check_input(world, region, request["roleArn"], uri, "batch")
        jobs.check_output(world, region, request["roleArn"], output)
        row = BatchRow(
            arn=arn(region, f"{BATCH_JOB}/{new_id()}"),
            region=region,
            name=request["jobName"],
            token=token,
            request=request,
            created=world.time(),
            pace=world.pace,
        )
        world.state.tag(row.arn, read_tags(request.get("tags", ())))  # first: a kill must not leave it untagged
        world.state.add_batch(row)
    world.changed()
    return {"jobArn": row.arn}


def get(world: World, region: str, request: Payload) -> Payload:
    """GetModelInvocationJob."""
    return _described(world, _find(world, region, request["jobIdentifier"]))


def listing(world: World, region: str, query: Payload) -> Payload:
    """ListModelInvocationJobs."""
    renamed = query | {
        "creationTimeAfter": query.get("submitTimeAfter"),
        "creationTimeBefore": query.get("submitTimeBefore"),
    }
    rows = world.state.batches("region = ?", (region,))
    items = [_described(world, row) for row in rows if selected(row.created, row.name, renamed)]
    items = [item for item in items if query.get("statusEquals") in (None, item["status"])]
    return page(items, query, "invocationJobSummaries")


def stop(world: World, region: str, request: Payload) -> Payload:
    """StopModelInvocationJob."""
    row, now = _find(world, region, request["jobIdentifier"]), world.time()
    status = _status(row, now)
    if row.outcome is not None or row.stopped is not None:
        raise ServiceError("ConflictException", f"The job cannot be stopped: its status is {status}.")
    world.state.stop_batch(row.arn, now)
    world.changed()
    return {}


OPERATIONS: dict[str, Handler] = {
    "CreateModelInvocationJob": create,
    "GetModelInvocationJob": get,
    "ListModelInvocationJobs": listing,
    "StopModelInvocationJob": stop,
}


class Batcher(threading.Thread):
    """Answers the batch jobs of a world, one at a time, until told to leave.

    Nothing is kept of a job under way but how far it is: after a crash it is answered again, to the same effect.
    """

    def __init__(self, world: World, faults: Faults) -> None:
        super().__init__(name="batcher", daemon=True)
        self.wake = threading.Event()
        self._world = world
        self._faults = faults
        self._left = False

    def leave(self) -> None:
        """Stops at the next record."""
        self._left = True
        self.wake.set()

    def busy(self) -> bool:
        """Whether any job may still change."""
        return bool(self._world.state.batches("outcome IS NULL"))

    def run(self) -> None:
        """The thread's loop."""
        while not self._left:
            row = next(iter(self._world.state.batches("outcome IS NULL")), None)
            if row is None:
                self.wake.wait()
                self.wake.clear()
            else:
                self._work(row)

    def _work(self, row: BatchRow) -> None:
        try:
            outcome = self._answered(row)
        except AwsError as error:
            if error.transient:
                _log.warning("%s waits: %s", row.name, error)
                self._pause()
                return
            outcome = BatchOutcome("Failed", self._world.time(), error.what)
        except Exception as error:  # noqa: BLE001 - a failed job must not end the server
            _log.exception("%s failed", row.name)
            outcome = BatchOutcome("Failed", self._world.time(), f"An internal error occurred: {error}")
        if outcome is not None:
            self._world.state.end_batch(row.arn, outcome)

    def _answered(self, row: BatchRow) -> BatchOutcome | None:
        """Answers a job's records and writes its files when it is due; None where the server is to leave."""
        lines = s3.read(self._world.storage, s3.parse_uri(_input(row.request))).splitlines()
        problem = _problem(lines, row.arn)
        if problem:
            return BatchOutcome("Failed", self._world.time(), problem, len(lines))
        results: list[Payload] = []
        while not self._left:
            now, stopped = self._world.time(), self._stopped(row)
            if stopped is not None or len(results) == len(lines):
                due = row.created + row.pace if stopped is None else stopped + row.pace * _STOPPING
                if now >= due:
                    return self._published(row, results, len(lines), stopped=stopped is not None)
                self._pause()
                continue
            results.append(_answer(self._world, row, json.loads(lines[len(results)]), self._faults))
            if len(results) % _TOLD == 0:
                self._world.state.note_batch(row.arn, len(lines), len(results))
        return None

    def _published(self, row: BatchRow, results: list[Payload], total: int, *, stopped: bool) -> BatchOutcome:
        """Writes the results in no order, and the manifest."""
        counts = Counter("error" if "error" in result else "success" for result in results)
        used = [_tokens(result["modelOutput"]) for result in results if "modelOutput" in result]
        manifest = Manifest(
            total,
            len(results),
            counts["success"],
            counts["error"],
            sum(each[0] for each in used),
            sum(each[1] for each in used),
        )
        random.Random(row.name).shuffle(results)  # noqa: S311 - an order that nobody may rely on
        body = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
        folder = s3.parse_uri(_output(row.request)).below(row.arn.rpartition("/")[2])
        name = _input(row.request).rpartition("/")[2]
        s3.write(self._world.storage, folder.below(f"{name}.out"), body.encode(), "application/x-ndjson")
        s3.write(self._world.storage, folder.below("manifest.json.out"), msgspec.json.encode(manifest))
        status = "Completed"
        if stopped:
            status = "Stopped"
        elif counts["error"]:
            status = "PartiallyCompleted" if counts["success"] else "Failed"
        now = self._world.time()
        return BatchOutcome(status, now, "", total, len(results), counts["success"], counts["error"])

    def _stopped(self, row: BatchRow) -> float | None:
        (now,) = self._world.state.batches("arn = ?", (row.arn,))
        return now.stopped

    def _pause(self) -> None:
        self.wake.wait(_LOOK)
        self.wake.clear()


def _check_model(world: World, name: str) -> None:
    if ":custom-model/" in name or ":provisioned-model/" in name or not world.living(name).batch:
        raise ServiceError("ValidationException", f"The provided model {name} does not support batch inference.")


def _problem(lines: list[bytes], job: str) -> str:
    """What Bedrock finds wrong with a file while it validates it."""
    if len(lines) < LEAST_RECORDS:
        return f"Batch job {job} contains less records ({len(lines)}) than the required minimum of: {LEAST_RECORDS}"
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not isinstance(record.get("modelInput"), dict):
            return f"The input file has a malformed record in line {number}."
    return ""


def _answer(world: World, row: BatchRow, record: Payload, faults: Faults) -> Payload:
    """One line of the results: the model's output, or an error in its place."""
    said = {"recordId": record.get("recordId") or new_id(), "modelInput": record["modelInput"]}
    rule = faults.strike(_RECORD)
    try:
        failure = error_of(rule) if rule else None
        if failure is not None:
            raise failure
        return said | {"modelOutput": _output_of(world, row, record["modelInput"])}
    except ServiceError as error:
        return said | {"error": {"errorCode": _STATUS.get(error.code, 400), "errorMessage": error.what}}


def _output_of(world: World, row: BatchRow, sent: Payload) -> Payload:
    model = row.request["modelId"]
    if row.request.get("modelInvocationType", "InvokeModel") == "Converse":
        answer = runtime.converse(world, row.region, sent | {"modelId": model})
        return {name: value for name, value in answer.items() if name != "metrics"}
    answer = runtime.invoke(world, row.region, {"modelId": model, "body": json.dumps(sent).encode()})
    found: Payload = json.loads(answer["body"])
    return found


def _tokens(output: Payload) -> tuple[int, int]:
    used = output["usage"]
    return used.get("inputTokens", used.get("input_tokens", 0)), used.get(
        "outputTokens", used.get("output_tokens", 0)
    )


_STATUS = {"ThrottlingException": 429, "InternalServerException": 500, "ServiceUnavailableException": 503}


def _find(world: World, region: str, name: str) -> BatchRow:
    found = world.state.batches("region = ?", (region,))
    for row in found:
        if name in (row.arn, row.arn.rpartition("/")[2]):
            return row
    raise ServiceError("ResourceNotFoundException", f"The specified batch job {name} was not found.")


def _status(row: BatchRow, now: float) -> str:
    if row.outcome is not None:
        return row.outcome.status
    if row.stopped is not None:
        return "Stopping"
    for share, status in _STAGES:
        if now < row.created + row.pace * share:
            return status
    return "InProgress"


def _described(world: World, row: BatchRow) -> Payload:
    now, outcome, sent = world.time(), row.outcome, row.request
    item: Payload = {
        "jobArn": row.arn,
        "jobName": row.name,
        "modelId": sent["modelId"],
        "clientRequestToken": row.token,
        "roleArn": sent["roleArn"],
        "status": _status(row, now),
        "submitTime": moment(row.created),
        "lastModifiedTime": moment(outcome.at if outcome else row.stopped or row.created),
        "inputDataConfig": sent["inputDataConfig"],
        "outputDataConfig": sent["outputDataConfig"],
        "timeoutDurationInHours": sent.get("timeoutDurationInHours", 24),
        "modelInvocationType": sent.get("modelInvocationType", "InvokeModel"),
    }
    if outcome is not None:
        item["endTime"] = moment(outcome.at)
        item |= {"message": outcome.message} if outcome.message else {}
        counts = (outcome.total, outcome.processed, outcome.succeeded, outcome.failed)
        names = ("totalRecordCount", "processedRecordCount", "successRecordCount", "errorRecordCount")
        item |= dict(zip(names, counts, strict=True))
    elif row.total:
        item |= {"totalRecordCount": row.total, "processedRecordCount": row.processed}
    return item


def _input(request: Payload) -> str:
    return str(request["inputDataConfig"].get("s3InputDataConfig", {}).get("s3Uri", ""))


def _output(request: Payload) -> str:
    return str(request["outputDataConfig"].get("s3OutputDataConfig", {}).get("s3Uri", ""))
