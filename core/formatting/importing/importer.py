"""Reads files by a plan: a preview of what would come of them, or the file of records and a report beside it."""

from collections.abc import Callable, Iterator, Sequence
from filecmp import cmp
from pathlib import Path

import msgspec

from core.errors import InputError, UsageError, Where
from core.files import unreadable
from core.formatting.importing.container import FileRows
from core.formatting.importing.kinds import container_of, options, shape_of
from core.formatting.importing.plan import ImportPlan, Input
from core.formatting.importing.shape import Apart, Draft, ShapeContext
from core.formatting.importing.shapes import columns
from core.formatting.importing.unmapped import UnfitRow, Unmapped
from core.outputs import replacing_all
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records import grouping, tables
from core.records.record import Numbering, Source, own_identity, source_identity
from core.records.tokens import estimate

RECORDS = "records.jsonl"
UNMAPPED = "records.unmapped.jsonl"
_LOOKED_AT = 1_000  # rows, for a preview
_SHOWN = 20  # unmapped rows of a preview
_Known = tuple[str, str, str]  # identity, group and type
_UNKNOWN: _Known = ("", "", "")
_EVERY = 500  # rows between two looks at the cancel token

Replaces = Callable[[int, int], None]
"""Told how many records are there already and how many take their place; raises to keep what is there."""


