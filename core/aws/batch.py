"""Batch inference: jobs that answer a file of prompts in S3."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from core.aws.session import Connection
from core.aws.shapes import Payload, check_request
from core.errors import UsageError

BatchStatus = Literal[
    "Submitted",
    "Validating",
    "Scheduled",
    "InProgress",
    "Completed",
    "PartiallyCompleted",
    "Failed",
    "Stopping",
    "Stopped",
    "Expired",
]
_OVER = ("Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired")


class BatchJob(msgspec.Struct, frozen=True):
    """A batch job.

    Attributes:
        arn: Its ARN.
        name: As it was created.
        model: What is asked.
        status: As Bedrock names it.
        submitted: When.
        changed: When its status last changed.
        ended: When it ended.
        message: Why it failed.
        input_uri: The file of prompts.
        output_uri: The prefix of the results; they lie in a folder named after the job's id.
        total: Records in all; None before the file was looked at.
        processed: Records done, well or badly.
        succeeded: Records answered.
        failed: Records with an error.
    """

    arn: str
    name: str
    model: str
    status: BatchStatus
    submitted: datetime
    changed: datetime | None = None
    ended: datetime | None = None
    message: str = ""
    input_uri: str = ""
    output_uri: str = ""
    total: int | None = None
    processed: int | None = None
    succeeded: int | None = None
    failed: int | None = None

    @property
    def id(self) -> str:
        """The last segment of its ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def progress(self) -> str:
        """Records done of all, and how many of them with an error; nothing before the file was looked at."""
        if self.total is None:
            return ""
        wrong = f", {self.failed:,} failed" if self.failed else ""
        return f"{self.processed or 0:,} of {self.total:,}{wrong}"

    @property
    def over(self) -> bool:
        """Whether its status changes no more."""
        return self.status in _OVER


class BatchRequest(msgspec.Struct, frozen=True):
    """What `create_batch_job` sends; prompts and answers have the shape of Converse."""

    name: str
    role: str
    model: str
    input_uri: str
    output_uri: str
    tags: dict[str, str] = {}

    def parameters(self, token: str) -> Payload:
        """As boto3 wants it."""
        sent: Payload = {
            "jobName": self.name,
            "roleArn": self.role,
            "clientRequestToken": token,
            "modelId": self.model,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": self.input_uri}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": self.output_uri}},
        }
        if self.tags:
            sent["tags"] = [{"key": key, "value": value} for key, value in self.tags.items()]
        return sent


def check_batch_request(request: BatchRequest) -> None:
    """Holds a request against AWS's patterns and limits.

    Raises:
        UsageError: Names every member that does not fit.
    """
    wrong = check_request("bedrock", "CreateModelInvocationJob", request.parameters("token"))
    if wrong:
        raise UsageError(
            "AWS would refuse this batch job", why="; ".join(f"{one.path}: {one.reason}" for one in wrong)
        )


def create_batch_job(connection: Connection, request: BatchRequest, token: str) -> str:
    """Starts a job; the same token again answers with the job that it made.

    Returns:
        The job's ARN.
    """
    return str(connection.call("bedrock", "create_model_invocation_job", **request.parameters(token))["jobArn"])


def get_batch_job(connection: Connection, arn: str) -> BatchJob:
    """One job by ARN or id; its name will not do."""
    return _job(connection.call("bedrock", "get_model_invocation_job", jobIdentifier=arn))


def list_batch_jobs(connection: Connection) -> Iterator[BatchJob]:
    """All batch jobs of the account, newest first, page by page."""
    query: Payload = {"sortBy": "CreationTime", "sortOrder": "Descending", "maxResults": 100}
    while True:
        page = connection.call("bedrock", "list_model_invocation_jobs", **query)
        yield from map(_job, page.get("invocationJobSummaries", ()))
        if not page.get("nextToken"):
            return
        query["nextToken"] = page["nextToken"]


def stop_batch_job(connection: Connection, arn: str) -> None:
    """Asks a job to stop; what is answered by then is billed and lies in S3."""
    connection.call("bedrock", "stop_model_invocation_job", jobIdentifier=arn)


def _job(item: Payload) -> BatchJob:
    return BatchJob(
        arn=item["jobArn"],
        name=item.get("jobName", ""),
        model=item["modelId"],
        status=item.get("status", "Submitted"),
        submitted=item["submitTime"],
        changed=item.get("lastModifiedTime"),
        ended=item.get("endTime"),
        message=item.get("message", ""),
        input_uri=item["inputDataConfig"]["s3InputDataConfig"]["s3Uri"],
        output_uri=item["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"],
        total=item.get("totalRecordCount"),
        processed=item.get("processedRecordCount"),
        succeeded=item.get("successRecordCount"),
        failed=item.get("errorRecordCount"),
    )
