"""Provisioned Throughput and on-demand deployments as the rehearsed Bedrock keeps them."""

import secrets
from datetime import timedelta

from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.catalog.model import EndpointKind
from core.rehearsal import models, timeline
from core.rehearsal.state import EndpointRow
from core.rehearsal.timeline import moment
from core.rehearsal.world import Handler, World, arn, foundation_arn, new_id, page, read_tags, selected

_TERMS = {"OneMonth": timedelta(days=30), "SixMonths": timedelta(days=182)}
UNITS_WITHOUT_COMMITMENT = 2  # the default quota that AWS's older notebooks name


def create_provisioned(world: World, region: str, request: Payload) -> Payload:
    """CreateProvisionedModelThroughput."""
    model, base = _served(world, region, request["modelId"])
    if world.living(base).lifecycle.stage(world.as_of) == "legacy":
        raise ServiceError("ValidationException", "Provisioned Throughput cannot be created for a Legacy model.")
    with world.state.lock:
        if not world.state.endpoints("token = ?", (_token(request),)):
            _refuse_too_many_units(world, region, request["modelUnits"])
        row = _create(world, region, "provisioned", request["provisionedModelName"], model, request)
    return {"provisionedModelArn": row.arn}


def get_provisioned(world: World, region: str, request: Payload) -> Payload:
    """GetProvisionedModelThroughput."""
    return _provisioned(world, find(world, region, request["provisionedModelId"], "provisioned"))


def list_provisioned(world: World, region: str, query: Payload) -> Payload:
    """ListProvisionedModelThroughputs."""
    rows = world.state.endpoints("region = ? AND kind = 'provisioned'", (region,))
    items = [_provisioned(world, row) for row in rows if selected(row.created, row.name, query)]
    wanted = {"status": query.get("statusEquals"), "modelArn": query.get("modelArnEquals")}
    items = [item for item in items if all(value in (None, item[name]) for name, value in wanted.items())]
    return page(items, query, "provisionedModelSummaries")


def delete_provisioned(world: World, region: str, request: Payload) -> Payload:
    """DeleteProvisionedModelThroughput."""
    row = find(world, region, request["provisionedModelId"], "provisioned")
    if world.time() < _committed_until(row):
        raise ServiceError(
            "ConflictException", "You can't delete a Provisioned Throughput before the commitment term is over."
        )
    world.state.delete_endpoint(row.arn)
    return {}


def create_deployment(world: World, region: str, request: Payload) -> Payload:
    """CreateCustomModelDeployment."""
    model, base = _served(world, region, request["modelArn"])
    tuning = world.living(base).tuning
    if tuning is None or "on-demand" not in tuning.endpoints:
        raise ServiceError(
            "ValidationException", "The base model of this custom model is not supported for on-demand deployment."
        )
    row = _create(world, region, "on-demand", request["modelDeploymentName"], model, request)
    return {"customModelDeploymentArn": row.arn}


def get_deployment(world: World, region: str, request: Payload) -> Payload:
    """GetCustomModelDeployment."""
    row = find(world, region, request["customModelDeploymentIdentifier"], "on-demand")
    description = {"description": row.request["description"]} if "description" in row.request else {}
    return _deployment(world, row, "modelDeploymentName") | description


def list_deployments(world: World, region: str, query: Payload) -> Payload:
    """ListCustomModelDeployments."""
    rows = world.state.endpoints("region = ? AND kind = 'on-demand'", (region,))
    renamed = query | {
        "creationTimeAfter": query.get("createdAfter"),
        "creationTimeBefore": query.get("createdBefore"),
    }
    items = [
        _deployment(world, row, "customModelDeploymentName")
        for row in rows
        if selected(row.created, row.name, renamed)
    ]
    wanted = {"status": query.get("statusEquals"), "modelArn": query.get("modelArnEquals")}
    items = [item for item in items if all(value in (None, item[name]) for name, value in wanted.items())]
    return page(items, query, "modelDeploymentSummaries")


def delete_deployment(world: World, region: str, request: Payload) -> Payload:
    """DeleteCustomModelDeployment."""
    world.state.delete_endpoint(find(world, region, request["customModelDeploymentIdentifier"], "on-demand").arn)
    return {}


def find(world: World, region: str, name: str, kind: EndpointKind) -> EndpointRow:
    """An endpoint of a kind, by name, id or ARN.

    Raises:
        ServiceError: There is none.
    """
    found = [
        row
        for row in world.state.endpoints("region = ? AND kind = ?", (region, kind))
        if name in (row.arn, row.name, row.arn.rpartition("/")[2])
    ]
    if not found:
        raise ServiceError("ResourceNotFoundException", f"The specified endpoint {name} was not found.")
    return found[-1]


