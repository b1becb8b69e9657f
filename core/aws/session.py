"""The way to AWS: one connection, real or rehearsed, that every call of Outcrop goes through."""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import msgspec
from botocore.config import Config
from botocore.exceptions import NoRegionError

from core import read_only
from core.aws.errors import AwsError, translate
from core.aws.location import REHEARSAL_ACCOUNT, Location
from core.aws.shapes import Payload
from core.log import debugging, logger

TRIES = 3  # of a call that a person waits for
READ_TIMEOUT = 20  # seconds without an answer, until a call that a person waits for is given up
_READS = ("get_", "list_", "head_", "describe_", "count_", "simulate_", "download_")
_NO_CONFIG_FILES = {  # keeps the user's profile, token and proxy settings out of the rehearsal
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}

_log = logger("aws")


class Endpoints(msgspec.Struct, frozen=True):
    """Where the rehearsal answers.

    Attributes:
        bedrock: URL of Bedrock and its runtime.
        storage: URL of S3, IAM and STS.
        access_key: The key its guard wants to see; each project's rehearsal has its own.
        as_of: The day it lives on.
        region: Where it pretends to be.
    """

    bedrock: str
    storage: str
    access_key: str
    as_of: str
    region: str

    def url(self, service: str) -> str:
        """The URL of a service by boto3's name."""
        return self.bedrock if service.startswith("bedrock") else self.storage


class BackOff(msgspec.Struct, frozen=True):
    """A call that is being tried again: what the front end shows while boto3 waits."""

    operation: str
    code: str


