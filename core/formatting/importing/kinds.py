"""What kind of file it is, from its name and its first lines."""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast, get_args

from core.errors import InputError, UsageError, Where
from core.files import compression, unreadable
from core.formatting.importing.plan import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
CHATS: tuple[Kind, ...] = ("chat", "anthropic", "conversation", "prompt-completion", "invocation-log")

_LOOKED_AT = 20  # lines, so that a broken first one does not decide
_HEAD = 1 << 16  # bytes, enough for a first context of TAT-QA
_BY_NAME: dict[str, Kind] = {".csv": "csv", ".tsv": "csv", ".parquet": "parquet"}
_SOURCE = frozenset({"id", "group", "fields"})


def opened(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is packed by gzip.

    Raises:
        InputError: It cannot be opened.
    """
    try:
        return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def cut_off(path: Path, error: Exception) -> InputError:
    """What to say when a packed file ends too early or is none."""
    return InputError(
        "This file cannot be unpacked", why=str(error), todo="Download it again", where=Where(str(path))
    )


UNPACKING = (EOFError, zlib.error, gzip.BadGzipFile)


def kind_of_name(path: Path) -> Kind | None:
    """What a file is by the end of its name; None where that does not say it."""
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    return _BY_NAME.get(suffix.lower())


def detect(path: Path) -> Kind:
    """What a file is.

    Raises:
        InputError: It cannot be read, is empty or is of no kind that Outcrop imports.
        UsageError: It holds source records already.
    """
    named = kind_of_name(path)
    if named is not None:
        return named
    try:
        with opened(path) as file:
            head = file.read(_HEAD)
            file.seek(0)
            lines = [] if head.lstrip().startswith(b"[") else list(islice(file, _LOOKED_AT))
    except UNPACKING as error:
        raise cut_off(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if not head.strip():
        raise InputError("This file is empty", todo="Give a file with records", where=Where(str(path)))
    packed = compression(head)
    if packed is not None:
        raise InputError(
            f"This file is compressed, by {packed.name}",
            todo=f"Decompress it first: {packed.undo} {path}",
            where=Where(str(path)),
        )
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.lstrip().startswith(b"[") and b'"table"' in head:
        return "tatqa"
    kinds = [_of_object(value, path) for line in lines if (value := _object(line)) is not None]
    if kinds:  # one that is told by its keys, else rows of columns
        return next((kind for kind in kinds if kind != "jsonl"), "jsonl")
    raise InputError(
        "This file is of no kind that can be imported",
        why="it is neither JSON Lines, nor TAT-QA, nor named .csv or .parquet",
        todo=f"Name its kind: outcrop import {'|'.join(KINDS)} {path}",
        where=Where(str(path)),
    )


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _of_object(value: Mapping[str, Any], path: Path) -> Kind:
    if value.keys() >= _SOURCE:
        raise UsageError(
            "These are source records already",
            todo="Set `data.source` in outcrop.yaml to this file",
            where=Where(str(path)),
        )
    return next((kind for kind, fits in _FITS.items() if fits(value)), "jsonl")


def _has_role(value: Mapping[str, Any], roles: frozenset[str]) -> bool:
    turns = value.get("messages")
    return isinstance(turns, list) and any(isinstance(each, dict) and each.get("role") in roles for each in turns)


_FITS: dict[Kind, Callable[[Mapping[str, Any]], bool]] = {
    "invocation-log": lambda value: value.get("schemaType") == "ModelInvocationLog",
    "conversation": lambda value: value.get("schemaVersion") == "bedrock-conversation-2024",
    "chat": lambda value: _has_role(value, frozenset({"system", "developer", "tool", "function"})),
    "anthropic": lambda value: isinstance(value.get("messages"), list),
    "prompt-completion": lambda value: value.keys() == {"prompt", "completion"},
}
