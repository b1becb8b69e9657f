"""What bills by the hour: added up where the price is known, counted where it is not, never made up."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from core import catalog
from core.aws.endpoints import Endpoint
from core.catalog import Catalog, Price, Prices
from core.deployment import Meter
from core.deployment.meter import base_of, bill, hourly, meter, rate_in_words, spent

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
MODEL = f"arn:aws:bedrock:us-west-2:123456789012:custom-model/{HAIKU}/abcdefabcdef"
NOVA = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-micro-v1:0:128k/abcdefabcdef"
ELSEWHERE = "arn:aws:bedrock:us-west-2:123456789012:custom-model/somebody.else-v1/abcdefabcdef"


def endpoint(model: str = MODEL, **changes: object) -> Endpoint:
    found = Endpoint("arn", "name", "provisioned", model, "ready", NOW - timedelta(hours=2), units=1)
    return msgspec.structs.replace(found, **changes)


@pytest.fixture
def priced() -> Catalog:
    """A catalogue in which the user has entered what a model unit of Haiku costs."""
    price = Price(16.2, date(2026, 1, 2), "my account team")
    haiku = catalog.load().get("claude-3-haiku")
    return Catalog((msgspec.structs.replace(haiku, prices=Prices(model_unit=price)),))


def test_a_price_that_nobody_has_entered_is_unknown():
    assert hourly(endpoint(), catalog.load()) is None
    assert spent(endpoint(), catalog.load(), NOW) is None
    assert meter([endpoint()], catalog.load()) == Meter(0.0, unknown=1, billing=1)


def test_a_known_price_is_by_the_unit_and_the_hour(priced):
    assert hourly(endpoint(units=2), priced) == pytest.approx(32.4)
    assert spent(endpoint(units=2), priced, NOW) == pytest.approx(64.8)


def test_on_demand_bills_nothing_by_the_hour(priced):
    served = endpoint(NOVA, kind="on-demand", units=0)
    assert (hourly(served, priced), meter([served], priced)) == (0.0, Meter())


def test_the_meter_adds_what_is_known_and_counts_the_rest(priced):
    found = meter([endpoint(), endpoint(units=2), endpoint(ELSEWHERE), endpoint(NOVA, kind="on-demand")], priced)
    assert (found.dollars_per_hour, found.unknown, found.billing) == (pytest.approx(48.6), 1, 3)


@pytest.mark.parametrize(("state", "billing"), [("creating", 1), ("ready", 1), ("updating", 1), ("failed", 0)])
def test_an_endpoint_bills_unless_it_failed(priced, state, billing):
    assert meter([endpoint(state=state)], priced).billing == billing


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (Meter(), "$0.00/h"),
        (Meter(16.2, 0, 1), "$16.20/h"),
        (Meter(0.0, 2, 2), "2 x $?/h"),
        (Meter(1234.5, 1, 3), "$1,234.50/h + 1 x $?/h"),
    ],
)
def test_the_status_line_shows_what_is_known_and_that_something_is_not(found, shown):
    assert str(found) == shown


def test_a_rate_in_words_says_how_long_it_bills(priced):
    assert rate_in_words(priced, MODEL, "provisioned") == "$16.20 an hour until it is deleted"
    assert rate_in_words(priced, ELSEWHERE, "provisioned") == "an unknown price an hour until it is deleted"
    assert rate_in_words(priced, NOVA, "on-demand") == "billed by the token"


@pytest.mark.parametrize(("arn", "base"), [(MODEL, HAIKU), (HAIKU, HAIKU), ("my-model", "my-model")])
def test_the_model_below_stands_in_the_arn_of_a_tuned_one(arn, base):
    assert base_of(arn) == base


def test_a_bill_says_what_an_endpoint_has_cost_so_far_or_what_is_missing(priced):
    assert bill(endpoint(units=2), priced, NOW) == "$64.80 so far at $32.40/h"
    assert bill(endpoint(), catalog.load(), NOW) == "by the hour, unknown: add a price"
    assert bill(endpoint(NOVA, kind="on-demand"), priced, NOW) == "billed by the token"
