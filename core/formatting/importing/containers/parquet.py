"""Rows of a Parquet file, a slice at a time, so that a large file needs no memory to speak of.

polars is imported by what reads such a file: it takes its time, and most imports have no use for it.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from core.errors import InputError, Where
from core.formatting.importing.container import Container, FileRow, FileRows
from core.formatting.importing.plan import ImportPlan

_AT_ONCE = 5_000  # rows
_SAMPLES = 20  # rows


def rows(path: Path, _plan: ImportPlan) -> FileRows:
    """Number from 1 and values of each row; bytes as text, or none where they are no UTF-8, such as pictures.

    Raises:
        InputError: It is not a Parquet file, or is damaged.
    """
    import polars as pl

    try:
        scan = pl.scan_parquet(path)
        packed = [name for name, kind in scan.collect_schema().items() if kind == pl.Binary]
        count: int = scan.select(pl.len()).collect().item()
        for start in range(0, count, _AT_ONCE):
            for number, row in enumerate(scan.slice(start, _AT_ONCE).collect().iter_rows(named=True), start + 1):
                yield number, row | {name: _text(row[name]) for name in packed}
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _columns(path: Path, _plan: ImportPlan) -> Iterable[FileRow]:
    """The names of the columns; under that of a struct the names within it."""
    import polars as pl

    try:
        return [_names(pl.scan_parquet(path).collect_schema())]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _names(schema: Mapping[str, object]) -> dict[str, object]:
    import polars as pl

    return {name: _names(kind.to_schema()) if isinstance(kind, pl.Struct) else None for name, kind in schema.items()}


def _samples(path: Path) -> Iterable[FileRow]:
    return islice((row for _, row in rows(path, ImportPlan("parquet")) if isinstance(row, dict)), _SAMPLES)


def _text(value: bytes | None) -> str | None:
    try:
        return value.decode() if value is not None else None
    except UnicodeDecodeError:
        return None


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(
        "This Parquet file cannot be read",
        why=str(error).splitlines()[0],
        todo="Is it complete? Write or download it again",
        where=Where(str(path)),
    )


def _sniff(head: bytes) -> bool:
    return head.startswith(b"PAR1")


PARQUET = Container(
    name="parquet", rows=rows, samples=_samples, suffixes=(".parquet",), by_name=True, sniff=_sniff, columns=_columns
)
