"""The objects of a JSON file that is one list, such as TAT-QA's.

The file is read whole: JSON says only at its end whether it is one.
"""

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from core.errors import InputError, Where
from core.formatting.importing.container import HEAD, Container, FileRow, FileRows, opened
from core.formatting.importing.plan import ImportPlan
from core.formatting.importing.unmapped import UnfitRow
from core.records.formats.structure import json_kind

_NAME = re.compile(rb'"([^"\\]{1,200})"\s*:')
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def content(path: Path) -> bytes:
    """The file without a byte order mark.

    Raises:
        InputError: It cannot be read, or is empty.
    """
    with opened(path) as file:
        raw = file.read().removeprefix(codecs.BOM_UTF8)
    if not raw.strip():
        raise InputError("This file is empty", todo="Download it again", where=Where(str(path)))
    return raw


def rows(path: Path, _plan: ImportPlan) -> FileRows:
    """Place from 1 and values of each object of the list; what is no object says why.

    Raises:
        InputError: The file cannot be read, or is not a list in JSON.
    """
    try:
        listed = msgspec.json.decode(content(path), type=list[msgspec.Raw])
    except _UNREADABLE as error:
        raise InputError(
            "This file is not a list in JSON",
            why=str(error),
            todo="Is it complete? Write or download it again",
            where=Where(str(path)),
        ) from error
    for number, raw in enumerate(listed, 1):
        yield number, _object(raw)


def _object(raw: msgspec.Raw) -> dict[str, object] | UnfitRow:
    try:
        value = msgspec.json.decode(raw)
    except _UNREADABLE as error:
        return UnfitRow("", str(error), "Mend the object, or leave it out")
    if isinstance(value, dict):
        return value
    return UnfitRow("", f"it must be an object, not {json_kind(value)}", "Mend the object, or leave it out")


def _samples(path: Path) -> Iterable[FileRow]:
    """The names at the beginning of the file, as one row without values: its first object may be a large one."""
    with opened(path) as file:
        return [dict.fromkeys(name.decode("utf-8", "replace") for name in _NAME.findall(file.read(HEAD)))]


def _sniff(head: bytes) -> bool:
    return head.lstrip().startswith(b"[")


JSON = Container(name="json", rows=rows, samples=_samples, suffixes=(".json",), sniff=_sniff)
