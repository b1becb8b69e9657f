"""A rehearsal server as tests use it: started, asked, killed, and held to botocore's model in every answer."""

import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
import yaml
from botocore.config import Config

from core.aws import customization, s3
from core.aws.customization import Job, JobRequest
from core.aws.session import Connection, connect_rehearsal
from core.aws.shapes import check_answer
from core.clock import SystemClock
from core.rehearsal import process
from core.rehearsal.process import Options

REGION = "us-west-2"
BUCKET = f"outcrop-rehearsal-{REGION}"
ROLE = "arn:aws:iam::123456789012:role/OutcropRehearsal"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
TUNABLE_HAIKU = f"{HAIKU}:200k"
NOVA = "amazon.nova-micro-v1:0:128k"

_LOOK = 0.02  # seconds between two looks at something that is under way
_LOOKS = 3000


class Rehearsed:
    """One server in one folder.

    Attributes:
        folder: Where its state is.
        options: How it was started.
        endpoints: Where it answers.
    """

    def __init__(self, folder: Path, options: Options, faults: list[dict[str, Any]]) -> None:
        self.folder = folder
        if faults:
            rules = folder / "faults.yaml"
            rules.write_text(yaml.safe_dump(faults))
            options = msgspec.structs.replace(options, faults=str(rules))
        self.options = options
        self.endpoints = process.ensure(folder, options)
        self._connection = connect_rehearsal(self.endpoints)
        self._clients: dict[tuple[str, str, bool], Any] = {}

    def connection(self, *, read_only: bool = False, revived: bool = False) -> Connection:
        """A connection as a project has it; a revived one starts the server again when it is gone."""
        if not (read_only or revived):
            return self._connection
        return connect_rehearsal(self.endpoints, read_only=read_only, revive=self.start if revived else None)

    def connection_in(self, region: str) -> Connection:
        """A connection in another region."""
        return connect_rehearsal(msgspec.structs.replace(self.endpoints, region=region))

    def client(self, service: str, region: str = REGION, *, checked: bool = True) -> Any:
        """A plain boto3 client that tries once, so that errors are seen; each answer is held to the model.

        Args:
            service: boto3's name.
            region: Where.
            checked: Whether boto3 itself may refuse a request before it is sent.
        """
        key = (service, region, checked)
        if key not in self._clients:
            self._clients[key] = self._new_client(*key)
        return self._clients[key]

    def _new_client(self, service: str, region: str, checked: bool) -> Any:
        client = boto3.Session(
            aws_access_key_id=self.endpoints.access_key, aws_secret_access_key="rehearsal", region_name=region
        ).client(
            service,
            endpoint_url=self.endpoints.url(service),
            config=Config(
                retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, parameter_validation=checked
            ),
        )
        if service.startswith("bedrock"):
            client.meta.events.register("before-parse", hold_to_model)
        return client

    def start(self) -> Any:
        """Starts the server, unless it runs; returns where it answers."""
        self.endpoints = process.ensure(self.folder, self.options)
        self._connection = connect_rehearsal(self.endpoints)
        self._clients.clear()
        return self.endpoints

    def pid(self) -> int:
        """The server's process."""
        found = process.running(self.folder)
        assert found is not None
        return found.pid

    def kill(self) -> None:
        """Ends the server as a power cut would."""
        os.kill(self.pid(), signal.SIGKILL)
        wait_until(lambda: not self.alive())

    def leave(self) -> None:
        """Asks the server to end, without waiting."""
        found = process.running(self.folder)
        if found:
            os.kill(found.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Ends the server as `outcrop rehearse --stop` does."""
        process.stop(self.folder)

    def alive(self) -> bool:
        """Whether a process holds the server's lock."""
        return process.is_held(self.folder / "server.lock")

    def log(self) -> str:
        """What the server has written to its log."""
        path = self.folder / "server.log"
        return path.read_text() if path.exists() else ""

    def lent_to(self, folder: Path) -> None:
        """Makes it a project's own rehearsal as well, in whose folder it is to be found; children find it, too."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(self.folder, target_is_directory=True)

    def put(self, name: str, body: bytes | None = None, bucket: str = BUCKET) -> str:
        """Puts an object, a good training set unless told otherwise; returns its address."""
        uri = s3.S3Uri(bucket, name)
        s3.write(self.connection(), uri, training_set() if body is None else body)
        return str(uri)

    def request(self, name: str, **changes: Any) -> JobRequest:
        """A job that the server takes, with its training set in place."""
        request = JobRequest(
            name=name,
            model_name=f"{name}-model",
            role=ROLE,
            base_model=TUNABLE_HAIKU,
            training_uri=changes.get("training_uri") or self.put(f"{name}/train.jsonl"),
            output_uri=f"s3://{BUCKET}/{name}/results/",
        )
        return msgspec.structs.replace(request, **changes)

    def tuned(self, name: str, **changes: Any) -> Job:
        """A job from its creation to its end."""
        connection = self.connection()
        arn = customization.create_job(connection, self.request(name, **changes), f"token-{name}")
        return finished(connection, arn)


def finished(connection: Connection, arn: str) -> Job:
    """Waits until a job has ended."""
    wait_until(lambda: not customization.get_job(connection, arn).running)
    return customization.get_job(connection, arn)


def wait_until(holds: Callable[[], bool]) -> None:
    """Looks again and again, a minute at most, until something holds."""
    clock = SystemClock()
    for _ in range(_LOOKS):
        if holds():
            return
        clock.wait(_LOOK)
    raise AssertionError("it never came to hold")


def training_set(count: int = 32, start: int = 0) -> bytes:
    """Records as Claude 3 Haiku takes them: which number stands in a table."""
    return as_lines({"system": "Answer from the table.", "messages": turns(start + n)} for n in range(count))


def conversation_set(count: int = 32) -> bytes:
    """The same as Nova takes them."""
    return as_lines(
        {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in turns(n)],
        }
        for n in range(count)
    )


def turns(number: int) -> list[dict[str, str]]:
    """A question on a small table, and its answer."""
    table = f"<table><tr><td>Shops</td><td>{number}</td></tr><tr><td>Staff</td><td>{number * 7}</td></tr></table>"
    question = f"{table}\n\n<question>How many shops are there?</question>"
    return [{"role": "user", "content": question}, {"role": "assistant", "content": str(number)}]


def as_lines(records: Iterable[dict[str, Any]]) -> bytes:
    """JSON Lines."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def hold_to_model(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """A botocore hook: fails when an answer, as it came over the wire, does not fit the service's model."""
    if response_dict["status_code"] >= 300 or operation_model.name == "InvokeModel":
        return
    service, body = operation_model.service_model.service_name, json.loads(response_dict["body"] or b"{}")
    assert check_answer(service, operation_model.name, body) == []


@contextmanager
def refuses(client: Any, code: str, status: int, said: str = "") -> Iterator[None]:
    """Within, AWS's typed exception of that name is raised, with its HTTP status and words.

    Args:
        client: boto3's, which knows the exceptions that the service's model names.
        code: AWS's name of the error.
        status: The HTTP status.
        said: A pattern that its message holds.
    """
    with pytest.raises(getattr(client.exceptions, code), match=said or None) as caught:
        yield
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
