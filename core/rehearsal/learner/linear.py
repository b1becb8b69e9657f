"""Softmax over linear scores and its gradient: all that this learner is made of."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]

SMALLEST = 1e-9  # probability below which a loss stops growing


class Update(NamedTuple):
    """One example's gradient for one part of the model.

    Attributes:
        weights: The weights that it belongs to.
        rows: Which of their rows it changes; a row may come twice.
        gradient: The gradient of the loss, of a shape that broadcasts to `weights[rows]`.
    """

    weights: Weights
    rows: NDArray[np.intp]
    gradient: Weights


class Learnt(NamedTuple):
    """What one example says to a part of the model.

    Attributes:
        loss: Its negative log-likelihood, in nats.
        updates: The gradient of that.
    """

    loss: float
    updates: tuple[Update, ...] = ()


def together(parts: Iterable[Learnt]) -> Learnt:
    """The sum of independent losses."""
    listed = tuple(parts)
    return Learnt(sum(part.loss for part in listed), tuple(update for part in listed for update in part.updates))


def softmax(scores: Weights) -> Weights:
    """Probabilities in proportion to the exponentials of the scores."""
    exponentials: Weights = np.exp(scores - scores.max())
    return exponentials / float(exponentials.sum())


def descend(updates: Iterable[Update], rate: float) -> None:
    """Takes one step of `rate` against the sum of the gradients, in place and in a fixed order."""
    for update in updates:
        np.subtract.at(update.weights, update.rows, rate * update.gradient)


def class_probabilities(weights: Weights, slots: NDArray[np.intp], value: float = 1.0) -> Weights:
    """The probability of each class of a linear classifier.

    Args:
        weights: Shape `(SLOTS, classes)`.
        slots: The active features.
        value: What each active feature counts for.
    """
    return softmax(value * weights[slots].sum(axis=0))


def learn_class(weights: Weights, slots: NDArray[np.intp], label: int, value: float = 1.0) -> Learnt:
    """The loss of one example of a class."""
    gradient = class_probabilities(weights, slots, value)
    loss = negative_log(gradient[label])
    gradient[label] -= 1.0
    return Learnt(loss, (Update(weights, slots, value * gradient),))


def negative_log(probability: float) -> float:
    """The loss of having given this probability to the truth, in nats; finite."""
    return -float(np.log(max(probability, SMALLEST)))


def without_repeats(slots: Sequence[int]) -> NDArray[np.intp]:
    """Feature slots in order, each once."""
    return np.unique(np.array(slots, dtype=np.intp))


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """An array of float64, most of it zero.

    Attributes:
        shape: Its shape.
        places: Flat indices of the values, as int32.
        values: The values, as float64.
    """

    shape: tuple[int, ...]
    places: bytes
    values: bytes


def pack(weights: Weights) -> Packed:
    """Keeps what is not zero."""
    flat = weights.ravel()
    places = np.flatnonzero(flat)
    return Packed(weights.shape, places.astype("<i4").tobytes(), flat[places].astype("<f8").tobytes())


def unpack(packed: Packed, shape: tuple[int, ...]) -> Weights:
    """The array again.

    Raises:
        ValueError: If it is not an array of this shape.
    """
    places = np.frombuffer(packed.places, "<i4")
    if packed.shape != shape or (len(places) and not 0 <= places.min() <= places.max() < math.prod(shape)):
        raise ValueError(f"weights of shape {packed.shape} where {shape} was expected")
    flat = np.zeros(math.prod(shape))
    flat[places] = np.frombuffer(packed.values, "<f8")
    return flat.reshape(shape)
