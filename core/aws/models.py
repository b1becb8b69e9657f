"""Foundation models with their lifecycle, and the custom models that jobs made."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from core.aws.session import Connection
from core.aws.shapes import Payload


class FoundationModel(msgspec.Struct, frozen=True):
    """What a region offers."""

    arn: str
    id: str
    name: str
    provider: str
    tunable: bool
    inference: tuple[str, ...]
    status: str
    end_of_life: datetime | None = None


class CustomModel(msgspec.Struct, frozen=True):
    """A model that a job made."""

    arn: str
    name: str
    base_model: str
    created: datetime
    status: str = "Active"
    job: str = ""


def list_foundation_models(connection: Connection) -> list[FoundationModel]:
    """Every foundation model of the region. The API has no pages."""
    answer = connection.call("bedrock", "list_foundation_models")
    return [_foundation(item) for item in answer.get("modelSummaries", ())]


def list_custom_models(connection: Connection) -> Iterator[CustomModel]:
    """Every custom model of the account, newest first, page by page."""
    query: Payload = {"sortBy": "CreationTime", "sortOrder": "Descending", "maxResults": 100}
    while True:
        page = connection.call("bedrock", "list_custom_models", **query)
        yield from (_custom(item) for item in page.get("modelSummaries", ()))
        if not page.get("nextToken"):
            return
        query["nextToken"] = page["nextToken"]


def get_custom_model(connection: Connection, name: str) -> CustomModel:
    """One custom model by name or ARN."""
    return _custom(connection.call("bedrock", "get_custom_model", modelIdentifier=name))


def delete_custom_model(connection: Connection, name: str) -> None:
    """Deletes a custom model for good; refused while an endpoint serves it."""
    connection.call("bedrock", "delete_custom_model", modelIdentifier=name)


def _foundation(item: Payload) -> FoundationModel:
    lifecycle = item.get("modelLifecycle") or {}
    return FoundationModel(
        arn=item["modelArn"],
        id=item["modelId"],
        name=item.get("modelName") or item["modelId"],
        provider=item.get("providerName", ""),
        tunable="FINE_TUNING" in (item.get("customizationsSupported") or ()),
        inference=tuple(item.get("inferenceTypesSupported") or ()),
        status=lifecycle.get("status", ""),
        end_of_life=lifecycle.get("endOfLifeTime"),
    )


def _custom(item: Payload) -> CustomModel:
    return CustomModel(
        arn=item["modelArn"],
        name=item["modelName"],
        base_model=item.get("baseModelArn", ""),
        created=item["creationTime"],
        status=item.get("modelStatus", "Active"),
        job=item.get("jobArn", ""),
    )
