"""Submitting a job: the facts to confirm, and one create call that a crash can never make two of.

The client token is stored before the call. A submission is known by what it would train and with which values: the
same one, sent again after a crash or from a second terminal, finds the first instead of paying twice.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path

import msgspec

from core.aws.customization import JobRequest, check_job_request, create_job
from core.aws.location import Location
from core.catalog import Model, Tuning
from core.clock import Clock
from core.config import Config, Vpc
from core.errors import OutcropError, RefusedError, UsageError
from core.files import alone
from core.formatting import Export, upload
from core.progress import Report, silent
from core.store import Operation, Store, advance, plan, unsettled
from core.tuning import hyperparameters, ledger, sizes
from core.tuning.forecast import TrainingForecast, forecast
from core.workspace import Workspace

KIND = "CreateModelCustomizationJob"


class Submission(msgspec.Struct, frozen=True):
    """Everything a person confirms before money is spent.

    Attributes:
        location: Where it will run.
        model: What is tuned.
        export: On what.
        folder: Where the export lies.
        request: What will be sent.
        values: Hyperparameters as numbers.
        forecast: Steps, tokens and dollars.
        subject: What the submission is known by.
    """

    location: Location
    model: Model
    export: Export
    folder: Path
    request: JobRequest
    values: dict[str, float]
    forecast: TrainingForecast
    subject: str


class Submitted(msgspec.Struct, frozen=True):
    """A job, and whether it was there already."""

    arn: str
    name: str
    already: bool


def today(clock: Clock, config: Config) -> date:
    """The day that decides what can be tuned: the rehearsal's, or the clock's."""
    as_of = config.rehearsal.as_of
    if config.target == "rehearsal" and as_of != "today":
        return date.fromisoformat(as_of)
    return clock.now().astimezone(UTC).date()


def prepare(workspace: Workspace, export: Export, folder: Path, *, again: bool = False) -> Submission:
    """Works out what would be submitted, and refuses what AWS would refuse.

    Args:
        workspace: The project.
        export: What to train on.
        folder: Where it lies.
        again: Train the same once more, under another name.

    Raises:
        RefusedError: The model cannot be tuned, or is at its end of life; names the nearest that is not.
        UsageError: A hyperparameter, name, role or bucket that AWS would refuse.
    """
    settings = workspace.config
    model, tuning = workspace.tuning()
    workspace.catalog.refuse_if_ended(model, today(workspace.clock, workspace.config))
    if settings.region not in tuning.regions:
        raise UsageError(
            f"{model.name} cannot be tuned in {settings.region}",
            todo=f"Set `region:` to {' or '.join(tuning.regions)}, with a bucket there",
        )
    _refuse_missing(workspace.config)
    _refuse_sizes(export, tuning)
    values = hyperparameters.effective(tuning, settings.hyperparameters)
    subject = subject_of(workspace.config, export, values)
    name = _free_name(workspace.store, subject) if again else subject
    request = request_for(workspace.config, tuning, export, values, name)
    check_job_request(request)
    location = workspace.location
    return Submission(location, model, export, folder, request, values, forecast(model, export, values), name)


def request_for(config: Config, tuning: Tuning, export: Export, values: Mapping[str, float], name: str) -> JobRequest:
    """What would be sent, as the project's configuration has it, right or wrong."""
    there = upload.addresses(config.bucket, word(config.name), export)
    return JobRequest(
        name=name,
        model_name=model_name(name),
        role=config.role,
        base_model=tuning.base_id,
        training_uri=there.training,
        validation_uri=there.validation,
        output_uri=there.output,
        hyperparameters=hyperparameters.on_the_wire(values),
        tags={"outcrop": word(config.name), **config.tags},
        kms_key=config.kms_key,
        subnets=config.vpc.subnets,
        security_groups=config.vpc.security_groups,
    )


def model_name(job: str) -> str:
    """What the model is called that a job makes: AWS allows no dots in it."""
    return job.replace(".", "-")


