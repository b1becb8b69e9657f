"""What a model demands of a training file: limits of size, format, words that no text may contain."""

from typing import Literal

import msgspec


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a training set may be; None where AWS names no limit.

    Attributes:
        file_name: A pattern that the names of files must match as a whole.
    """

    minimum_records: int | None = None
    training_records: int | None = None
    validation_records: int | None = None
    total_records: int | None = None
    record_tokens: int | None = None
    training_bytes: int | None = None
    validation_bytes: int | None = None
    file_name: str | None = None


class Requirements(msgspec.Struct, frozen=True):
    """What one model demands of a training or validation file."""

    format: str
    limits: Limits
    reserved: tuple[str, ...]
    part: Literal["training", "validation"] = "training"
