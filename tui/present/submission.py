"""A planned job in words: what it does, what it costs, how long it will take."""

from pathlib import Path
from typing import TYPE_CHECKING

from core.text import count, duration, money, number

if TYPE_CHECKING:
    from core.formatting import Part
    from core.training.jobs import JobsSnapshot
    from core.tuning.submission import Submission
    from core.workspace import Workspace


def cost(workspace: "Workspace", planned: "Submission") -> str:
    """Dollars, with the price's day and source; or where the price is to be written down."""
    from core.tuning.forecast import price_place
    from core.workspace import own_catalog

    price = planned.model.prices.training
    if price is not None:
        rate = f"{money(price.dollars)} a million tokens ({price.as_of}, {price.source})"
        return f"{money(planned.forecast.dollars)} at {rate}"
    place = price_place(planned.model, own_catalog(), workspace.clock.now().date())
    path = str(place.path)
    home = str(Path.home())
    shown = f"~{path.removeprefix(home)}" if path.startswith(home + "/") else path
    return f"unknown: add a price to {shown} line {place.line}:\n{place.text}"


def took(workspace: "Workspace", planned: "Submission", known: "JobsSnapshot | None" = None) -> str:
    """How long one's own like jobs took."""
    from core.training.planned import expected_duration

    found = expected_duration(workspace, planned, known)
    if found is None:
        return "unknown: no like job of yours yet"
    middle, shortest, longest = (
        duration(each.total_seconds()) for each in (found.median, found.shortest, found.longest)
    )
    spread = f" ({shortest} to {longest})" if found.jobs > 1 and shortest != longest else ""
    return f"about {middle}{spread}, by {count(found.jobs, 'job')} of your own"


def facts(planned: "Submission", price: str, time: str) -> list[tuple[str, str]]:
    """What a person looks at in the dashboard before they submit."""
    forecast = planned.forecast
    steps = (
        f"{count(forecast.steps)} ({count(forecast.steps_per_epoch or 0)} an epoch)" if forecast.steps else "unknown"
    )
    validation = planned.export.records("validation")
    found = [
        ("where", f"{planned.location} {planned.location.as_of}".strip()),
        ("model", planned.model.name),
        ("training", f"{count(planned.export.records('train'), 'record')}, {count(validation)} to validate"),
        ("values", _values(planned)),
        ("steps", steps),
        ("billed", f"≈ {count(forecast.billed_tokens)} tokens"),
        ("time", time),
        ("job", planned.request.name),
        ("cost", price),
    ]
    request = planned.request
    if request.kms_key:
        found.append(("key", request.kms_key))
    if request.subnets:
        found.append(("network", ", ".join((*request.subnets, *request.security_groups))))
    return found


def text(workspace: "Workspace", planned: "Submission") -> list[str]:
    """What a person confirms in a shell: model, data, steps, cost, time and place, a line each."""
    forecast = planned.forecast

    def records(part: "Part") -> str:
        return count(planned.export.records(part))

    steps = f"{count(forecast.steps)} steps" if forecast.steps is not None else "steps unknown"
    return [
        f"where      {planned.location}",
        f"model      {planned.model.name} ({planned.request.base_model})",
        f"data       {records('train')} training, {records('validation')} validation records",
        f"values     {_values(planned)}",
        f"work       {steps}, ≈ {count(forecast.billed_tokens)} tokens billed",
        f"cost       {cost(workspace, planned)}",
        f"time       {took(workspace, planned)}",
        f"job        {planned.request.name}",
    ]


def _values(planned: "Submission") -> str:
    """The hyperparameters that are set."""
    return ", ".join(f"{name} {number(value)}" for name, value in planned.values.items()) or "Bedrock's defaults"
