"""One row of a job's metrics: what the loss was at a step."""

import msgspec


class MetricPoint(msgspec.Struct, frozen=True):
    """A loss on the training set, or on the validation set.

    Attributes:
        step: The training step (batch); the rehearsal counts from 0, files from elsewhere as they like.
        epoch: The pass over the training set; counted as the step is.
        loss: Mean negative log-likelihood an example, in nats.
        perplexity: The exponential of the loss.
    """

    step: int
    epoch: int
    loss: float
    perplexity: float