class ImportPreview(msgspec.Struct, frozen=True):
    """What an import would give.

    Attributes:
        kind: What the file is.
        columns: Its columns; empty where it has none.
        mapping: Which column each field is taken from.
        records: The first of them.
        looked_at: How many rows were read for this.
        fitting: How many of those become records.
        unmapped: The first of those that do not.
        table_tokens: About how many tokens the tables of these records have on average, by table format.
        unused: Fields of the rows that their records do not carry; unset where everything is carried.
    """

    kind: str
    columns: tuple[str, ...]
    mapping: dict[str, str]
    records: tuple[Source, ...]
    looked_at: int
    fitting: int
    unmapped: tuple[Unmapped, ...]
    table_tokens: dict[str, int]
    unused: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class ImportResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of an import.

    Attributes:
        kind: What the files were.
        records: How many were written.
        tables: How many different tables they are about.
        path: The file of records.
        unmapped: How many rows could not be taken.
        report: The file that lists them; empty where there are none.
    """

    kind: str
    records: int
    tables: int
    path: str
    unmapped: int = 0
    report: str = ""


def look(inputs: Sequence[Input], plan: ImportPlan, *, records: int = 5, apart: Apart | None = None) -> ImportPreview:
    """What an import would give, from the first rows; nothing is written.

    Args:
        inputs: The files.
        plan: How they are read.
        records: How many to show.
        apart: Brings the bodies of invocation logs that lie apart.

    Raises:
        InputError: A file cannot be read.
        UsageError: The plan does not fit the file.
    """
    names, mapping = _mapping(inputs[0].path, plan)
    sources: list[Source] = []
    unmapped: list[Unmapped] = []
    unused: dict[str, None] = {}
    seen = fitting = 0
    for item in read(inputs, plan, apart, unused):
        seen += 1
        if isinstance(item, Unmapped):
            unmapped += [item] if len(unmapped) < _SHOWN else []
        else:
            fitting += 1
            sources += [item] if len(sources) < records else []
        if seen >= _LOOKED_AT:
            break
    return ImportPreview(
        plan.kind,
        tuple(names),
        mapping,
        tuple(sources),
        seen,
        fitting,
        tuple(unmapped),
        table_tokens(sources),
        tuple(unused) or msgspec.UNSET,
    )


def table_tokens(sources: Sequence[Source]) -> dict[str, int]:
    """About how many tokens the tables of some records have on average in each format; nothing without tables."""
    grids = [tables.grid(rows) for each in sources if isinstance(rows := each.fields.get("table"), list) and rows]
    if not grids:
        return {}
    return {
        name: round(sum(estimate(tables.render(grid, name)) for grid in grids) / len(grids))
        for name in tables.FORMATS
    }


def run(
    inputs: Sequence[Input],
    plan: ImportPlan,
    folder: Path,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    apart: Apart | None = None,
    replaces: Replaces | None = None,
) -> ImportResult:
    """Writes `records.jsonl`, and beside it the report of rows that could not be taken.

    Args:
        inputs: The files.
        plan: How they are read.
        folder: For what is written.
        report: Told how many records there are.
        cancel: Stops it.
        apart: Brings the bodies of invocation logs that lie apart.
        replaces: Called before other records than these make way; not where the file stays the same to the byte.

    Raises:
        InputError: A file cannot be read or written, or none of its rows can be taken.
        UsageError: The plan does not fit the file.
        CancelledError: It was cancelled; what was there before stays.
    """
    path, listed = folder / RECORDS, folder / UNMAPPED
    for each in inputs:
        if path.exists() and each.path.exists() and path.samefile(each.path):
            raise UsageError(
                "The records would take the place of the file they come from", todo="Name another folder"
            )
    found: set[str] = set()
    count = missed = 0
    first: Unmapped | None = None
    tell, stop = throttled(report), cancel or Cancel()
    with replacing_all((path, listed)) as (records, misses):
        for item in read(inputs, plan, apart):
            if isinstance(item, Unmapped):
                first, missed = first or item, missed + 1
                misses.write(msgspec.json.encode(item) + b"\n")
            else:
                count += 1
                found.add(grouping.table_of(item.fields))
                records.write(msgspec.json.encode(item) + b"\n")
            if (count + missed) % _EVERY == 0:
                stop.check()
                tell(Progress(count, None, "records", "importing"))
        if not count:
            raise _nothing(inputs[0], first)
        records.flush()
        if replaces is not None and (before := records_in(path)) and not cmp(records.name, path, shallow=False):
            replaces(before, count)
    if not missed:
        listed.unlink()
    return ImportResult(plan.kind, count, len(found - {""}), str(path), missed, str(listed) if missed else "")


def records_in(path: Path) -> int:
    """How many lines a file of records or of unmapped rows has; none where it is not there."""
    try:
        with path.open("rb") as file:
            return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise unreadable(path, error) from error


def read(
    inputs: Sequence[Input], plan: ImportPlan, apart: Apart | None = None, unused: dict[str, None] | None = None
) -> Iterator[Source | Unmapped]:
    """Records and rows that cannot become any, in the order of the files.

    Args:
        inputs: The files.
        plan: How they are read.
        apart: Brings the bodies of invocation logs that lie apart.
        unused: Takes the names of fields that no record carries.

    Raises:
        InputError: A file cannot be read.
        UsageError: The plan does not fit the file.
    """
    if plan.mapping and "mapping" not in options(plan.kind):
        raise UsageError(f"A file of kind {plan.kind} has no columns to map", todo="Leave --map out")
    numbering = Numbering()
    unused = {} if unused is None else unused
    for each in inputs:
        found = _sources(each, plan, numbering, apart, unused)
        yield from _in_formats(found, plan.table_formats, numbering)


def _in_formats(
    found: Iterator[Source | Unmapped], formats: Sequence[tables.TableFormat], numbering: Numbering
) -> Iterator[Source | Unmapped]:
    """A record for each table format, the format among its facts; of several, each is a record of its own."""
    for item in found:
        if isinstance(item, Unmapped) or not formats or "table" not in item.fields:
            yield item
            continue
        for name in formats:
            identity = item.id
            if len(formats) > 1:
                identity = numbering.number(source_identity({"of": item.id, "table_format": name}))
            yield msgspec.structs.replace(item, id=identity, facts=item.facts | {"table_format": name})


def _sources(
    each: Input, plan: ImportPlan, numbering: Numbering, apart: Apart | None, unused: dict[str, None]
) -> Iterator[Source | Unmapped]:
    _, mapping = _mapping(each.path, plan)
    by_line: dict[int, _Known] = {}
    rows = container_of(plan.kind, each.path).rows(each.path, plan)
    if beside := _beside(each.path):
        rows = _noted(rows, beside, by_line)
    for line, draft in shape_of(plan.kind).drafts(rows, ShapeContext(each, plan, mapping, apart)):
        if isinstance(draft, UnfitRow):
            yield draft.at(each.called, line)
        else:
            if draft.unused:
                unused.update(dict.fromkeys(draft.unused))
            known = by_line.pop(line, _UNKNOWN)  # a second record of one row has an identity of its own
            yield _source(draft, each.called, line, known, numbering)


def _source(draft: Draft, file: str, line: int, known: _Known, numbering: Numbering) -> Source:
    """A record with its identity and its place."""
    identity, group, kind = known
    facts = draft.facts | ({"type": kind} if kind else {}) | {"file": file, "row": line}
    given = identity or (own_identity(draft.id) if draft.id else source_identity(draft.fields))
    group = group or draft.group or grouping.of_fields(draft.fields) or grouping.table_of(draft.fields)
    return Source(given if identity else numbering.number(given), group, draft.fields, facts)


def columns_of(path: Path, plan: ImportPlan) -> dict[str, bool]:
    """The names of a file's columns and the dotted paths within them; of each whether it is a whole column.

    Raises:
        InputError: The file cannot be read.
    """
    container = container_of(plan.kind, path)
    if "mapping" not in options(plan.kind) or container.columns is None:
        return {}
    rows = list(container.columns(path, plan))
    whole = {name for row in rows for name in row}
    return {name: name in whole for row in rows for name in columns.paths(row)}


def _mapping(path: Path, plan: ImportPlan) -> tuple[list[str], dict[str, str]]:
    """The columns of a file, and which field each is taken for."""
    if "mapping" not in options(plan.kind):
        return [], {}
    known = columns_of(path, plan)
    names = [name for name, whole in known.items() if whole]
    if plan.mapping:
        columns.refuse_missing(plan.mapping, known)
    return names, plan.mapping or columns.guess(names)


def _noted(rows: FileRows, beside: Sequence[_Known], by_line: dict[int, _Known]) -> FileRows:
    """The same rows; what stands beside each is known by its line from then on."""
    for place, (line, row) in enumerate(rows):
        if place < len(beside):
            by_line[line] = beside[place]
        yield line, row


def _beside(path: Path) -> list[_Known]:
    """Identity, group and type of each row, where an export of Outcrop has them beside it."""
    try:
        lines = path.with_suffix(".ids").read_text("utf-8").split("\n")[:-1]
    except (OSError, UnicodeDecodeError):
        return []
    parts = [line.split("\t") for line in lines]
    return [(each[0], each[1], each[2]) for each in parts] if all(len(each) == 3 for each in parts) else []


def _nothing(each: Input, first: Unmapped | None) -> InputError:
    if first is None:
        return InputError("There are no rows in this file", todo="Give one with records", where=Where(each.called))
    return InputError(
        "None of these rows can become a record",
        why=f"line {first.line}: {first.reason}",
        todo=first.todo,
        where=Where(first.file, first.line, first.field),
    )
