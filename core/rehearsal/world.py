"""What every operation of the rehearsed Bedrock is given: its memory, its catalogue, its day and its pace."""

import secrets
import string
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec

from core.aws.location import REHEARSAL_ACCOUNT
from core.aws.quotas import USUAL_JOBS_AT_ONCE
from core.aws.session import Connection
from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.catalog import Catalog, Model
from core.clock import from_iso
from core.rehearsal.state import RehearsalState
from core.rehearsal.timeline import moment

JOBS_AT_ONCE = USUAL_JOBS_AT_ONCE
_ID = string.ascii_lowercase + string.digits


class World(msgspec.Struct, frozen=True):
    """One rehearsed account.

    Attributes:
        state: Its memory.
        catalog: What it offers.
        storage: A connection to its own S3 and IAM.
        as_of: The day it lives on, which decides the lifecycle of models; its clock is the machine's.
        pace: Seconds that a new job is to take.
        changed: Called when there may be work.
        time: Seconds since 1970.
    """

    state: RehearsalState
    catalog: Catalog
    storage: Connection
    as_of: date
    pace: float
    changed: Callable[[], object]
    time: Callable[[], float] = time.time

    def living(self, name: str, region: str = "") -> Model:
        """A foundation model that still answers on the rehearsal's day.

        Raises:
            ServiceError: No such model, or it is gone, in AWS's words.
        """
        model = self.catalog.find(name)
        if model is None or (region and model.tuning and region not in model.tuning.regions):
            raise ServiceError("ValidationException", "The provided model identifier is invalid.")
        if model.lifecycle.stage(self.as_of) in ("end-of-life", "not yet"):
            raise ServiceError("ValidationException", "The provided model identifier is invalid.")
        return model


Handler = Callable[[World, str, Payload], Payload]


def new_id() -> str:
    """Twelve letters and digits, as in Bedrock's ARNs."""
    return "".join(secrets.choice(_ID) for _ in range(12))


def arn(region: str, resource: str) -> str:
    """An ARN of the rehearsed account."""
    return f"arn:aws:bedrock:{region}:{REHEARSAL_ACCOUNT}:{resource}"


def foundation_arn(region: str, model_id: str) -> str:
    """A foundation model's ARN, which names no account."""
    return f"arn:aws:bedrock:{region}::foundation-model/{model_id}"


def page(items: Sequence[Payload], query: Payload, member: str) -> Payload:
    """One page of a listing, in the order asked for.

    The token is the number of items older than the next one, so that what is created meanwhile shifts nothing.

    Args:
        items: Oldest first.
        query: With `maxResults`, `nextToken` and `sortOrder`.
        member: What the answer calls its items.
    """
    most, token = query.get("maxResults", 100), query.get("nextToken")
    if token is not None and not token.isdecimal():
        raise ServiceError("ValidationException", "The provided nextToken is invalid.")
    if query.get("sortOrder", "Descending") == "Ascending":
        start = int(token or 0)
        stop = start + most
        return {member: list(items[start:stop])} | ({"nextToken": str(stop)} if stop < len(items) else {})
    stop = min(int(token), len(items)) if token else len(items)
    start = max(0, stop - most)
    return {member: list(reversed(items[start:stop]))} | ({"nextToken": str(start)} if start else {})


def selected(created: float, name: str, query: Payload) -> bool:
    """Whether an item passes the filters that all listings share."""
    after, before = query.get("creationTimeAfter"), query.get("creationTimeBefore")
    when = moment(created)
    return (
        query.get("nameContains", "").lower() in name.lower()
        and (after is None or when > from_iso(after))
        and (before is None or when < from_iso(before))
    )


def read_tags(items: Iterable[dict[str, str]]) -> dict[str, str]:
    """AWS's list of keys and values as a mapping."""
    return {item["key"]: item["value"] for item in items}
