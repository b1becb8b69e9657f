"""What a job will take: steps and tokens from the export's counts, dollars only where a price is known."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from core import catalog
from core.catalog import Price, Prices
from core.config import Split
from core.formatting import Export, Leakage, Recipe
from core.formatting.export import File
from core.tuning import forecast

HAIKU = catalog.load().get("claude-3-haiku")


def export(records: int, characters: int) -> Export:
    """An export of which only the counts matter."""
    recipe = Recipe("claude-3-haiku", "anthropic-messages", "t", "f", "whole", "html", Split(), "", "s", "d")
    file = File("train.jsonl", "d", records, 2 * characters, characters)
    return Export("e", datetime(2025, 6, 1, tzinfo=UTC), recipe, {}, Leakage(0, 0, 0), {"train": file})


@pytest.mark.parametrize(
    ("records", "batch", "epochs", "steps"),
    [(1000, 32, 2, 64), (1, 32, 3, 3), (64, 32, 1, 2), (65, 32, 1, 3), (10, 256, 2, 2)],
)
def test_steps_are_batches_rounded_up_times_epochs(records, batch, epochs, steps):
    found = forecast(HAIKU, export(records, 0), {"epochCount": epochs, "batchSize": batch})
    assert (found.records, found.steps, found.steps_per_epoch) == (records, steps, steps // epochs)


def test_without_a_batch_size_nobody_knows_the_steps():
    found = forecast(HAIKU, export(100, 0), {"epochCount": 2})
    assert (found.steps, found.steps_per_epoch) == (None, None)


def test_tokens_are_estimated_from_characters_and_billed_for_every_epoch():
    found = forecast(HAIKU, export(10, 4001), {"epochCount": 3})
    assert (found.tokens, found.billed_tokens) == (1001, 3003)


def test_a_price_that_nobody_knows_gives_no_dollars():
    assert forecast(HAIKU, export(10, 4_000_000), {"epochCount": 3}).dollars is None


def test_a_known_price_is_by_the_million_tokens():
    price = Price(8.0, date(2026, 1, 2), "my account team")
    model = msgspec.structs.replace(HAIKU, prices=Prices(training=price))
    assert forecast(model, export(10, 4_000_000), {"epochCount": 3}).dollars == pytest.approx(24.0)


def test_an_export_without_a_training_part_takes_nothing():
    empty = msgspec.structs.replace(export(10, 40), files={})
    found = forecast(HAIKU, empty, {"epochCount": 2, "batchSize": 4})
    assert (found.records, found.steps, found.billed_tokens) == (0, 0, 0)
