"""Rows of a CSV file, one at a time, each with the line that it begins on."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from core.errors import InputError, Where
from core.formatting.importing.container import Container, FileRow, FileRows, opened
from core.formatting.importing.plan import ImportPlan
from core.formatting.importing.unmapped import UnfitRow
from core.text import count

DELIMITERS = ",;\t|"  # those that are found out
_END = "\ud800"  # what no file is read as, behind its last line: in a cell, it says that a quote is still open
_SAMPLES = 20  # rows
_LONGEST = 16 << 20  # characters of one cell: a quote that is never closed does not swallow the rest of a large file


def delimiter(path: Path) -> str:
    """What stands between the columns: the one of `,`, `;`, tab and `|` that the first line has most of."""
    with opened(path) as file:
        first = file.readline(1 << 20).decode("utf-8", "replace")
    return max(DELIMITERS, key=first.count)


def columns(path: Path, between: str) -> list[str]:
    """The names in the first line.

    Raises:
        InputError: The file is empty, its first line is not UTF-8, or two columns have one name.
    """
    csv.field_size_limit(_LONGEST)
    try:
        with _decoded(path) as text:
            found = next(csv.reader(text, delimiter=between), [])
        "".join(found).encode()
    except (csv.Error, UnicodeEncodeError) as error:
        why = str(error) if isinstance(error, csv.Error) else "the first line is not UTF-8"
        raise _nameless(
            path, why, "Save the file as UTF-8, with the names of its columns in the first line"
        ) from error
    twice = next((name for name in found if found.count(name) > 1), None)
    if not found or twice is not None:
        why = f"two are named {twice!r}" if found else "the file is empty"
        raise _nameless(path, why, "Give every column a name of its own in the first line")
    return found


def _nameless(path: Path, why: str, todo: str) -> InputError:
    return InputError("The columns of this file cannot be told apart", why=why, todo=todo, where=Where(str(path), 1))


def rows(path: Path, plan: ImportPlan) -> FileRows:
    """Line and values of each row; a row that does not fit the first line says why."""
    between = plan.delimiter or delimiter(path)
    head = columns(path, between)
    with _decoded(path) as text:
        reader = csv.reader(chain(text, [_END]), delimiter=between)
        next(islice(reader, 1), None)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield line, UnfitRow("", str(error), "Mend the quotes of this row")
                continue
            if cells is None or cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                yield line, UnfitRow("", _unclosed(reader.line_num - line), "Close the quote, or write it as two")
                return
            if cells and len(cells) != len(head):
                yield line, UnfitRow("", *_misfit(len(cells), len(head), line, reader.line_num))
            elif cells:
                yield line, dict(zip(head, cells, strict=True))


def _unclosed(lines: int) -> str:
    return f"a quote in it is never closed, so that the {count(lines, 'last line')} of the file went into this row"


def _misfit(cells: int, names: int, line: int, last: int) -> tuple[str, str]:
    said = f"it has {count(cells, 'column')}, the first line {count(names)}"
    if last > line:
        return f"{said}; its quotes reach to line {count(last)}", "Is one of them not closed?"
    return said, "Put quotes around cells that hold the delimiter"


@contextmanager
def _decoded(path: Path) -> Iterator[io.TextIOWrapper]:
    with opened(path) as file, io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="") as text:
        yield text


def _columns(path: Path, plan: ImportPlan) -> Iterable[FileRow]:
    return [dict.fromkeys(columns(path, plan.delimiter or delimiter(path)))]


def _samples(path: Path) -> Iterable[FileRow]:
    return islice((row for _, row in rows(path, ImportPlan("csv")) if isinstance(row, dict)), _SAMPLES)


CSV = Container(
    name="csv",
    rows=rows,
    samples=_samples,
    suffixes=(".csv", ".tsv"),
    by_name=True,
    columns=_columns,
    options=frozenset({"delimiter"}),
)
