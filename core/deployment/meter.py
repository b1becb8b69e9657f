"""What bills by the hour, and how much of that is known."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from core.catalog import Catalog
from core.text import money

if TYPE_CHECKING:
    from core.aws.endpoints import Endpoint


class Meter(msgspec.Struct, frozen=True):
    """The sum over all endpoints.

    Attributes:
        dollars_per_hour: Of those whose price is known.
        unknown: How many bill by the hour at a price nobody has entered.
        billing: How many bill by the hour.
    """

    dollars_per_hour: float = 0.0
    unknown: int = 0
    billing: int = 0

    def __str__(self) -> str:
        """As the status line shows it; a `?` stands for what is unknown."""
        known = f"${self.dollars_per_hour:,.2f}/h"
        if not self.unknown:
            return known
        unknown = f"{self.unknown} x $?/h"
        return f"{known} + {unknown}" if self.dollars_per_hour else unknown


def hourly(endpoint: "Endpoint", catalog: Catalog) -> float | None:
    """Dollars an hour: model units times their price; 0 on demand; None while the price is unknown."""
    if endpoint.kind == "on-demand":
        return 0.0
    model = catalog.find(base_of(endpoint.model))
    price = model.prices.model_unit if model else None
    return price.dollars * endpoint.units if price else None


def rate_in_words(catalog: Catalog, model_arn: str, kind: str) -> str:
    """What an endpoint of a kind would cost: `$16.20 an hour until it is deleted`, `billed by the token`."""
    if kind == "on-demand":
        return "billed by the token"
    model = catalog.find(base_of(model_arn))
    price = model.prices.model_unit if model else None
    rate = money(price.dollars) if price else "an unknown price"
    return f"{rate} an hour until it is deleted"


def meter(endpoints: "Iterable[Endpoint]", catalog: Catalog) -> Meter:
    """Adds up what bills by the hour."""
    rates = [hourly(each, catalog) for each in endpoints if each.kind == "provisioned" and each.state != "failed"]
    return Meter(sum(rate for rate in rates if rate), sum(rate is None for rate in rates), len(rates))


def spent(endpoint: "Endpoint", catalog: Catalog, now: datetime) -> float | None:
    """Dollars since it was created; None while the price is unknown."""
    rate = hourly(endpoint, catalog)
    return None if rate is None else rate * (now - endpoint.created).total_seconds() / 3600


def bill(endpoint: "Endpoint", catalog: Catalog, now: datetime) -> str:
    """What an endpoint bills, in words: `$4.05 so far at $16.20/h`; on demand nothing by the hour."""
    if endpoint.kind == "on-demand":
        return "billed by the token"
    since = spent(endpoint, catalog, now)
    if since is None:
        return "by the hour, unknown: add a price"
    return f"{money(since)} so far at {money(hourly(endpoint, catalog))}/h"


def base_of(model_arn: str) -> str:
    """The foundation model's id below a custom model's ARN; other names as they are."""
    if ":custom-model/" in model_arn:
        return model_arn.split(":custom-model/")[1].rpartition("/")[0]
    return model_arn
