"""Files of source records, one JSON object a line: what importers write and everything later reads."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from core.files import replacing
from core.records.formats import Problem, shape
from core.records.record import Source

_decoder = msgspec.json.Decoder(Source)


def decode(line: bytes | memoryview) -> Source:
    """Reads a line.

    Raises:
        msgspec.MsgspecError: It is not a source record.
    """
    return _decoder.decode(line)


def explain(value: Any) -> Iterator[Problem]:
    """Why a decoded line is not a source record; further keys are passed over."""
    try:
        msgspec.convert(value, Source)
    except msgspec.ValidationError as error:
        yield shape.misfit(error)


def write(path: Path, records: Iterable[Source]) -> int:
    """Writes records aside, flushes, renames: never half a file.

    Returns:
        How many.

    Raises:
        InputError: The folder cannot be written.
    """
    count = 0

    def lines() -> Iterable[bytes]:
        nonlocal count
        for record in records:
            count += 1
            yield msgspec.json.encode(record)

    write_lines(path, lines())
    return count


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Writes lines aside, flushes to disk and renames, so that a kill leaves the old file or the new one.

    Raises:
        InputError: The folder cannot be written, or the disk is full.
    """
    with replacing(path) as file:
        for line in lines:
            file.write(line)
            file.write(b"\n")
