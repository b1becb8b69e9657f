"""Customization jobs as the rehearsed Bedrock answers for them."""

import secrets

from core.aws import identity, s3
from core.aws.errors import AwsError
from core.aws.location import REHEARSAL_ACCOUNT
from core.aws.policies import decide, key_arn, object_arn
from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.catalog import Model, Tuning
from core.rehearsal import timeline
from core.rehearsal.identity import simulated
from core.rehearsal.state import JobRow
from core.rehearsal.timeline import moment
from core.rehearsal.world import (
    JOBS_AT_ONCE,
    Handler,
    World,
    arn,
    foundation_arn,
    new_id,
    page,
    read_tags,
    selected,
)


def create(world: World, region: str, request: Payload) -> Payload:
    """CreateModelCustomizationJob."""
    token = request.get("clientRequestToken") or secrets.token_hex(16)
    with world.state.lock:
        earlier = world.state.jobs("token = ?", (token,))
        if earlier:
            if _meaning(earlier[0].request) != _meaning(request):
                raise ServiceError("ConflictException", "The client token was used for a different request.")
            return {"jobArn": earlier[0].arn}
        base = _tunable_base(world, region, request["baseModelIdentifier"])
        _refuse_other_customizations(request)
        _refuse_taken_names(world, region, request)
        _refuse_too_many(world, region)
        _check_hyperparameters(request.get("hyperParameters", {}), base)
        check_role(world, region, request["roleArn"])
        for address, what in inputs(request):
            check_input(world, region, request["roleArn"], address, what)
        check_output(world, region, request["roleArn"], request["outputDataConfig"]["s3Uri"])
        job = JobRow(
            id=(identifier := new_id()),
            region=region,
            arn=arn(region, f"model-customization-job/{base[1].base_id}/{identifier}"),
            name=request["jobName"],
            token=token,
            request=request,
            created=world.time(),
            pace=world.pace,
            stopped=None,
            outcome=None,
        )
        world.state.tag(job.arn, read_tags(request.get("jobTags", ())))  # first: a kill must not leave a job untagged
        world.state.add_job(job)
    world.changed()
    return {"jobArn": job.arn}


def get(world: World, region: str, request: Payload) -> Payload:
    """GetModelCustomizationJob."""
    job, now = _find(world, region, request["jobIdentifier"]), world.time()
    sent, outcome = job.request, job.outcome
    answer: Payload = {
        "jobArn": job.arn,
        "jobName": job.name,
        "outputModelName": sent["customModelName"],
        "clientRequestToken": job.token,
        "roleArn": sent["roleArn"],
        "status": timeline.status(job, now),
        "statusDetails": timeline.phases(job, now),
        "creationTime": moment(job.created),
        "lastModifiedTime": moment(timeline.changed(job, now)),
        "baseModelArn": base_arn(job),
        "hyperParameters": sent.get("hyperParameters", {}),
        "trainingDataConfig": sent["trainingDataConfig"],
        "validationDataConfig": sent.get("validationDataConfig", {"validators": []}),
        "outputDataConfig": sent["outputDataConfig"],
        "customizationType": sent.get("customizationType", "FINE_TUNING"),
    }
    if "vpcConfig" in sent:
        answer["vpcConfig"] = sent["vpcConfig"]
    if "customModelKmsKeyId" in sent:
        answer["outputModelKmsKeyArn"] = key_arn(sent["customModelKmsKeyId"], region, REHEARSAL_ACCOUNT)
    end = timeline.ended(job, now)
    if end is not None:
        answer["endTime"] = moment(end)
    if outcome is not None and outcome.failure:
        answer["failureMessage"] = outcome.failure
    if outcome is not None and outcome.training_loss is not None:
        answer["outputModelArn"] = model_arn(job)
        answer["trainingMetrics"] = {"trainingLoss": outcome.training_loss}
        if outcome.validation_loss is not None:
            answer["validationMetrics"] = [{"validationLoss": outcome.validation_loss}]
    return answer


def listing(world: World, region: str, query: Payload) -> Payload:
    """ListModelCustomizationJobs."""
    now = world.time()
    items = [
        _summary(job, now)
        for job in world.state.jobs("region = ?", (region,))
        if selected(job.created, job.name, query) and query.get("statusEquals") in (None, timeline.status(job, now))
    ]
    return page(items, query, "modelCustomizationJobSummaries")


