"""Runs customization jobs: looks at the dataset, trains, and writes the results when the job is due.

One thread, one job at a time. Nothing is kept of a job under way: after a crash its seeded training is simply
repeated, and writes the same bytes again.
"""

import logging
import threading
import zlib
from collections.abc import Iterable

import msgspec

from core.aws import metrics_file, s3
from core.aws.errors import AwsError
from core.catalog import Tuning
from core.errors import CancelledError, OutcropError
from core.progress import Cancel
from core.records import formats
from core.records.check import CheckReport, check_lines
from core.records.metric_point import MetricPoint
from core.records.record import Chat
from core.records.requirements import Requirements
from core.rehearsal import jobs, timeline
from core.rehearsal.faults import Faults
from core.rehearsal.learner import EpochPlan, StandIn, base_model, train
from core.rehearsal.state import JobOutcome, JobRow, ModelRow
from core.rehearsal.world import World

_log = logging.getLogger(__name__)

BATCH_SIZE = 8  # where a model has no such hyperparameter, as Nova
_LOOK = 0.2  # seconds between looks at the clock while something waits to be due


class Prepared(msgspec.Struct, frozen=True):
    """A job whose result is ready, to be published when it is due."""

    job: JobRow
    due: float
    failure: str = ""
    phase: str = ""
    base: str = ""
    weights: bytes = b""
    training: tuple[MetricPoint, ...] = ()
    validation: tuple[MetricPoint, ...] = ()


class Trainer(threading.Thread):
    """Works through the jobs of a world until told to leave."""

    def __init__(self, world: World, faults: Faults) -> None:
        super().__init__(name="trainer", daemon=True)
        self.wake = threading.Event()
        self._world = world
        self._faults = faults
        self._cancel = Cancel()
        self._current = ""
        self._prepared: dict[str, Prepared] = {}
        self._left = False

    def leave(self) -> None:
        """Stops at the next batch."""
        self._left = True
        self._cancel.cancel()
        self.wake.set()

    def stop_current(self) -> None:
        """Looks at once whether the job being trained was asked to stop."""
        if self._current and self._world.state.jobs("arn = ? AND stopped IS NOT NULL", (self._current,)):
            self._cancel.cancel()
        self.wake.set()

    def busy(self) -> bool:
        """Whether any job may still change."""
        now = self._world.time()
        return any(timeline.status(job, now) in ("InProgress", "Stopping") for job in self._world.state.jobs())

    def run(self) -> None:
        """The thread's loop."""
        while not self._left:
            job = self._next()
            if job is not None:
                self._prepare(job)
            self._publish_due()
            if job is None:
                self.wake.wait(_LOOK if self._prepared else None)
                self.wake.clear()

    def _next(self) -> JobRow | None:
        waiting = self._world.state.jobs("outcome IS NULL AND stopped IS NULL")
        return next((job for job in waiting if job.arn not in self._prepared), None)

    def _prepare(self, job: JobRow) -> None:
        self._cancel, self._current = Cancel(), job.arn
        try:
            self._prepared[job.arn] = prepare(self._world, job, self._cancel)
        except CancelledError:
            _log.info("%s was stopped", job.name)
        except AwsError as error:
            if error.transient:
                _log.warning("%s waits: %s", job.name, error)
                self.wake.wait(_LOOK)
                self.wake.clear()
            else:  # the object was deleted since the job was created
                self._prepared[job.arn] = Prepared(job, timeline.validated(job), _in_its_words(error), "validation")
        except Exception as error:  # noqa: BLE001 - a failed job must not end the server
            _log.exception("%s failed", job.name)
            failure = f"An internal error occurred: {error}"
            self._prepared[job.arn] = Prepared(job, timeline.due(job), failure, "training")
        finally:
            self._current = ""

    def _publish_due(self) -> None:
        now = self._world.time()
        for prepared in [each for each in self._prepared.values() if each.due <= now]:
            del self._prepared[prepared.job.arn]
            if not self._world.state.jobs("arn = ? AND stopped IS NOT NULL", (prepared.job.arn,)):
                publish(self._world, prepared, self._faults)


def _in_its_words(error: AwsError) -> str:
    """What S3 itself said, as a job's failure has it."""
    return error.why if error.code in ("NoSuchKey", "NoSuchBucket") else error.what


def prepare(world: World, job: JobRow, cancel: Cancel) -> Prepared:
    """Checks a job's dataset and trains its model.

    Raises:
        CancelledError: The job was stopped.
        AwsError: The storage does not answer.
    """
    tuning, start = _base(world, job)
    parts: dict[str, list[Chat]] = {"training": [], "validation": []}
    for address, what in jobs.inputs(job.request):
        requirements = tuning.requirements("training" if what == "training" else "validation")
        lines = s3.read(world.storage, s3.parse_uri(address)).splitlines(keepends=True)
        report = check_lines(lines, requirements)
        if report.errors:
            return Prepared(job, timeline.validated(job), _complaint(what, report), "validation")
        parts[what] += _chats(lines, requirements)
    total = sum(map(len, parts.values()))
    most = tuning.limits.total_records
    if most is not None and total > most:
        said = f"The training and validation datasets have {total} records together; at most {most} are allowed."
        return Prepared(job, timeline.validated(job), said, "validation")
    trained = train(start, parts["training"], parts["validation"], plan_of(job, tuning), cancel=cancel)
    return Prepared(
        job,
        timeline.due(job),
        base=tuning.base_id,
        weights=trained.model.to_bytes(),
        training=trained.training,
        validation=trained.validation,
    )


