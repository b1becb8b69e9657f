"""Endpoints of tuned models: Provisioned Throughput, which bills by the hour, and on-demand deployments."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from core.aws.session import Connection
from core.aws.shapes import Payload, check_request
from core.catalog.model import EndpointKind
from core.errors import UsageError

EndpointState = Literal["creating", "ready", "updating", "failed"]

_STATES: dict[str, EndpointState] = {
    "Creating": "creating",
    "InService": "ready",
    "Active": "ready",
    "Updating": "updating",
    "Failed": "failed",
}


class Endpoint(msgspec.Struct, frozen=True):
    """Something that answers for a model.

    Attributes:
        arn: Also what to ask at inference.
        name: As it was created.
        kind: `provisioned` bills by the hour until deleted, `on-demand` by the token.
        model: ARN of the model it serves.
        state: Whether it answers yet.
        created: When.
        units: Model units bought; 0 for on-demand.
        committed_until: Before that it cannot be deleted; None without commitment.
        failure: Why it failed.
    """

    arn: str
    name: str
    kind: EndpointKind
    model: str
    state: EndpointState
    created: datetime
    units: int = 0
    committed_until: datetime | None = None
    failure: str = ""


class EndpointRequest(msgspec.Struct, frozen=True):
    """What `create_endpoint` sends; without commitment, so that it can be deleted at any time."""

    name: str
    kind: EndpointKind
    model: str
    units: int = 1
    tags: dict[str, str] = {}

    def parameters(self, token: str) -> Payload:
        """As boto3 wants it."""
        tags = [{"key": key, "value": value} for key, value in self.tags.items()]
        common: Payload = {"clientRequestToken": token} | ({"tags": tags} if tags else {})
        if self.kind == "provisioned":
            return common | {"provisionedModelName": self.name, "modelId": self.model, "modelUnits": self.units}
        return common | {"modelDeploymentName": self.name, "modelArn": self.model}


def check_endpoint_request(request: EndpointRequest) -> None:
    """Holds a request against AWS's patterns and limits.

    Raises:
        UsageError: Names every member that does not fit.
    """
    wrong = check_request("bedrock", _CREATE[request.kind][1], request.parameters("token"))
    if wrong:
        raise UsageError(
            "AWS would refuse this endpoint", why="; ".join(f"{one.path}: {one.reason}" for one in wrong)
        )


def create_endpoint(connection: Connection, request: EndpointRequest, token: str) -> str:
    """Creates an endpoint; the same token again answers with the endpoint that it made.

    Returns:
        The endpoint's ARN.
    """
    operation, _, member = _CREATE[request.kind]
    return str(connection.call("bedrock", operation, **request.parameters(token))[member])


def get_endpoint(connection: Connection, arn: str) -> Endpoint:
    """One endpoint."""
    if _kind(arn) == "provisioned":
        return _provisioned(connection.call("bedrock", "get_provisioned_model_throughput", provisionedModelId=arn))
    return _deployment(connection.call("bedrock", "get_custom_model_deployment", customModelDeploymentIdentifier=arn))


def list_endpoints(connection: Connection) -> Iterator[Endpoint]:
    """Every endpoint of the account, of both kinds, page by page."""
    for item in _pages(connection, "list_provisioned_model_throughputs", "provisionedModelSummaries"):
        yield _provisioned(item)
    for item in _pages(connection, "list_custom_model_deployments", "modelDeploymentSummaries"):
        yield _deployment(item)


def delete_endpoint(connection: Connection, arn: str) -> None:
    """Deletes an endpoint; one with a commitment refuses until its term is over."""
    if _kind(arn) == "provisioned":
        connection.call("bedrock", "delete_provisioned_model_throughput", provisionedModelId=arn)
    else:
        connection.call("bedrock", "delete_custom_model_deployment", customModelDeploymentIdentifier=arn)


_CREATE: dict[str, tuple[str, str, str]] = {
    "provisioned": (
        "create_provisioned_model_throughput",
        "CreateProvisionedModelThroughput",
        "provisionedModelArn",
    ),
    "on-demand": (
        "create_custom_model_deployment",
        "CreateCustomModelDeployment",
        "customModelDeploymentArn",
    ),
}


def _kind(arn: str) -> EndpointKind:
    return "provisioned" if ":provisioned-model/" in arn else "on-demand"


def _pages(connection: Connection, operation: str, member: str) -> Iterator[Payload]:
    query: Payload = {"maxResults": 100}
    while True:
        page = connection.call("bedrock", operation, **query)
        yield from page.get(member, ())
        if not page.get("nextToken"):
            return
        query["nextToken"] = page["nextToken"]


def _provisioned(item: Payload) -> Endpoint:
    return Endpoint(
        arn=item["provisionedModelArn"],
        name=item["provisionedModelName"],
        kind="provisioned",
        model=item["modelArn"],
        state=_STATES[item["status"]],
        created=item["creationTime"],
        units=item["modelUnits"],
        committed_until=item.get("commitmentExpirationTime"),
        failure=item.get("failureMessage", ""),
    )


def _deployment(item: Payload) -> Endpoint:
    return Endpoint(
        arn=item["customModelDeploymentArn"],
        name=item.get("modelDeploymentName") or item.get("customModelDeploymentName", ""),
        kind="on-demand",
        model=item["modelArn"],
        state=_STATES[item["status"]],
        created=item.get("createdAt") or item["creationTime"],
        failure=item.get("failureMessage", ""),
    )
