"""Rows of named columns, from CSV, Parquet or JSON Lines, become fields of a record."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from core.errors import InputError, UsageError
from core.formatting.importing.container import FileRow
from core.formatting.importing.mapping import quoted
from core.formatting.importing.shape import Draft, Shape, ShapeContext, fact, one_by_one
from core.formatting.importing.shapes.tatqa import answer_text
from core.formatting.importing.unmapped import UnfitRow, refuse_empty
from core.records import tables
from core.records.formats.structure import json_kind

# What a column is taken for where nobody says so.
GUESSES: dict[str, tuple[str, ...]] = {
    "question": ("question", "prompt", "instruction", "query", "input", "user"),
    "answer": ("answer", "completion", "response", "output", "label", "target", "assistant"),
    "system": ("system", "system_prompt"),
    "group": ("group", "table_id", "document_id", "doc_id", "customer_id"),
    "table": ("table",),
    "paragraphs": ("paragraphs", "context", "passage"),
    "scale": ("scale",),
}
_SURROGATE = re.compile("[\ud800-\udfff]")  # what bytes that are not UTF-8 are read as
_OF_ITS_OWN = frozenset({"id", "group", "scale"})  # what no template fills in
_MEANT = frozenset({*GUESSES, *_OF_ITS_OWN, "rationale"})  # fields that Outcrop itself knows
_LEVELS = 16  # of objects within objects that a mapping reaches into
_NEEDED = ("question", "answer")
_CONTEXT = frozenset({"table", "paragraphs"})  # what a question may be about; some rows have it and some not
_PROVENANCE = frozenset({"file", "row"})


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Which column each field is taken from, by the columns' names; a name that says nothing stays a field.

    Raises:
        UsageError: No column looks like the question, or none like the answer.
    """
    known = {name.strip().lower(): name for name in columns}
    found: dict[str, str] = {}
    for field, names in GUESSES.items():
        column = next((known[name] for name in names if name in known and known[name] not in found.values()), None)
        if column is not None:
            found[field] = column
    missing = [field for field in _NEEDED if field not in found]
    if missing:
        raise UsageError(
            f"No column looks like the {' or the '.join(missing)}",
            why=f"the columns are {', '.join(map(quoted, known.values())) or 'without names'}",
            todo="Say which are which: --map question=COLUMN,answer=COLUMN",
        )
    taken = set(found.values())
    return found | {name: name for name in known.values() if name not in taken and name not in found}


def refuse_missing(mapping: Mapping[str, str], columns: Iterable[str]) -> None:
    """Holds a mapping to the columns that there are.

    Raises:
        UsageError: It names one that is not there.
    """
    there = list(columns)
    for field, column in mapping.items():
        if column not in there:
            raise UsageError(
                f"There is no column named {column!r} for {field}",
                todo=f"The columns are {', '.join(map(quoted, there))}",
            )


def mapped(values: FileRow, mapping: Mapping[str, str]) -> Draft:
    """A row by its mapping; columns that are not mapped become facts.

    So does one that becomes a field of its own name: a template may use it, and splits and filters go by it.

    Raises:
        Misfit: A value is not what its field takes, or the question or the answer is empty.
    """
    fields: dict[str, object] = {}
    for field, column in mapping.items():
        if field not in _OF_ITS_OWN and not (field in _CONTEXT and _is_none(at(values, column))):
            fields[field] = _field(field, column, values, _named("scale", values, mapping))
    taken = set(mapping.values()) - {mapping.get("scale")}
    facts = {
        _free(name): _fact(name, value)
        for name, value in _parts(values, mapping)
        if value is not None and (name not in taken or _is_also_fact(name, value, mapping))
    }
    return Draft(id=_named("id", values, mapping), group=_named("group", values, mapping), fields=fields, facts=facts)


def at(values: Mapping[str, object], column: str) -> object:
    """What a row has under a name, or at a dotted path into its objects, such as `input.question`."""
    if column in values:
        return values[column]
    head, dot, rest = column.partition(".")
    inner = values.get(head)
    return at(inner, rest) if dot and isinstance(inner, Mapping) else None


