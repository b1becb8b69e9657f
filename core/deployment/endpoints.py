"""Endpoints as the Deploy tab and the plain commands handle them: created once, listed with their meter, deleted."""

import re
from datetime import datetime

import msgspec

from core.aws.customization import Job
from core.aws.endpoints import (
    Endpoint,
    EndpointRequest,
    check_endpoint_request,
    create_endpoint,
    delete_endpoint,
    get_endpoint,
    list_endpoints,
)
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.runtime import Reply, converse
from core.aws.session import Connection
from core.catalog import Catalog
from core.catalog.model import EndpointKind
from core.clock import Clock, from_iso, iso
from core.deployment.last_known import LastKnown, forget, keep
from core.deployment.meter import Meter, base_of, meter
from core.errors import OutcropError, RefusedError
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.record import Chat, Message
from core.store import Store, advance, plan, unsettled
from core.workspace import Workspace

_POLL = 10.0  # seconds between looks at an endpoint that is coming up
_POLL_REHEARSAL = 0.3


class OwnEndpoint(msgspec.Struct, frozen=True):
    """An endpoint that was created from here.

    Attributes:
        arn: Its ARN.
        name: Its name.
        model: The catalogue's key of the model below it, for the price.
        purpose: The evaluation it was made for and is to be deleted after, or empty.
        created: When.
        deleted: When it was deleted from here.
    """

    arn: str
    name: str
    model: str
    purpose: str
    created: datetime
    deleted: datetime | None


class EndpointsSnapshot(msgspec.Struct, frozen=True):
    """All endpoints at a moment.

    Attributes:
        location: Where they are.
        endpoints: Of both kinds, also those not created here.
        ours: What is known of those created from here, by ARN.
        meter: What they cost by the hour.
        at: When the last answer came.
    """

    location: Location
    endpoints: tuple[Endpoint, ...]
    ours: dict[str, OwnEndpoint]
    meter: Meter
    at: datetime


def poll(workspace: Workspace) -> EndpointsSnapshot:
    """Asks for all endpoints, and keeps the answer for when nobody answers.

    Raises:
        OutcropError: Nobody answers, or AWS refuses.
    """
    connection = workspace.connection
    found = tuple(sorted(list_endpoints(connection), key=lambda each: each.created, reverse=True))
    location, bills, now = connection.location, meter(found, workspace.catalog), workspace.clock.now()
    if not workspace.config.read_only:
        keep(workspace.store, workspace.config, LastKnown(now, str(location), len(found), bills))
    return EndpointsSnapshot(location, found, created_here(workspace.store, location.key), bills, now)


def kind_for(catalog: Catalog, model_arn: str) -> EndpointKind:
    """The cheaper kind that a model can be served by: on demand where Bedrock offers it.

    Raises:
        UsageError: The model below is not in the catalogue.
    """
    _, tuning = catalog.tuning_of(base_of(model_arn))
    return "on-demand" if "on-demand" in tuning.endpoints else "provisioned"


def request_for(catalog: Catalog, job: Job, *, purpose: str = "") -> EndpointRequest:
    """What would be created to serve a job's model.

    Raises:
        RefusedError: The job has no model.
        UsageError: AWS would refuse the request.
    """
    if not job.model_arn:
        raise RefusedError(f"The job {job.name} has no model", why=f"its status is {job.status}")
    suffix = f"-{purpose}" if purpose else ""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", job.model_name)[: 60 - len(suffix)].strip("-") + suffix
    request = EndpointRequest(name, kind_for(catalog, job.model_arn), job.model_arn)
    check_endpoint_request(request)
    return request


def create(workspace: Workspace, request: EndpointRequest, *, purpose: str = "") -> str:
    """Creates an endpoint; its token is stored first, so a crash never makes two.

    Args:
        workspace: The project.
        request: What to create.
        purpose: The evaluation after which it is to be deleted, or empty.

    Returns:
        Its ARN.

    Raises:
        AwsError: AWS refuses or does not answer; the next attempt goes on with the same token.
    """
    connection, store, now = workspace.connection, workspace.store, workspace.clock.now
    location = connection.location.key
    waiting = unsettled(store, kind="CreateEndpoint", location=location)
    body = msgspec.json.encode(request)
    intent = next((each for each in waiting if each.request == body.decode()), None) or plan(
        store, kind="CreateEndpoint", location=location, subject=request.name, request=body, now=now()
    )
    intent = advance(store, intent, "sent", now())
    try:
        arn = create_endpoint(connection, request, intent.id)
    except OutcropError as error:
        if not getattr(error, "transient", False):
            advance(store, intent, "failed", now(), str(error))
        raise
    with store.transaction():
        advance(store, intent, "acknowledged", now(), arn)
        forget(store, workspace.config)
        base = workspace.catalog.find(base_of(request.model))
        _note(
            store,
            arn=arn,
            location=location,
            name=request.name,
            model=base.key if base else "",
            purpose=purpose,
            now=now(),
        )
    return arn