def stop(world: World, region: str, request: Payload) -> Payload:
    """StopModelCustomizationJob."""
    job, now = _find(world, region, request["jobIdentifier"]), world.time()
    status = timeline.status(job, now)
    if status != "InProgress":
        raise ServiceError("ConflictException", f"The job cannot be stopped: its status is {status}.")
    world.state.stop_job(job.arn, now)
    world.changed()
    return {}


def model_arn(job: JobRow) -> str:
    """The ARN of the model that a job makes."""
    return arn(job.region, f"custom-model/{_base_id(job)}/{job.id}")


def base_arn(job: JobRow) -> str:
    """The ARN of the foundation model below a job; the service model has no room for a tuned one there."""
    return foundation_arn(job.region, _base_id(job))


OPERATIONS: dict[str, Handler] = {
    "CreateModelCustomizationJob": create,
    "GetModelCustomizationJob": get,
    "ListModelCustomizationJobs": listing,
    "StopModelCustomizationJob": stop,
}


def _summary(job: JobRow, now: float) -> Payload:
    item: Payload = {
        "jobArn": job.arn,
        "baseModelArn": base_arn(job),
        "jobName": job.name,
        "status": timeline.status(job, now),
        "statusDetails": timeline.phases(job, now),
        "lastModifiedTime": moment(timeline.changed(job, now)),
        "creationTime": moment(job.created),
        "customModelName": job.request["customModelName"],
        "customizationType": job.request.get("customizationType", "FINE_TUNING"),
    }
    end = timeline.ended(job, now)
    if end is not None:
        item["endTime"] = moment(end)
    if job.outcome is not None and job.outcome.training_loss is not None:
        item["customModelArn"] = model_arn(job)
    return item


def _base_id(job: JobRow) -> str:
    return job.arn.split("model-customization-job/")[1].rpartition("/")[0]


def _find(world: World, region: str, name: str) -> JobRow:
    found = world.state.jobs("region = ? AND (arn = ? OR name = ? OR id = ?)", (region, name, name, name))
    if not found:
        raise ServiceError("ResourceNotFoundException", f"The specified customization job {name} was not found.")
    return found[-1]


def _meaning(request: Payload) -> Payload:
    return {key: value for key, value in request.items() if key != "clientRequestToken"}


def _tunable_base(world: World, region: str, identifier: str) -> tuple[Model, Tuning]:
    """The model a job starts from: a foundation model's tunable id, or what lies below a tuned model."""
    tuned = world.state.models("region = ? AND (arn = ? OR name = ?)", (region, identifier, identifier))
    name = tuned[0].base if tuned else identifier
    model = world.living(name, region)
    if model.tuning is None or not (tuned or name.rpartition("/")[2] == model.tuning.base_id):
        raise ServiceError("ValidationException", "The provided model identifier is invalid.")
    return model, model.tuning


def _refuse_other_customizations(request: Payload) -> None:
    if request.get("customizationType", "FINE_TUNING") != "FINE_TUNING" or "customizationConfig" in request:
        raise ServiceError("ValidationException", "The provided customization type is not supported for this model.")


def _refuse_taken_names(world: World, region: str, request: Payload) -> None:
    if world.state.jobs("region = ? AND name = ?", (region, request["jobName"])):
        raise ServiceError("ConflictException", "The provided job name is currently in use.")
    model = request["customModelName"]
    now = world.time()
    coming = [
        job
        for job in world.state.jobs("region = ?", (region,))
        if job.request["customModelName"] == model and timeline.status(job, now) in ("InProgress", "Stopping")
    ]
    if coming or world.state.models("region = ? AND name = ?", (region, model)):
        raise ServiceError("ConflictException", "The provided custom model name is currently in use.")


def _refuse_too_many(world: World, region: str) -> None:
    now = world.time()
    running = [job for job in world.state.jobs("region = ?", (region,)) if timeline.status(job, now) == "InProgress"]
    if len(running) >= JOBS_AT_ONCE:
        raise ServiceError(
            "ServiceQuotaExceededException",
            f"Your account has reached its quota of {JOBS_AT_ONCE} scheduled customization jobs.",
        )