def publish(world: World, prepared: Prepared, faults: Faults) -> None:
    """Writes a job's metrics files, then its end and its model in one transaction."""
    job, now = prepared.job, world.time()
    if prepared.failure:
        outcome = JobOutcome("Failed", now, prepared.phase, prepared.failure)
        world.state.end_job(job.arn, outcome)
        return
    rule = faults.strike("metrics")
    answer = rule.answer if rule else None
    if rule is not None and answer == "late":
        later = threading.Timer(rule.seconds, _write_metrics, (world, prepared))
        later.daemon = True
        later.start()
    elif answer != "missing":
        _write_metrics(world, prepared, answer or "")
    model = ModelRow(jobs.model_arn(job), job.region, job.request["customModelName"], job.arn, prepared.base, now)
    outcome = JobOutcome(
        "Completed",
        now,
        training_loss=prepared.training[-1].loss if prepared.training else 0.0,
        validation_loss=prepared.validation[-1].loss if prepared.validation else None,
    )
    world.state.end_job(job.arn, outcome, model, prepared.weights)


def plan_of(job: JobRow, tuning: Tuning) -> EpochPlan:
    """A job's hyperparameters as the learner takes them; a learning rate counts in units of its default."""
    given: dict[str, str] = job.request.get("hyperParameters", {})

    def value(name: str, otherwise: float) -> float:
        knob = tuning.hyperparameter(name)
        return float(given.get(name, knob.default if knob else otherwise))

    rate = tuning.hyperparameter("learningRate")
    multiplier = value("learningRate", 1.0) / rate.default if rate else value("learningRateMultiplier", 1.0)
    stops_early = tuning.hyperparameter("earlyStoppingPatience") is not None
    warmup = tuning.hyperparameter("learningRateWarmupSteps")
    return EpochPlan(
        epochs=int(value("epochCount", 2)),
        batch_size=int(value("batchSize", BATCH_SIZE)),
        multiplier=multiplier,
        warmup_steps=int(value("learningRateWarmupSteps", 0)) if warmup else None,
        early_stopping_threshold=value("earlyStoppingThreshold", 0.0),
        patience=int(value("earlyStoppingPatience", 1)) if stops_early else None,
        seed=zlib.crc32(job.name.encode()),
    )


def _base(world: World, job: JobRow) -> tuple[Tuning, StandIn]:
    identifier = job.request["baseModelIdentifier"]
    tuned = world.state.models("region = ? AND (arn = ? OR name = ?)", (job.region, identifier, identifier))
    model, tuning = world.catalog.tuning_of(tuned[0].base if tuned else identifier)
    start = StandIn.from_bytes(world.state.weights(tuned[0].arn)) if tuned else base_model(model.rehearsal_reading)
    return tuning, start


def _chats(lines: Iterable[bytes], requirements: Requirements) -> list[Chat]:
    decode = formats.named(requirements.format).decode
    return [decode(line) for line in lines]


def _complaint(what: str, report: CheckReport) -> str:
    issue = report.issues[0]
    where = f" (line {issue.lines[0]})" if issue.lines else ""
    return (
        f"Encountered {report.errors} error(s) in the {what} dataset. The first{where}: {issue.message}."
        f" Check that every line follows the format that the model's documentation gives."
    )[:2048]


def _write_metrics(world: World, prepared: Prepared, fault: str = "") -> None:
    job = prepared.job
    folder = s3.parse_uri(job.request["outputDataConfig"]["s3Uri"]).below(f"model-customization-job-{job.id}")
    files = {
        f"training_artifacts/{metrics_file.TRAINING_FILE}": (prepared.training, "training_loss"),
        f"validation_artifacts/post_fine_tuning_validation/{metrics_file.VALIDATION_FILE}": (
            prepared.validation,
            "validation_loss",
        ),
    }
    for name, (points, loss) in files.items():
        if points:
            body = _metrics(points, loss, fault)
            try:
                s3.write(world.storage, folder.below(name), body, "text/csv")
            except OutcropError:
                _log.exception("The metrics of %s could not be written", job.name)


def _metrics(points: tuple[MetricPoint, ...], loss: str, fault: str) -> bytes:
    """A metrics file as Bedrock writes it, or as one of the ways in which files in the wild differ."""
    if fault == "one-based":
        points = tuple(msgspec.structs.replace(each, step=each.step + 1, epoch=each.epoch + 1) for each in points)
    if fault == "duplicated":
        points = tuple(each for each in points for _ in range(2))
    body = metrics_file.render(points, loss)
    return body[: len(body) * 2 // 3] if fault == "truncate" else body