def submit(workspace: Workspace, submission: Submission, report: Report = silent) -> Submitted:
    """Uploads and creates the job, once.

    Raises:
        RefusedError: The project is read-only.
        AwsError: AWS refuses or does not answer; what was stored lets the next attempt go on.
    """
    workspace.refuse_if_read_only()
    with alone(workspace.hidden / "submit.lock"):
        connection = workspace.connection  # first, for it knows the account, by which submissions are filed
        there = earlier_job(workspace.store, workspace.location, submission.subject)
        if there:
            return Submitted(there, submission.request.name, already=True)
        store, now = workspace.store, workspace.clock.now
        intent = intended(workspace, submission)
        request = msgspec.json.decode(intent.request, type=JobRequest)
        settings = workspace.config
        upload.upload(connection, submission.folder, submission.export, settings.bucket, word(settings.name), report)
        intent = advance(store, intent, "sent", now())
        try:
            arn = create_job(connection, request, intent.id)
        except OutcropError as error:
            if not getattr(error, "transient", False) and getattr(error, "code", "") != "Unreachable":
                advance(store, intent, "failed", now(), str(error))
            raise
        _remember(workspace, submission, intent, arn)
        return Submitted(arn, request.name, already=False)


def intended(workspace: Workspace, submission: Submission) -> Operation:
    """What is to be sent: what an earlier attempt may have sent, to the letter, or else this submission."""
    store, now = workspace.store, workspace.clock.now
    request = msgspec.json.encode(submission.request)
    earlier = _unfinished(workspace.store, workspace.location, submission)
    if earlier is not None:
        if earlier.state == "sent" or earlier.request == request.decode():
            return earlier
        advance(store, earlier, "failed", now(), "Replaced before it was sent")  # the bucket or role was mended since
    return plan(
        store,
        kind=KIND,
        location=workspace.location.key,
        subject=submission.subject,
        request=request,
        now=now(),
    )


def _remember(workspace: Workspace, submission: Submission, intent: Operation, arn: str) -> None:
    with workspace.store.transaction():
        now = workspace.clock.now()
        advance(workspace.store, intent, "acknowledged", now, arn)
        ledger.add(
            workspace.store,
            arn=arn,
            location=workspace.location.key,
            name=submission.request.name,
            model=submission.model.key,
            export=submission.export,
            now=now,
        )


def _unfinished(store: Store, location: Location, submission: Submission) -> Operation | None:
    found = unsettled(store, kind=KIND, location=location.key)
    return next((each for each in found if each.subject == submission.subject), None)


def subject_of(config: Config, export: Export, values: Mapping[str, float]) -> str:
    """What a submission is known by, and its job is called: the project, the export and what it is tuned with."""
    where = [config.kms_key, config.vpc] if config.kms_key or config.vpc != Vpc() else []
    digest = hashlib.sha256(msgspec.json.encode([export.name, sorted(values.items()), *where])).hexdigest()[:6]
    return f"{word(config.name)[:30].rstrip('-')}-{export.name.rpartition('-')[2]}-{digest}"


def earlier_job(store: Store, location: Location, subject: str) -> str:
    """The ARN of the job that a submission has led to, or empty."""
    row = store.row(
        "SELECT result FROM operations WHERE kind = ? AND location = ? AND subject = ? AND state = 'acknowledged'",
        (KIND, location.key, subject),
    )
    return str(row["result"]) if row else ""


def _free_name(store: Store, subject: str) -> str:
    rows = store.rows("SELECT DISTINCT subject FROM operations WHERE kind = ?", (KIND,))
    taken = {row["subject"] for row in rows}
    number = 2
    while f"{subject}-{number}" in taken:
        number += 1
    return f"{subject}-{number}"


def _refuse_missing(config: Config) -> None:
    for name, value, example in (
        ("bucket", config.bucket, "a bucket in the job's region"),
        ("role", config.role, "the ARN of a role that Bedrock may assume"),
    ):
        if not value:
            raise UsageError(f"No {name} is set", todo=f"Set `{name}:` in outcrop.yaml to {example}")


def _refuse_sizes(export: Export, tuning: Tuning) -> None:
    for wrong in sizes.misfits(export, tuning):
        raise RefusedError(
            "The files would be refused", why=wrong, todo="Change the shares in `split:`, or the records"
        )


def word(name: str) -> str:
    """A name as AWS's patterns allow it everywhere: letters, digits and single dashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "outcrop"
