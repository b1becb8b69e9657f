"""What a job will take: steps, tokens and dollars, from the export's own counts."""

import math
from collections.abc import Mapping

import msgspec

from core.catalog import Model
from core.formatting import Export
from core.records.tokens import estimate_characters


class Forecast(msgspec.Struct, frozen=True):
    """The forecast for one job.

    Attributes:
        records: Training records.
        steps_per_epoch: Updates of the weights an epoch; None where the model has no batch size.
        steps: In all.
        tokens: Training tokens of one epoch, estimated.
        billed_tokens: Tokens times epochs.
        dollars: What training costs; None while the price is unknown.
    """

    records: int
    steps_per_epoch: int | None
    steps: int | None
    tokens: int
    billed_tokens: int
    dollars: float | None


def forecast(model: Model, export: Export, values: Mapping[str, float]) -> Forecast:
    """Steps are ceil(records / batch) x epochs; the bill is training tokens x epochs x price (AWS's pricing page).

    Args:
        model: What is tuned.
        export: What it is trained on.
        values: Its hyperparameters.
    """
    train = export.files.get("train")
    records = train.records if train else 0
    tokens = estimate_characters(train.characters) if train else 0
    epochs = int(values.get("epochCount", 1))
    batch = values.get("batchSize")
    per_epoch = math.ceil(records / batch) if batch else None
    price = model.prices.training
    return Forecast(
        records=records,
        steps_per_epoch=per_epoch,
        steps=per_epoch * epochs if per_epoch is not None else None,
        tokens=tokens,
        billed_tokens=tokens * epochs,
        dollars=tokens * epochs * price.dollars / 1_000_000 if price else None,
    )
