"""What the article on fine-tuning Claude 3 Haiku advises for a data size, each piece with its source.

Nothing is advised for other models, nor for sizes of which the article says nothing. How early stopping works is from
AWS's page, which the catalogue names.
"""

import msgspec

from core.catalog import Model, Tuning

ARTICLE = "AWS, Best practices and lessons for fine-tuning Anthropic's Claude 3 Haiku on Amazon Bedrock"


class Advice(msgspec.Struct, frozen=True):
    """One piece of advice.

    Attributes:
        parameter: The hyperparameter it is about, or empty for the job as a whole.
        text: One sentence.
        source: Where it is written.
        low: Lower end of the advised range, where there is one.
        high: Upper end.
        unmet: Whether something it needs is not there.
    """

    parameter: str
    text: str
    source: str = ARTICLE
    low: float | None = None
    high: float | None = None
    unmet: bool = False

    def off(self, value: float | None) -> bool:
        """Whether a value is not what is advised."""
        if self.unmet:
            return True
        return (
            value is not None
            and self.low is not None
            and self.high is not None
            and not self.low <= value <= self.high
        )


def advise(model: Model, records: int, validation: int | None = None) -> list[Advice]:
    """Advice for tuning a model.

    Args:
        model: The model.
        records: How many it is trained on.
        validation: How many it is validated with; None where that is not known.
    """
    if model.tuning is None or model.tuning.hyperparameter("learningRateMultiplier") is None:
        return _unadvised(model)
    low, high, size = batch_band(records)
    return [
        Advice("batchSize", f"{size}: a batch size between {low} and {high}.", low=low, high=high),
        Advice(
            "learningRateMultiplier", "Start with the default, 1.0, and adjust it on evaluation.", low=1.0, high=1.0
        ),
        Advice("", "Learning rate and batch size together moved results by 2 to 10 % across tasks."),
        Advice("", dominant(records)),
        Advice("", "Larger datasets tend to benefit from a higher learning rate and batch size."),
        Advice("epochCount", "Smaller datasets need more epochs."),
        Advice("", "Early stopping prevents overfitting."),
        *_early_stopping(model.tuning, validation),
    ]


def _early_stopping(tuning: Tuning, validation: int | None) -> list[Advice]:
    """How the two values of early stopping work together, as AWS's page defines them."""
    needs = "it needs a validation set" + (", which this export does not have" if validation == 0 else "")
    return [
        Advice(
            "earlyStoppingThreshold",
            "An improvement of the validation loss below the threshold counts as none.",
            source=tuning.source,
        ),
        Advice(
            "earlyStoppingPatience",
            f"Training stops after as many evaluations without one as patience says; {needs}.",
            source=tuning.source,
            unmet=validation == 0,
        ),
    ]


def _unadvised(model: Model) -> list[Advice]:
    none = Advice("", "There is no published advice for this model.", source="")
    if model.tuning is None or not model.tuning.hyperparameters:
        return [none]
    return [none, Advice("", "Ranges and defaults are those of AWS's page.", source=model.tuning.source)]


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
    return "No advice: the article does not say which of the two matters more at this size."
