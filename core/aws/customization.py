"""Customization jobs: create, get, list, stop."""

import json
import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from core.aws.session import Connection
from core.aws.shapes import Payload, check_request
from core.errors import UsageError

JobStatus = Literal["InProgress", "Completed", "Failed", "Stopping", "Stopped"]
PHASES = (  # in the order in which they run; the members of `statusDetails`
    ("validation", "validationDetails"),
    ("data processing", "dataProcessingDetails"),
    ("training", "trainingDetails"),
)
_PAGE = 1000  # the most that one listing gives, so that one call shows an account of any usual size


class Phase(msgspec.Struct, frozen=True):
    """One phase of a job, as far as Bedrock says: it gives no step, no percentage and no live loss.

    Attributes:
        name: `validation`, `data processing` or `training`.
        status: `NotStarted`, or one of the job's own statuses.
        started: When it was created.
        changed: When its status last changed; the end of a phase that is over.
    """

    name: str
    status: str
    started: datetime | None = None
    changed: datetime | None = None


class Job(msgspec.Struct, frozen=True):
    """A customization job. Fields after `phases` are known only to `get_job`."""

    arn: str
    name: str
    status: JobStatus
    base_model: str
    created: datetime
    model_name: str = ""
    model_arn: str = ""
    changed: datetime | None = None
    ended: datetime | None = None
    phases: tuple[Phase, ...] = ()
    role: str = ""
    hyperparameters: dict[str, str] = {}
    training_uri: str = ""
    validation_uri: str = ""
    output_uri: str = ""
    failure: str = ""
    training_loss: float | None = None
    validation_loss: float | None = None
    token: str = ""
    customization: str = ""

    @property
    def detailed(self) -> bool:
        """Whether `get_job` was asked: a listing names no role."""
        return bool(self.role)

    @property
    def id(self) -> str:
        """The last segment of its ARN; the metrics files' folder is named after it."""
        return self.arn.rpartition("/")[2]

    @property
    def running(self) -> bool:
        """Whether its status may still change."""
        return self.status in ("InProgress", "Stopping")


class JobRequest(msgspec.Struct, frozen=True):
    """What `create_job` sends."""

    name: str
    model_name: str
    role: str
    base_model: str
    training_uri: str
    output_uri: str
    validation_uri: str = ""
    hyperparameters: dict[str, str] = {}
    tags: dict[str, str] = {}
    kms_key: str = ""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()

    def parameters(self, token: str) -> Payload:
        """As boto3 wants it."""
        sent: Payload = {
            "jobName": self.name,
            "customModelName": self.model_name,
            "roleArn": self.role,
            "clientRequestToken": token,
            "baseModelIdentifier": self.base_model,
            "customizationType": "FINE_TUNING",
            "trainingDataConfig": {"s3Uri": self.training_uri},
            "outputDataConfig": {"s3Uri": self.output_uri},
        }
        if self.validation_uri:
            sent["validationDataConfig"] = {"validators": [{"s3Uri": self.validation_uri}]}
        if self.hyperparameters:
            sent["hyperParameters"] = dict(self.hyperparameters)
        if self.tags:
            sent["jobTags"] = [{"key": key, "value": value} for key, value in self.tags.items()]
        if self.kms_key:
            sent["customModelKmsKeyId"] = self.kms_key
        if self.subnets or self.security_groups:
            sent["vpcConfig"] = {"subnetIds": list(self.subnets), "securityGroupIds": list(self.security_groups)}
        return sent


def equivalent_command(request: JobRequest, region: str, profile: str = "") -> str:
    """The AWS CLI's command for a request, quoted for a shell; without a token, which the CLI makes itself."""
    sent = {name: value for name, value in request.parameters("").items() if name != "clientRequestToken"}
    words = ["aws", "bedrock", "create-model-customization-job", "--region", region]
    words += ["--profile", profile] if profile else []
    return shlex.join([*words, "--cli-input-json", json.dumps(sent, separators=(",", ":"))])


def check_job_request(request: JobRequest) -> None:
    """Holds a request against AWS's patterns, enums and limits, which boto3 does not.

    Raises:
        UsageError: Names every member that does not fit.
    """
    wrong = check_request("bedrock", "CreateModelCustomizationJob", request.parameters("token"))
    if wrong:
        raise UsageError(
            "AWS would refuse this job",
            why="; ".join(f"{one.path}: {one.reason}" for one in wrong),
            todo="Mend these values",
        )


def create_job(connection: Connection, request: JobRequest, token: str) -> str:
    """Starts a job; the same token again answers with the job that it made.

    Returns:
        The job's ARN.
    """
    answer = connection.call("bedrock", "create_model_customization_job", **request.parameters(token))
    return str(answer["jobArn"])


def get_job(connection: Connection, name: str) -> Job:
    """One job by name, id or ARN, with all that Bedrock knows of it."""
    return _job(connection.call("bedrock", "get_model_customization_job", jobIdentifier=name))


def list_jobs(connection: Connection, *, created_after: datetime | None = None) -> Iterator[Job]:
    """All jobs of the account, newest first, page by page.

    Args:
        connection: Where.
        created_after: Leave out jobs created before.
    """
    query: Payload = {"sortBy": "CreationTime", "sortOrder": "Descending", "maxResults": _PAGE}
    if created_after:
        query["creationTimeAfter"] = created_after
    while True:
        page = connection.call("bedrock", "list_model_customization_jobs", **query)
        yield from (_job(item) for item in page.get("modelCustomizationJobSummaries", ()))
        if not page.get("nextToken"):
            return
        query["nextToken"] = page["nextToken"]


def stop_job(connection: Connection, name: str) -> None:
    """Asks a job to stop; it takes a while, and what was trained is lost."""
    connection.call("bedrock", "stop_model_customization_job", jobIdentifier=name)


def _job(item: Payload) -> Job:
    details = item.get("statusDetails") or {}
    validators = (item.get("validationDataConfig") or {}).get("validators") or [{}]
    validation = item.get("validationMetrics") or [{}]
    return Job(
        arn=item["jobArn"],
        name=item["jobName"],
        status=item["status"],
        base_model=item["baseModelArn"],
        created=item["creationTime"],
        model_name=item.get("customModelName") or item.get("outputModelName", ""),
        model_arn=item.get("customModelArn") or item.get("outputModelArn", ""),
        changed=item.get("lastModifiedTime"),
        ended=item.get("endTime"),
        phases=tuple(_phase(name, details[member]) for name, member in PHASES if details.get(member)),
        role=item.get("roleArn", ""),
        hyperparameters=dict(item.get("hyperParameters") or {}),
        training_uri=(item.get("trainingDataConfig") or {}).get("s3Uri", ""),
        validation_uri=validators[0].get("s3Uri", ""),
        output_uri=(item.get("outputDataConfig") or {}).get("s3Uri", ""),
        failure=item.get("failureMessage", ""),
        training_loss=(item.get("trainingMetrics") or {}).get("trainingLoss"),
        validation_loss=validation[0].get("validationLoss"),
        token=item.get("clientRequestToken", ""),
        customization=item.get("customizationType", ""),
    )


def _phase(name: str, detail: Payload) -> Phase:
    return Phase(name, detail.get("status", "NotStarted"), detail.get("creationTime"), detail.get("lastModifiedTime"))
