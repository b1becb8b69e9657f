"""Foundation models with their lifecycle, and custom models, as the rehearsed Bedrock lists them."""

from datetime import UTC, date, datetime, time

from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.catalog import Model
from core.rehearsal import jobs
from core.rehearsal.state import ModelRow
from core.rehearsal.timeline import moment
from core.rehearsal.world import Handler, World, foundation_arn, page, selected

BRANDED_NAME = 20  # characters that the service model allows a model's name


def list_foundation(world: World, region: str, query: Payload) -> Payload:
    """ListFoundationModels: inference ids and, for tunable models, the id that a job wants."""
    items = [
        item
        for model in world.catalog.models
        if model.lifecycle.stage(world.as_of) not in ("end-of-life", "not yet")
        for item in _foundation(model, region, world.as_of)
    ]
    return {"modelSummaries": [item for item in items if _matches(item, query)]}


def list_custom(world: World, region: str, query: Payload) -> Payload:
    """ListCustomModels."""
    items = [
        _summary(world, model)
        for model in world.state.models("region = ?", (region,))
        if selected(model.created, model.name, query)
    ]
    bases = {query[key] for key in ("baseModelArnEquals", "foundationModelArnEquals") if key in query}
    if bases:
        items = [item for item in items if item["baseModelArn"] in bases]
    if query.get("modelStatus", "Active") != "Active" or not query.get("isOwned", True):
        items = []
    return page(items, query, "modelSummaries")


def get_custom(world: World, region: str, request: Payload) -> Payload:
    """GetCustomModel."""
    model = find_custom(world, region, request["modelIdentifier"])
    job = world.state.jobs("arn = ?", (model.job,))[0]
    sent, outcome = job.request, job.outcome
    answer: Payload = {
        "modelArn": model.arn,
        "modelName": model.name,
        "jobName": job.name,
        "jobArn": job.arn,
        "baseModelArn": jobs.base_arn(job),
        "customizationType": sent.get("customizationType", "FINE_TUNING"),
        "hyperParameters": sent.get("hyperParameters", {}),
        "trainingDataConfig": sent["trainingDataConfig"],
        "validationDataConfig": sent.get("validationDataConfig", {"validators": []}),
        "outputDataConfig": sent["outputDataConfig"],
        "creationTime": moment(model.created),
        "modelStatus": "Active",
    }
    if outcome is not None and outcome.training_loss is not None:
        answer["trainingMetrics"] = {"trainingLoss": outcome.training_loss}
    if outcome is not None and outcome.validation_loss is not None:
        answer["validationMetrics"] = [{"validationLoss": outcome.validation_loss}]
    return answer


def delete_custom(world: World, region: str, request: Payload) -> Payload:
    """DeleteCustomModel."""
    model = find_custom(world, region, request["modelIdentifier"])
    if world.state.endpoints("model = ?", (model.arn,)):
        raise ServiceError("ConflictException", "The model is in use by an endpoint: delete that first.")
    world.state.delete_model(model.arn)
    return {}


def availability(world: World, region: str, request: Payload) -> Payload:
    """GetFoundationModelAvailability: a rehearsed account has been given every model that lives."""
    name = request["modelId"]
    model = world.catalog.find(name)
    if model is None:
        raise ServiceError("ResourceNotFoundException", f"The model {name} was not found.")
    lives = model.lifecycle.stage(world.as_of) not in ("end-of-life", "not yet")
    tuned_elsewhere = model.tuning is not None and name == model.tuning.base_id and region not in model.tuning.regions

    def word(there: bool) -> str:
        return "AVAILABLE" if there else "NOT_AVAILABLE"

    return {
        "modelId": name,
        "agreementAvailability": {"status": word(lives)},
        "authorizationStatus": "AUTHORIZED" if lives else "NOT_AUTHORIZED",
        "entitlementAvailability": word(lives),
        "regionAvailability": word(not tuned_elsewhere),
    }


def find_custom(world: World, region: str, name: str) -> ModelRow:
    """A custom model by name or ARN.

    Raises:
        ServiceError: There is none.
    """
    found = world.state.models("region = ? AND (arn = ? OR name = ?)", (region, name, name))
    if not found:
        raise ServiceError("ResourceNotFoundException", f"The specified custom model {name} was not found.")
    return found[-1]


OPERATIONS: dict[str, Handler] = {
    "ListFoundationModels": list_foundation,
    "ListCustomModels": list_custom,
    "GetCustomModel": get_custom,
    "DeleteCustomModel": delete_custom,
    "GetFoundationModelAvailability": availability,
}


def _foundation(model: Model, region: str, day: date) -> list[Payload]:
    tunable_here = model.tuning is not None and region in model.tuning.regions
    items = [_foundation_item(model, model.model_id, region, day, [], ["ON_DEMAND"])]
    if tunable_here and model.tuning is not None:
        items.append(_foundation_item(model, model.tuning.base_id, region, day, ["FINE_TUNING"], ["PROVISIONED"]))
    return items


def _foundation_item(
    model: Model, model_id: str, region: str, day: date, customizations: list[str], inference: list[str]
) -> Payload:
    lifecycle: Payload = {"status": "LEGACY" if model.lifecycle.stage(day) == "legacy" else "ACTIVE"}
    dates = {
        "startOfLifeTime": model.lifecycle.start,
        "legacyTime": model.lifecycle.legacy,
        "publicExtendedAccessTime": model.lifecycle.extended_access,
        "endOfLifeTime": model.lifecycle.end,
    }
    lifecycle |= {name: datetime.combine(each, time(), UTC) for name, each in dates.items() if each}
    return {
        "modelArn": foundation_arn(region, model_id),
        "modelId": model_id,
        "modelName": model.name[:BRANDED_NAME],
        "providerName": model.provider,
        "inputModalities": ["TEXT"],
        "outputModalities": ["TEXT"],
        "responseStreamingSupported": False,
        "customizationsSupported": customizations,
        "inferenceTypesSupported": inference,
        "modelLifecycle": lifecycle,
    }


def _matches(item: Payload, query: Payload) -> bool:
    wanted = (
        ("byProvider", lambda value: item["providerName"].lower() == value.lower()),
        ("byCustomizationType", lambda value: value in item["customizationsSupported"]),
        ("byInferenceType", lambda value: value in item["inferenceTypesSupported"]),
        ("byOutputModality", lambda value: value in item["outputModalities"]),
    )
    return all(holds(query[name]) for name, holds in wanted if name in query)


def _summary(world: World, model: ModelRow) -> Payload:
    job = world.state.jobs("arn = ?", (model.job,))[0]
    return {
        "modelArn": model.arn,
        "modelName": model.name,
        "creationTime": moment(model.created),
        "baseModelArn": jobs.base_arn(job),
        "baseModelName": world.catalog.get(model.base).model_id.partition(":")[0],
        "customizationType": "FINE_TUNING",
        "modelStatus": "Active",
    }
