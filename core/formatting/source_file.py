"""Files of source records, one JSON object a line, as importers write them.

`core.records.formats.source_record` reads a line.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from core.outputs import replacing
from core.records.record import Source


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