def wait_ready(
    connection: Connection, clock: Clock, arn: str, report: Report = silent, cancel: Cancel | None = None
) -> Endpoint:
    """Waits until an endpoint answers: seconds in rehearsal, up to half an hour on AWS.

    Raises:
        RefusedError: It failed.
        CancelledError: Waiting was cancelled; the endpoint stays, and bills.
    """
    cancel, tell, began = cancel or Cancel(), throttled(report), clock.now()
    pause = _POLL_REHEARSAL if connection.location.rehearsed else _POLL
    while True:
        endpoint = get_endpoint(connection, arn)
        if endpoint.state in ("ready", "updating"):
            return endpoint
        if endpoint.state == "failed":
            raise RefusedError(f"The endpoint {endpoint.name} failed", why=endpoint.failure, todo="Delete it")
        waited = (clock.now() - began).total_seconds()
        tell(Progress(round(waited), None, "seconds", "waiting for the endpoint"))
        clock.wait(pause, cancel.event)
        cancel.check()


def delete(workspace: Workspace, endpoint: Endpoint) -> None:
    """Deletes an endpoint; one that is gone already counts as deleted.

    Raises:
        AwsError: It has a commitment, or AWS refuses.
    """
    connection, store, now = workspace.connection, workspace.store, workspace.clock.now
    intent = plan(
        store,
        kind="DeleteEndpoint",
        location=connection.location.key,
        subject=endpoint.name,
        request=msgspec.json.encode({"arn": endpoint.arn}),
        now=now(),
    )
    advance(store, intent, "sent", now())
    try:
        delete_endpoint(connection, endpoint.arn)
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            advance(store, intent, "failed", now(), str(error))
            raise
    with store.transaction():
        advance(store, intent, "acknowledged", now(), endpoint.arn)
        forget(store, workspace.config)
        _mark_deleted(store, endpoint.arn, now())


def ask_model(connection: Connection, model: str, prompt: str, system: str = "") -> Reply:
    """Asks a model or an endpoint.

    Args:
        connection: The way to Bedrock.
        model: A model id, an inference profile or an endpoint's ARN.
        prompt: The user's turn.
        system: The system prompt, or empty.

    Raises:
        AwsError: It does not answer.
    """
    return ask_chat(connection, model, Chat((Message("user", prompt),), system or None))


def ask_chat(connection: Connection, model: str, chat: Chat) -> Reply:
    """Asks a model or an endpoint with a whole chat, whose last turn is the user's.

    Raises:
        AwsError: It does not answer.
    """
    return converse(connection, model, chat, patient=False)


def _note(store: Store, *, arn: str, location: str, name: str, model: str, purpose: str, now: datetime) -> None:
    """Notes an endpoint; a second note of the same one changes nothing."""
    store.write(
        "INSERT OR IGNORE INTO endpoints VALUES (?,?,?,?,?,?,NULL)", (arn, location, name, model, purpose, iso(now))
    )


def _mark_deleted(store: Store, arn: str, now: datetime) -> None:
    """Notes that an endpoint was deleted."""
    store.write("UPDATE endpoints SET deleted = ? WHERE arn = ? AND deleted IS NULL", (iso(now), arn))


def created_here(store: Store, location: str) -> dict[str, OwnEndpoint]:
    """The endpoints created from here at one location, by ARN."""
    rows = store.rows("SELECT * FROM endpoints WHERE location = ? ORDER BY created", (location,))
    return {
        row["arn"]: OwnEndpoint(
            row["arn"],
            row["name"],
            row["model"],
            row["purpose"],
            from_iso(row["created"]),
            from_iso(row["deleted"]) if row["deleted"] else None,
        )
        for row in rows
    }
