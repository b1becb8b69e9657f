"""What a job costs: where a missing price is written down, and what a person must say before it is paid."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from shop_exports import exported

from core import catalog
from core.aws.location import Location
from core.catalog import Price, Prices
from core.errors import RefusedError, UsageError
from core.tuning import confirmation, submission
from core.tuning.forecast import price_place

TODAY = date(2026, 11, 23)


def fill_in(folder: Path):
    """Does what the place says, with a price of 8 dollars; returns that price as the catalogue reads it."""
    place = price_place(catalog.load(folder).get("claude-3-haiku"), folder, TODAY)
    lines = place.path.read_text().splitlines() if place.path.exists() else []
    text = place.text.replace("dollars: …", "dollars: 8").replace("source: …", "source: my account team")
    lines[place.line - 1 : place.line - 1] = text.splitlines()
    folder.mkdir(exist_ok=True)
    place.path.write_text("\n".join(lines) + "\n")
    return place, catalog.load(folder).get("claude-3-haiku").prices.training


@pytest.mark.parametrize(
    ("written", "file", "line"),
    [
        (None, "prices.yaml", 1),
        ("- key: nova-micro\n  name: Nova\n", "prices.yaml", 3),
        ("- key: claude-3-haiku  # mine\n  batch: true\n", "prices.yaml", 2),
        (
            "- key: claude-3-haiku\n  prices:\n    storage: {dollars: 1, as_of: 2026-01-01, source: s}\n",
            "prices.yaml",
            3,
        ),
    ],
    ids=["no file", "another model", "an entry", "an entry with prices"],
)
def test_a_price_written_where_outcrop_says_is_read_from_there(tmp_path, written, file, line):
    folder = tmp_path / "catalog"
    if written is not None:
        folder.mkdir()
        (folder / "prices.yaml").write_text(written)
    place, price = fill_in(folder)
    assert (place.path.name, place.line) == (file, line)
    assert price == Price(8.0, TODAY, "my account team")


@pytest.fixture
def shops(rehearsal, project):
    return project(rehearsal.connection(), name="priced")


def plan(workspace, dollars: float | None, *, rehearsed: bool = True):
    """What would be submitted, at a price by which the job costs so much."""
    planned = submission.prepare(workspace, *exported(workspace))
    prices = Prices(training=Price(1.0, TODAY, "me") if dollars is not None else None)
    forecast = msgspec.structs.replace(planned.forecast, dollars=dollars)
    location = planned.location if rehearsed else Location("aws", "us-west-2", "111122223333")
    model = msgspec.structs.replace(planned.model, prices=prices)
    return msgspec.structs.replace(planned, forecast=forecast, location=location, model=model)


@pytest.mark.parametrize(
    ("dollars", "rehearsed", "typed"),
    [(50.0, True, False), (50.01, True, True), (50.01, False, True), (None, True, False), (None, False, True)],
)
def test_a_plain_yes_is_enough_up_to_the_threshold_and_where_nothing_is_billed(shops, dollars, rehearsed, typed):
    assert confirmation.wants_typing(shops.config, plan(shops, dollars, rehearsed=rehearsed)) == typed


def test_the_threshold_is_the_projects(shops):
    shops.config = msgspec.structs.replace(shops.config, confirm_above=100.0)
    assert not confirmation.wants_typing(shops.config, plan(shops, 99.0))


@pytest.mark.parametrize("said", ["", "50", "119.99", "unknown", "nan"])
def test_less_than_the_cost_is_no_confirmation(shops, said):
    with pytest.raises(RefusedError, match=r"costs about \$120\.00.*--confirm-cost 120\.00"):
        confirmation.refuse_unconfirmed(shops.config, plan(shops, 120.0), said)


def test_what_is_confirmed_holds_below_the_threshold_as_well(shops):
    assert not confirmation.wants_typing(shops.config, plan(shops, 9.0))
    confirmation.refuse_unconfirmed(shops.config, plan(shops, 9.0), "")
    confirmation.refuse_unconfirmed(shops.config, plan(shops, 9.0), "$9")
    with pytest.raises(RefusedError, match=r"costs about \$9\.00, more than \$8\.00"):
        confirmation.refuse_unconfirmed(shops.config, plan(shops, 9.0), "8")


def test_what_is_no_amount_confirms_nothing(shops):
    with pytest.raises(UsageError, match="'much' is no amount of dollars"):
        confirmation.refuse_unconfirmed(shops.config, plan(shops, 9.0), "much")


def test_the_cost_confirms_it(shops):
    planned = plan(shops, 119.991)
    confirmation.refuse_unconfirmed(shops.config, planned, confirmation.amount(planned))
    confirmation.refuse_unconfirmed(shops.config, planned, "500")


def test_on_aws_an_unknown_cost_must_be_called_that(shops):
    planned = plan(shops, None, rehearsed=False)
    with pytest.raises(RefusedError, match="Nobody knows what this job costs"):
        confirmation.refuse_unconfirmed(shops.config, planned, "50")
    confirmation.refuse_unconfirmed(shops.config, planned, "unknown")
