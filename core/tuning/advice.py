"""What the article on fine-tuning Claude 3 Haiku advises for a data size, each piece with its source.

Nothing is advised for other models, nor for sizes of which the article says nothing.
"""

import msgspec

from core.catalog import Model

ARTICLE = "AWS, Best practices and lessons for fine-tuning Anthropic's Claude 3 Haiku on Amazon Bedrock"


class Advice(msgspec.Struct, frozen=True):
    """One piece of advice.

    Attributes:
        parameter: The hyperparameter it is about, or empty for the job as a whole.
        text: One sentence.
        source: Where it is written.
        low: Lower end of the advised range, where there is one.
        high: Upper end.
    """

    parameter: str
    text: str
    source: str = ARTICLE
    low: float | None = None
    high: float | None = None


def advise(model: Model, records: int) -> list[Advice]:
    """Advice for tuning a model on so many records."""
    if model.tuning is None or model.tuning.hyperparameter("learningRateMultiplier") is None:
        return [Advice("", "There is no published advice for this model.", source="")]
    low, high, size = batch_band(records)
    return [
        Advice("batchSize", f"{size}: a batch size between {low} and {high}.", low=low, high=high),
        Advice(
            "learningRateMultiplier", "Start with the default, 1.0, and adjust it on evaluation.", low=1.0, high=1.0
        ),
        Advice("epochCount", "Smaller datasets need more epochs."),
        Advice("", dominant(records)),
        Advice("", "Larger datasets tend to benefit from a higher learning rate and batch size."),
        Advice("", "Learning rate and batch size together moved results by 2 to 10 % across tasks."),
        Advice("earlyStoppingPatience", "Early stopping prevents overfitting; it needs a validation set."),
    ]


def batch_band(records: int) -> tuple[int, int, str]:
    """The article's batch sizes for a number of records: low, high, and the size it names."""
    if records >= 1000:
        return 32, 64, "1,000 or more examples"
    if records >= 500:
        return 16, 32, "500 to 1,000 examples"
    return 4, 16, "Fewer than 500 examples"


def dominant(records: int) -> str:
    """Which of the two matters more at this size, where the article says so."""
    if 1000 <= records <= 10000:
        return "At 1,000 to 10,000 examples the learning rate matters most."
    if 32 <= records <= 100:
        return "At 32 to 100 examples the batch size matters most."
    return "The article does not say whether learning rate or batch size matters more at this size."