OPERATIONS: dict[str, Handler] = {
    "CreateProvisionedModelThroughput": create_provisioned,
    "GetProvisionedModelThroughput": get_provisioned,
    "ListProvisionedModelThroughputs": list_provisioned,
    "DeleteProvisionedModelThroughput": delete_provisioned,
    "CreateCustomModelDeployment": create_deployment,
    "GetCustomModelDeployment": get_deployment,
    "ListCustomModelDeployments": list_deployments,
    "DeleteCustomModelDeployment": delete_deployment,
}


def _served(world: World, region: str, name: str) -> tuple[str, str]:
    """The ARN of the model to serve and the foundation model's id below it."""
    if ":custom-model/" in name or world.state.models("region = ? AND name = ?", (region, name)):
        model = models.find_custom(world, region, name)
        return model.arn, model.base
    foundation = world.living(name, region)
    return foundation_arn(region, name.rpartition("/")[2]), foundation.model_id


def _create(world: World, region: str, kind: EndpointKind, name: str, model: str, request: Payload) -> EndpointRow:
    token = _token(request)
    resource = "provisioned-model" if kind == "provisioned" else "custom-model-deployment"
    with world.state.lock:
        earlier = world.state.endpoints("token = ?", (token,))
        if earlier:
            return earlier[0]
        if world.state.endpoints("region = ? AND kind = ? AND name = ?", (region, kind, name)):
            raise ServiceError("ValidationException", f"The provided name {name} is currently in use.")
        row = EndpointRow(
            arn=arn(region, f"{resource}/{new_id()}"),
            region=region,
            kind=kind,
            name=name,
            token=token,
            request=request,
            model=model,
            created=world.time(),
            pace=world.pace,
        )
        world.state.tag(row.arn, read_tags(request.get("tags", ())))  # first: a kill must not leave it untagged
        world.state.add_endpoint(row)
    return row


def _refuse_too_many_units(world: World, region: str, more: int) -> None:
    rows = world.state.endpoints("region = ? AND kind = 'provisioned'", (region,))
    if sum(row.request["modelUnits"] for row in rows) + more > UNITS_WITHOUT_COMMITMENT:
        raise ServiceError(
            "ServiceQuotaExceededException",
            f"Your account has reached its quota of {UNITS_WITHOUT_COMMITMENT} model units without commitment.",
        )


def _token(request: Payload) -> str:
    return str(request.get("clientRequestToken") or request.setdefault("clientRequestToken", secrets.token_hex(16)))


def _provisioned(world: World, row: EndpointRow) -> Payload:
    ready = timeline.endpoint_ready(row, world.time())
    units, base = row.request["modelUnits"], _base_arn(world, row)
    return {
        "provisionedModelName": row.name,
        "provisionedModelArn": row.arn,
        "modelArn": row.model,
        "desiredModelArn": row.model,
        "foundationModelArn": base,
        "modelUnits": units,
        "desiredModelUnits": units,
        "status": "InService" if ready else "Creating",
        "creationTime": moment(row.created),
        "lastModifiedTime": moment(timeline.endpoint_ready_at(row) if ready else row.created),
    } | _commitment(row)


def _commitment(row: EndpointRow) -> Payload:
    if "commitmentDuration" not in row.request:
        return {}
    return {
        "commitmentDuration": row.request["commitmentDuration"],
        "commitmentExpirationTime": moment(_committed_until(row)),
    }


def _committed_until(row: EndpointRow) -> float:
    """Seconds since 1970 until which an endpoint cannot be deleted; its creation without a commitment."""
    return row.created + _TERMS.get(row.request.get("commitmentDuration", ""), timedelta()).total_seconds()


def _deployment(world: World, row: EndpointRow, name: str) -> Payload:
    ready = timeline.endpoint_ready(row, world.time())
    return {
        "customModelDeploymentArn": row.arn,
        name: row.name,
        "modelArn": row.model,
        "createdAt": moment(row.created),
        "lastUpdatedAt": moment(timeline.endpoint_ready_at(row) if ready else row.created),
        "status": "Active" if ready else "Creating",
    }


def _base_arn(world: World, row: EndpointRow) -> str:
    tuned = world.state.models("arn = ?", (row.model,))
    return foundation_arn(row.region, tuned[0].base) if tuned else row.model
