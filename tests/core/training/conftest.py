"""A project whose Bedrock is botocore's Stubber: every answer is scripted, and a call too many is an error."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import counted_bedrock
import pytest
from botocore.stub import Stubber
from counted_bedrock import CountedBedrock
from rehearsed import Rehearsed

from core import catalog
from core.aws.location import Location
from core.aws.session import Connection
from core.clock import ManualClock
from core.config import Config
from core.store import Store
from core.workspace import Workspace

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)
ARN = "arn:aws:bedrock:us-west-2:123456789012:model-customization-job/anthropic.claude-3-haiku-20240307-v1:0:200k/"


class Scripted:
    """A project, and what its Bedrock will answer next."""

    def __init__(self, folder: Path) -> None:
        session = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-west-2")
        self.connection = Connection(Location("aws", "us-west-2", "123456789012"), session)
        self.stub = Stubber(self.connection.client("bedrock"))
        self.stub.activate()
        self.workspace = Workspace(
            folder,
            Config(name="tables"),
            Store(folder / ".outcrop" / "outcrop.db"),
            catalog.load(),
            ManualClock(NOW),
            lambda _: self.connection,
        )

    def job(self, number: int, status: str = "InProgress", **more: Any) -> dict[str, Any]:
        """A job as the listing has it."""
        return {
            "jobArn": f"{ARN}{number:012}",
            "jobName": f"job-{number}",
            "baseModelArn": "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k",
            "status": status,
            "creationTime": NOW,
        } | more

    def lists(self, *jobs: dict[str, Any], token: str = "", sent: str = "", again: bool = False) -> None:
        """The next call is List, and this its page; after the first look only from some time on."""
        page: dict[str, Any] = {"modelCustomizationJobSummaries": list(jobs)} | (
            {"nextToken": token} if token else {}
        )
        expected = {"sortBy": "CreationTime", "sortOrder": "Descending", "maxResults": 1000}
        expected |= {"nextToken": sent} if sent else {}
        expected |= {"creationTimeAfter": NOW - timedelta(minutes=5)} if again else {}
        self.stub.add_response("list_model_customization_jobs", page, expected)

    def gets(self, job: dict[str, Any], **more: Any) -> None:
        """The next call is Get of this job."""
        whole = (
            job
            | {
                "outputModelName": "model",
                "roleArn": "arn:aws:iam::123456789012:role/R",
                "trainingDataConfig": {"s3Uri": "s3://bucket/train.jsonl"},
                "validationDataConfig": {"validators": []},
                "outputDataConfig": {"s3Uri": "s3://bucket/results/"},
                "hyperParameters": {},
            }
            | more
        )
        self.stub.add_response("get_model_customization_job", whole, {"jobIdentifier": job["jobArn"]})


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Scripted]:
    found = Scripted(tmp_path)
    yield found
    found.stub.assert_no_pending_responses()
    found.workspace.store.close()


@pytest.fixture
def bedrock(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[CountedBedrock]:
    """A Bedrock that counts its calls."""
    found = CountedBedrock(tmp_path / "bedrock", rehearsal)
    yield found
    found.close()


@pytest.fixture
def project(bedrock: CountedBedrock, tmp_path: Path) -> Iterator[Workspace]:
    """A project on it."""
    with bedrock.workspace(tmp_path / "project") as workspace:
        yield workspace


@pytest.fixture
def quick_retries(bedrock: CountedBedrock) -> Iterator[None]:
    """boto3 waits on the tests' clock."""
    with counted_bedrock.quick_retries(bedrock.clock):
        yield
