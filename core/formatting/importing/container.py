"""A container: a kind of file that gives rows, such as CSV, whatever the rows are about."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from core.errors import InputError, Where
from core.files import unreadable
from core.formatting.importing.plan import ImportPlan, Option
from core.formatting.importing.unmapped import UnfitRow

FileRow = Mapping[str, Any]
FileRows = Iterator[tuple[int, dict[str, object] | UnfitRow]]
"""The line of each row and its values, or why it has none."""

HEAD = 1 << 16  # bytes that a container is told by, enough for a first context of TAT-QA


def _never(_head: bytes) -> bool:
    return False


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file that gives rows.

    Attributes:
        name: What `outcrop import` calls it.
        rows: Reads a file, a row at a time, in flat memory; raises an InputError where the file itself is broken.
        samples: The first rows, or what can be seen of them, by which a shape is told; broken ones are left out.
        suffixes: How the names of such files end, such as `.csv`.
        by_name: Such a name says enough; else the file is looked into.
        sniff: Says whether a file is one by its first `HEAD` bytes.
        columns: Rows whose keys are the names of the columns; None where its rows have no columns to map.
        options: What a plan may say about it.
    """

    name: str
    rows: Callable[[Path, ImportPlan], FileRows]
    samples: Callable[[Path], Iterable[FileRow]]
    suffixes: tuple[str, ...] = ()
    by_name: bool = False
    sniff: Callable[[bytes], bool] = _never
    columns: Callable[[Path, ImportPlan], Iterable[FileRow]] | None = None
    options: frozenset[Option] = frozenset()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where it is packed by gzip.

    Raises:
        InputError: It cannot be opened, or cannot be read to its end.
    """
    try:
        with cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            "This file cannot be unpacked", why=str(error), todo="Download it again", where=Where(str(path))
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error
