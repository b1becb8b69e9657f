"""What Bedrock offers, as data: a model, how it can be tuned, what it costs, how long it lives."""

from datetime import date
from typing import Literal

import msgspec

from core.records.requirements import Limits, Requirements

EndpointKind = Literal["provisioned", "on-demand"]
LifecycleStage = Literal["active", "legacy", "end-of-life", "not yet", "unknown"]


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price in dollars, with the day it was looked up and where."""

    dollars: float
    as_of: date
    source: str


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model bills; None is unknown and shown as that.

    Attributes:
        input: Dollars for a million input tokens, on demand.
        output: Dollars for a million output tokens, on demand.
        batch_input: Dollars for a million input tokens, by batch inference.
        batch_output: Dollars for a million output tokens, by batch inference.
        training: Dollars for a million tokens trained on, times epochs.
        storage: Dollars a month for keeping a custom model.
        model_unit: Dollars an hour for one model unit of Provisioned Throughput without commitment.
    """

    input: Price | None = None
    output: Price | None = None
    batch_input: Price | None = None
    batch_output: Price | None = None
    training: Price | None = None
    storage: Price | None = None
    model_unit: Price | None = None


class Hyperparameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One knob of a customization job. Bedrock wants its value as a string."""

    name: str
    type: Literal["int", "float"]
    default: float
    minimum: float
    maximum: float
    help: str


class Tuning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model is fine-tuned.

    Attributes:
        base_id: The identifier a customization job wants, which may differ from the one for inference.
        regions: Where a job can run.
        data_format: The training file's format, a name of `core.records.formats.FORMATS`.
        limits: Of records, tokens and bytes.
        reserved: Words that no text of a record may contain.
        hyperparameters: In the order of the form; None where AWS documents none.
        endpoints: How the tuned model can be asked.
        source: Where these facts are written.
    """

    base_id: str
    regions: tuple[str, ...]
    data_format: str
    limits: Limits
    endpoints: tuple[EndpointKind, ...]
    source: str
    reserved: tuple[str, ...] = ()
    hyperparameters: tuple[Hyperparameter, ...] | None = None

    def hyperparameter(self, name: str) -> Hyperparameter | None:
        """The knob of that name."""
        return next((knob for knob in self.hyperparameters or () if knob.name == name), None)

    def requirements(self, part: Literal["training", "validation"] = "training") -> Requirements:
        """What the model demands of a file."""
        return Requirements(self.data_format, self.limits, self.reserved, part)


class Lifecycle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The days on which a model's standing changes; None is unknown or not set."""

    start: date | None = None
    legacy: date | None = None
    extended_access: date | None = None
    end: date | None = None
    source: str = ""

    def stage(self, day: date) -> LifecycleStage:
        """Where the model stands on a day."""
        if self.end and day >= self.end:
            return "end-of-life"
        if self.legacy and day >= self.legacy:
            return "legacy"
        if self.start is None:
            return "unknown"
        return "active" if day >= self.start else "not yet"


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model of the catalogue.

    Attributes:
        key: Its short name on the command line.
        name: Its name for people.
        provider: Who made it.
        model_id: The identifier for inference on demand.
        inference_profile: The cross-region profile to ask instead, where on demand is not offered.
        tuning: How to fine-tune it; None for a model one only compares or judges with.
        prices: What it bills.
        lifecycle: How long it lives.
        counts_tokens: Whether CountTokens knows it; None is unknown.
        batch: Whether batch inference knows it; None is unknown.
        context_tokens: How much it reads at once; None is unknown.
        rehearsal_reading: How much generic training its stand-in carries, in examples.
    """

    key: str
    name: str
    provider: str
    model_id: str
    inference_profile: str | None = None
    tuning: Tuning | None = None
    prices: Prices = Prices()
    lifecycle: Lifecycle = Lifecycle()
    counts_tokens: bool | None = None
    batch: bool | None = None
    context_tokens: int | None = None
    rehearsal_reading: int = 0

    @property
    def inference_id(self) -> str:
        """What to ask when asking the base model."""
        return self.inference_profile or self.model_id

    def identifiers(self) -> tuple[str, ...]:
        """Every name this model goes by on the wire."""
        names = (self.model_id, self.inference_profile, self.tuning.base_id if self.tuning else None)
        return tuple(dict.fromkeys(name for name in names if name))