def paths(values: Mapping[str, object], levels: int = _LEVELS) -> Iterator[str]:
    """The names in a row, those within its objects as dotted paths."""
    for name, value in values.items():
        yield name
        if isinstance(value, Mapping) and levels > 1:
            yield from (f"{name}.{inner}" for inner in paths(value, levels - 1))


def _is_none(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _parts(values: Mapping[str, object], mapping: Mapping[str, str], above: str = "") -> Iterator[tuple[str, object]]:
    """The columns of a row; an object that a mapping reaches into, as those within it."""
    for name, value in values.items():
        path = above + name
        if isinstance(value, Mapping) and any(column.startswith(f"{path}.") for column in mapping.values()):
            yield from _parts(value, mapping, f"{path}.")
        else:
            yield path, value


def _is_also_fact(name: str, value: object, mapping: Mapping[str, str]) -> bool:
    """Whether a field is a number or a text that means nothing to Outcrop itself."""
    return mapping.get(name) == name and name not in _MEANT and not isinstance(value, list | dict)


def _field(field: str, column: str, values: Mapping[str, object], scale: str) -> object:
    value = at(values, column)
    if field in _NEEDED:
        text = _answer(value, scale, column) if field == "answer" else _text(value, column)
        refuse_empty(text, field, column)
        return text
    if field == "table":
        return _table(value, column)
    if field == "paragraphs":
        return [_text(each, column) for each in value] if isinstance(value, list) else [_text(value, column)]
    return value if isinstance(value, list | dict) else _text(value, column)


def _answer(value: object, scale: str, column: str) -> str:
    """An answer as TAT-QA's are written: spans joined by commas, a number with its scale."""
    if isinstance(value, list):
        return ", ".join(_text(span, column) for span in value)
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        text = _text(value, column)
        return answer_text(text, scale) if text else ""
    return answer_text(value, scale)


def _named(field: str, values: Mapping[str, object], mapping: Mapping[str, str]) -> str:
    """A field that is text and no template's; empty where no column is mapped to it."""
    return _text(at(values, mapping[field]), mapping[field]) if field in mapping else ""


def _text(value: object, column: str) -> str:
    """A value as text: numbers and days as one writes them, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise UnfitRow(column, "it is not UTF-8", "Save the file as UTF-8")
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return answer_text(value, "")
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise UnfitRow(column, f"{json_kind(value)} is not text", "Map a column of text or numbers")


def _table(value: object, column: str) -> list[list[str]]:
    """Rows of cells: given as such, as objects of one kind, or written in one of the four formats."""
    try:
        if isinstance(value, str):
            found = tables.find(value)
            if found is None:
                raise UnfitRow(column, "it is no table in HTML, JSON, Markdown or LaTeX", "Write it in one of them")
            rows = found.grid
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            head = list(dict.fromkeys(name for row in value for name in row))
            rows = tables.grid([head, *([row.get(name) for name in head] for row in value)])
        elif isinstance(value, list):
            rows = tables.grid(value)
        else:
            raise UnfitRow(column, f"{json_kind(value)} is no table", "Write the table as a list of rows")
    except InputError as error:
        raise UnfitRow(column, error.why or error.what.rstrip("."), "Write the table as a list of rows") from error
    return [list(row) for row in rows]


def _fact(column: str, value: object) -> str | int | float:
    try:
        return fact(value)
    except UnicodeEncodeError as error:
        raise UnfitRow(column, "it is not UTF-8", "Save the file as UTF-8") from error


def _free(name: str) -> str:
    return f"{name}_column" if name in _PROVENANCE else name


def _fits(_row: FileRow) -> bool:
    return True


def _record(row: FileRow, reading: ShapeContext) -> Iterator[Draft]:
    yield mapped(row, reading.mapping)


COLUMNS = Shape(
    name="columns",
    fits=_fits,
    drafts=one_by_one(_record),
    containers=(),  # whichever has columns
    options=frozenset({"mapping", "table_formats"}),
)
