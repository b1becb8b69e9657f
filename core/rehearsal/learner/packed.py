"""Weights as bytes: shape, places and values of those that are not zero, little-endian, the same on every machine."""

import math

import msgspec
import numpy as np

from core.rehearsal.learner.linear import Weights


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
