"""Source records, one JSON object a line: what importers write and templates turn into chats."""

from collections.abc import Iterator

import msgspec

from core.records import grouping
from core.records.formats import structure
from core.records.record import Source

NAME = "source"  # stands for source records where the name of a wire format may stand
_decoder = msgspec.json.Decoder(Source)


def decode(line: bytes | memoryview) -> Source:
    """Reads a line; a record that names no group belongs to what it is about.

    Raises:
        msgspec.MsgspecError: It is not a source record.
    """
    read = _decoder.decode(line)
    return read if read.group else msgspec.structs.replace(read, group=grouping.of_fields(read.fields))


def explain(value: object) -> Iterator[structure.FormatProblem]:
    """Why a decoded line is not a source record; further keys are passed over."""
    try:
        msgspec.convert(value, Source)
    except msgspec.ValidationError as error:
        yield structure.misfit(error)
