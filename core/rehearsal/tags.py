"""Tags of jobs, models, endpoints and batch jobs."""

from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.rehearsal.world import Handler, World, read_tags

MOST_TAGS = 200  # the length of `tags` in the service model


def listing(world: World, region: str, request: Payload) -> Payload:
    """ListTagsForResource."""
    _check(world, region, request["resourceARN"])
    return {"tags": [{"key": k, "value": v} for k, v in world.state.tags(request["resourceARN"]).items()]}


def tag(world: World, region: str, request: Payload) -> Payload:
    """TagResource."""
    resource = request["resourceARN"]
    _check(world, region, resource)
    added = read_tags(request["tags"])
    if len(world.state.tags(resource) | added) > MOST_TAGS:
        raise ServiceError("TooManyTagsException", f"A resource can have at most {MOST_TAGS} tags.")
    world.state.tag(resource, added)
    return {}


def untag(world: World, region: str, request: Payload) -> Payload:
    """UntagResource."""
    _check(world, region, request["resourceARN"])
    world.state.untag(request["resourceARN"], request["tagKeys"])
    return {}


OPERATIONS: dict[str, Handler] = {
    "ListTagsForResource": listing,
    "TagResource": tag,
    "UntagResource": untag,
}


def _check(world: World, region: str, arn: str) -> None:
    where = ("region = ? AND arn = ?", (region, arn))
    found = (world.state.jobs, world.state.models, world.state.endpoints, world.state.batches)
    if not any(each(*where) for each in found):
        raise ServiceError("ResourceNotFoundException", f"The resource {arn} was not found.")
