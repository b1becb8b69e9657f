"""Objects of a JSON Lines file, one at a time, packed or not."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from core.formatting.importing.container import Container, FileRow, FileRows, opened
from core.formatting.importing.plan import ImportPlan
from core.formatting.importing.unmapped import UnfitRow
from core.records.formats.structure import json_kind
from core.records.rules.unreadable import explain

_decode = msgspec.json.Decoder().decode
_REMEDY = "Mend that line, or leave it out"
_SAMPLES = 20  # lines, so that a broken first one does not decide
_LINES = 100  # by which the names of columns are told


def rows(path: Path, _plan: ImportPlan) -> FileRows:
    """Line and object of each line that is not blank; a line that is no object says why.

    Raises:
        InputError: The file cannot be read to its end.
    """
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _object(line, number)


def _columns(path: Path, plan: ImportPlan) -> Iterator[FileRow]:
    for number, value in rows(path, plan):
        if isinstance(value, dict):
            yield value
        if number >= _LINES:
            break


def _samples(path: Path) -> Iterable[FileRow]:
    with opened(path) as file:
        lines = list(islice(file, _SAMPLES))
    return [value for line in lines if (value := _loosely(line)) is not None]


def _loosely(line: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _object(line: bytes, number: int) -> dict[str, object] | UnfitRow:
    try:
        value = _decode(line)
    except msgspec.ValidationError as error:  # without a type to hold it to, only a number can be out of range
        return UnfitRow("", str(error).partition(" - at ")[0].lower(), _REMEDY)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = next(explain(line, number, lambda _: ()))
        return UnfitRow(found.field, found.message, _REMEDY)
    if not isinstance(value, dict):
        return UnfitRow("", f"a line must be an object, not {json_kind(value)}", _REMEDY)
    return value


def _sniff(_head: bytes) -> bool:
    return True  # what is nothing else: its lines say whether it is JSON


JSON_LINES = Container(
    name="jsonl", rows=rows, samples=_samples, suffixes=(".jsonl",), sniff=_sniff, columns=_columns
)