def _check_hyperparameters(given: dict[str, str], base: tuple[Model, Tuning]) -> None:
    if base[1].hyperparameters is None:
        return
    for name, text in given.items():
        knob = base[1].hyperparameter(name)
        if knob is None:
            raise ServiceError("ValidationException", f"The hyperparameter {name} is not supported by this model.")
        try:
            value = int(text) if knob.type == "int" else float(text)
        except ValueError:
            said = f"The value {text!r} of hyperparameter {name} is not of type {knob.type}."
            raise ServiceError("ValidationException", said) from None
        if not knob.minimum <= value <= knob.maximum:
            said = f"The hyperparameter {name} must be between {knob.minimum:g} and {knob.maximum:g}."
            raise ServiceError("ValidationException", said)


def check_role(world: World, region: str, role: str, kind: str = "model-customization-job") -> None:
    """Takes the role on, as Bedrock does for a job of this account and region.

    Raises:
        ServiceError: It cannot be assumed.
    """
    context = {
        "aws:SourceAccount": REHEARSAL_ACCOUNT,
        "aws:SourceArn": arn(region, f"{kind}/any"),
    }
    trust = identity.role_trust(world.storage, role) or {}
    if decide([trust], "sts:AssumeRole", principal="bedrock.amazonaws.com", context=context) != "allowed":
        raise ServiceError(
            "ValidationException",
            "Could not assume provided IAM role. Please verify that the role exists and that its trust policy"
            " allows Amazon Bedrock to assume it.",
        )


def _allowed(role: str, action: str, uri: s3.S3Uri) -> bool:
    return simulated(role, action, object_arn(uri), {})[0] == "allowed"


def inputs(request: Payload) -> list[tuple[str, str]]:
    """The S3 addresses a job reads, each with what it is: `training` or `validation`."""
    validators = request.get("validationDataConfig", {}).get("validators", [])
    return [
        (request["trainingDataConfig"].get("s3Uri", ""), "training"),
        *((validator["s3Uri"], "validation") for validator in validators),
    ]


def check_input(world: World, region: str, role: str, address: str, what: str) -> None:
    """Holds a file that a job is to read to what Bedrock finds out at once.

    Raises:
        ServiceError: It is not there, not to be read by the role, or in another region.
    """
    if not address:
        raise ServiceError("ValidationException", f"Invalid {what} input data configuration. S3 Uri is missing.")
    uri = s3.parse_uri(address)
    if not uri.key or uri.key.endswith("/"):
        raise ServiceError(
            "ValidationException",
            f"Invalid {what} input data configuration. S3 Uri should be a file, not a directory.",
        )
    try:
        there = s3.exists(world.storage, uri)
        bucket_region = s3.bucket_region(world.storage, uri.bucket)
    except AwsError as error:
        raise ServiceError("ValidationException", str(error)) from error
    if not there or not _allowed(role, "s3:GetObject", uri):
        raise ServiceError(
            "ValidationException",
            f"Could not validate GetObject permissions to access Amazon S3 bucket: {uri.bucket} at key {uri.key}",
        )
    if bucket_region != region:
        raise ServiceError(
            "ValidationException",
            f"Invalid {what} input data configuration. The bucket {uri.bucket} is in {bucket_region},"
            f" the job runs in {region}.",
        )


def check_output(world: World, region: str, role: str, address: str) -> None:
    """Holds the output's bucket to what Bedrock finds out by writing a small file there.

    Raises:
        ServiceError: It is not there, not to be written by the role, or in another region.
    """
    uri = s3.parse_uri(address)
    bucket_region = s3.bucket_region(world.storage, uri.bucket)
    probe = uri.below(".write_access_check_file.tmp")
    if bucket_region is None or not _allowed(role, "s3:PutObject", probe):
        raise ServiceError(
            "ValidationException",
            f"Could not validate PutObject permissions to access Amazon S3 bucket: {uri.bucket} at key {probe.key}",
        )
    if bucket_region != region:
        raise ServiceError(
            "ValidationException",
            f"Invalid output data configuration. The bucket {uri.bucket} is in {bucket_region},"
            f" the job runs in {region}.",
        )
