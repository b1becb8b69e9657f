"""Objects of a JSON Lines file, one at a time, packed or not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from core.files import unreadable
from core.formatting.importing.kinds import UNPACKING, cut_off, opened
from core.formatting.unmapped import Misfit
from core.records.check import explain
from core.records.formats.shape import kind

_decode = msgspec.json.Decoder().decode
_REMEDY = "Mend that line, or leave it out"


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | Misfit]]:
    """Line and object of each line that is not blank; a line that is no object says why.

    Raises:
        InputError: The file cannot be read to its end.
    """
    try:
        with opened(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _object(line, number)
    except UNPACKING as error:
        raise cut_off(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error


def first(path: Path, looked_at: int = 100) -> Iterator[dict[str, Any]]:
    """The objects of the first lines, by which the names of columns are told."""
    for number, value in rows(path):
        if isinstance(value, dict):
            yield value
        if number >= looked_at:
            break


def _object(line: bytes, number: int) -> dict[str, Any] | Misfit:
    try:
        value = _decode(line)
    except msgspec.ValidationError as error:  # without a type to hold it to, only a number can be out of range
        return Misfit("", str(error).partition(" - at ")[0].lower(), _REMEDY)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = next(explain(line, number, lambda _: ()))
        return Misfit(found.field, found.message, _REMEDY)
    if not isinstance(value, dict):
        return Misfit("", f"a line must be an object, not {kind(value)}", _REMEDY)
    return value
