"""What a job will take: steps, tokens and dollars, from the export's own counts; and where a missing price goes."""

import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from core.catalog import Model
from core.formatting import Export
from core.records.tokens import estimate_characters


class TrainingForecast(msgspec.Struct, frozen=True):
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


def forecast(model: Model, export: Export, values: Mapping[str, float]) -> TrainingForecast:
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
    return TrainingForecast(
        records=records,
        steps_per_epoch=per_epoch,
        steps=per_epoch * epochs if per_epoch is not None else None,
        tokens=tokens,
        billed_tokens=tokens * epochs,
        dollars=tokens * epochs * price.dollars / 1_000_000 if price else None,
    )


class PricePlace(msgspec.Struct, frozen=True):
    """Where to write down a price that nobody knows.

    Attributes:
        path: A file of the user's own catalogue.
        line: From 1, where the text goes.
        text: What to write, all but the figure.
    """

    path: Path
    line: int
    text: str


def price_place(model: Model, folder: Path, day: date) -> PricePlace:
    """Where the price of training a model goes: below the model's entry where the user has one, else in an own file.

    Args:
        model: The model.
        folder: The user's own catalogue.
        day: The day the price is looked up on.
    """
    price = f"    training: {{dollars: …, as_of: {day}, source: …}}"
    for path in sorted(folder.glob("*.yaml")):
        lines = path.read_text("utf-8", "replace").splitlines()
        at = next((number for number, line in enumerate(lines) if _names(line, model.key)), None)
        if at is None:
            continue
        entry = lines[at + 1 : next((n for n in range(at + 1, len(lines)) if lines[n].startswith("- ")), len(lines))]
        prices = next((number for number, line in enumerate(entry, at + 1) if line.strip() == "prices:"), None)
        if prices is not None:
            return PricePlace(path, prices + 2, price)
        return PricePlace(path, at + 2, f"  prices:\n{price}")
    path = folder / "prices.yaml"
    written = len(path.read_text("utf-8", "replace").splitlines()) if path.is_file() else 0
    return PricePlace(path, written + 1, f"- key: {model.key}\n  prices:\n{price}")


def _names(line: str, key: str) -> bool:
    return line.startswith("- ") and line.removeprefix("- ").split("#")[0].strip() == f"key: {key}"