class Connection:
    """Calls AWS and turns every failure into an `OutcropError`.

    Only `core.aws` uses `call`; everything else calls the functions of the modules beside this one.
    """

    def __init__(
        self,
        location: Location,
        session: boto3.Session,
        *,
        endpoints: Endpoints | None = None,
        read_only: bool = False,
        revive: Callable[[], Endpoints] | None = None,
    ) -> None:
        """Made by `connect_aws` and `connect_rehearsal`.

        Args:
            location: Where calls go.
            session: Has the credentials.
            endpoints: Of the rehearsal; None for AWS's own.
            read_only: Refuse whatever changes or costs anything.
            revive: Starts the rehearsal again when it does not answer.
        """
        self.location = location
        self.read_only = read_only
        self.on_back_off: Callable[[BackOff], None] | None = None
        self._session = session
        self._endpoints = endpoints
        self._revive = revive
        self._clients: dict[tuple[str, bool], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, *, patient: bool = False) -> Any:
        """A boto3 client; patient ones wait longer and try again more often."""
        with self._lock:
            key = (service, patient)
            if key not in self._clients:
                client = self._session.client(
                    service,
                    endpoint_url=self._endpoints.url(service) if self._endpoints else None,
                    config=_config(service, patient=patient, rehearsed=self._endpoints is not None),
                )
                client.meta.events.register("response-received.*", self._note_back_off)
                for event, note in (
                    ("before-parameter-build.*", _note_begin),
                    ("after-call.*", _log_answer),
                    ("after-call-error.*", _log_silence),
                ):
                    client.meta.events.register(event, note)
                self._clients[key] = client
            return self._clients[key]

    def call(self, service: str, operation: str, *, patient: bool = False, **parameters: object) -> Payload:
        """Makes one call.

        Args:
            service: boto3's name: `bedrock`, `bedrock-runtime`, `s3`, `iam`, `sts`.
            operation: boto3's method name.
            patient: For long work, not for a person who waits.
            **parameters: As boto3 wants them.

        Raises:
            RefusedError: The connection is read-only and this is not a read.
            AwsError: AWS refused or nobody answered.
        """
        self.refuse_unless_read(operation)
        try:
            return self._once(service, operation, patient, parameters)
        except AwsError as error:
            if error.code != "Unreachable" or self._revive is None:
                raise
        self._moved(self._revive())
        return self._once(service, operation, patient, parameters)

    def refuse_unless_read(self, operation: str) -> None:
        """The read-only guard.

        Raises:
            RefusedError: This operation changes or costs something.
        """
        if self.read_only and not operation.startswith(_READS):
            raise read_only.refusal(f"{operation} was not sent")

    def _once(self, service: str, operation: str, patient: bool, parameters: Payload) -> Payload:
        try:
            answer: Payload = getattr(self.client(service, patient=patient), operation)(**parameters)
        except Exception as error:
            raise translate(error, doing=_camel(operation), location=self.location) from error
        return answer

    def _moved(self, endpoints: Endpoints) -> None:
        with self._lock:
            self._endpoints = endpoints
            self._session = _rehearsal_session(endpoints)
            self._clients.clear()

    def _note_back_off(self, parsed_response: Any = None, exception: Any = None, **event: Any) -> None:
        status = (parsed_response or {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
        code = (parsed_response or {}).get("Error", {}).get("Code", "")
        if exception is not None or status == 429 or status >= 500:
            operation = str(event.get("event_name", "")).rpartition(".")[2]
            _log.debug("%s: %s", operation, code or type(exception).__name__)
            if self.on_back_off is not None:
                self.on_back_off(BackOff(operation, code or type(exception).__name__))


def _note_begin(params: dict[str, Any], context: dict[str, Any], **event: Any) -> None:
    context["outcrop_began"] = time.monotonic()
    if debugging():
        sent = (f"{name} {type(value).__name__}" for name, value in params.items())  # values can be data
        _log.debug("%s with %s", event["model"].name, ", ".join(sent) or "nothing")


def _log_answer(parsed: dict[str, Any], context: dict[str, Any], **event: Any) -> None:
    """One line a call: service, operation, how it ended, how long it took, AWS's id of the request."""
    about, error = parsed.get("ResponseMetadata", {}), parsed.get("Error", {})
    _, service, operation = str(event["event_name"]).rsplit(".", 2)
    status = about.get("HTTPStatusCode", 0)
    retries = f", {about['RetryAttempts']} tried again" if about.get("RetryAttempts") else ""
    said = f": {error.get('Message')}" if debugging() and status >= 400 else ""
    _log.log(
        logging.WARNING if status >= 400 else logging.INFO,
        "%s %s %s in %.3f s, request %s%s%s",
        service,
        operation,
        f"{status} {error.get('Code', '')}".strip() if status >= 400 else status,
        time.monotonic() - context["outcrop_began"],
        about.get("RequestId", "unknown"),
        retries,
        said,
    )


def _log_silence(exception: Exception, context: dict[str, Any], **event: Any) -> None:
    _, service, operation = str(event["event_name"]).rsplit(".", 2)
    took = time.monotonic() - context["outcrop_began"]
    said = f": {exception}" if debugging() else ""
    _log.warning("%s %s %s after %.3f s%s", service, operation, type(exception).__name__, took, said)


def connect_rehearsal(
    endpoints: Endpoints, *, read_only: bool = False, revive: Callable[[], Endpoints] | None = None
) -> Connection:
    """A connection to the rehearsal that nothing in the user's environment can divert."""
    location = Location("rehearsal", endpoints.region, REHEARSAL_ACCOUNT, as_of=endpoints.as_of)
    session = _rehearsal_session(endpoints)
    return Connection(location, session, endpoints=endpoints, read_only=read_only, revive=revive)


def connect_aws(*, profile: str = "", region: str = "", read_only: bool = False) -> Connection:
    """A connection to AWS with the profile and region that the AWS CLI would use; asks STS who that is.

    Raises:
        CredentialsError: There are none, or they have expired, or there is no region; names the remedy.
        AwsError: STS does not answer.
    """
    unknown = Location("aws", region or "an unknown region", "", profile)
    try:
        session = boto3.Session(profile_name=profile or None, region_name=region or None)
        if not session.region_name:  # STS would answer without one, Bedrock never does
            raise NoRegionError
    except Exception as error:
        raise translate(error, doing="Connecting", location=unknown) from error
    named = session.profile_name  # by the project or by the environment
    location = Location("aws", session.region_name, "", "" if named == "default" else named)
    connection = Connection(location, session, read_only=read_only)
    identity = connection.call("sts", "get_caller_identity")
    connection.location = msgspec.structs.replace(location, account=str(identity["Account"]))
    return connection


def _rehearsal_session(endpoints: Endpoints) -> boto3.Session:
    inner = botocore.session.Session(session_vars=_NO_CONFIG_FILES)
    return boto3.Session(
        botocore_session=inner,
        aws_access_key_id=endpoints.access_key,
        aws_secret_access_key="rehearsal",  # noqa: S106 - the rehearsal checks no signature
        region_name=endpoints.region,
    )


def _config(service: str, *, patient: bool, rehearsed: bool) -> Config:
    config = Config(
        connect_timeout=5 if patient else 3,
        read_timeout=300 if patient else READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": 8 if patient else TRIES},
        max_pool_connections=64 if patient else 10,
        user_agent_extra="outcrop",
    )
    if rehearsed:
        version = "s3v4" if service == "s3" else "v4"
        config = config.merge(Config(signature_version=version, proxies={}, s3={"addressing_style": "path"}))
    return config


def _camel(operation: str) -> str:
    return "".join(part.capitalize() for part in operation.split("_"))
