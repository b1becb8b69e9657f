"""A shape: what rows look like, such as OpenAI's chats, and the records that come of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from core.formatting.importing.container import FileRow, FileRows
from core.formatting.importing.plan import ImportPlan, Input, Option
from core.formatting.importing.unmapped import UnfitRow

SourceFacts = dict[str, str | int | float]

Apart = Callable[[str], object]
"""Brings the body that lies at an address in S3, as JSON; raises an OutcropError where it cannot."""

_LARGEST = 1 << 63  # what a fact may be as a number, so that it fits a column


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a shape makes of rows, before it has an identity of Outcrop's.

    Attributes:
        id: The row's own identity, or empty to make one of its fields.
        group: Its table or document, or empty to find one in its fields.
        fields: For the template.
        facts: What else is known of it.
        unused: Fields of the row that neither `fields` nor `facts` carry; a preview names them.
    """

    fields: dict[str, object]
    facts: SourceFacts = {}
    id: str = ""
    group: str = ""
    unused: tuple[str, ...] = ()


class ShapeContext(msgspec.Struct, frozen=True):
    """What a shape may need to know besides the rows.

    Attributes:
        input: The file.
        plan: How it is read.
        mapping: Which column each field is taken from; empty where there are none.
        bring: Brings what lies apart in S3; None where nobody can.
    """

    input: Input
    plan: ImportPlan
    mapping: Mapping[str, str] = {}
    bring: Apart | None = None


Drafts = Iterator[tuple[int, Draft | UnfitRow]]
"""The line that each record comes from, and the record or why there is none."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What rows look like, and how they become records.

    Attributes:
        name: What `outcrop import` calls it.
        fits: Says whether a row looks like it; the first shape of the list that fits is taken.
        drafts: Makes records of the rows of a file. `one_by_one` makes this of a function of one row; a record that
            needs several rows, or another file beside this one, takes them itself.
        containers: Names of the containers that it is looked for in; the first is meant where nothing else is said.
        template: The ready-made template that fits; empty to leave the project's.
        options: What a plan may say about it.
        lies_apart: Parts of its rows may lie apart in S3, so that a way there is opened within a project.
    """

    name: str
    fits: Callable[[FileRow], bool]
    drafts: Callable[[FileRows, ShapeContext], Drafts]
    containers: tuple[str, ...] = ("jsonl",)
    template: str = ""
    options: frozenset[Option] = frozenset()
    lies_apart: bool = False


def one_by_one(
    record: Callable[[dict[str, object], ShapeContext], Iterable[Draft | UnfitRow]],
) -> Callable[[FileRows, ShapeContext], Drafts]:
    """Makes records row by row.

    Args:
        record: Gives the records of one row, mostly one; raises or gives a Misfit for what cannot become one.
    """

    def drafts(rows: FileRows, reading: ShapeContext) -> Drafts:
        for line, row in rows:
            if isinstance(row, UnfitRow):
                yield line, row
                continue
            try:
                for draft in record(row, reading):
                    yield line, draft
            except UnfitRow as misfit:
                yield line, misfit

    return drafts


def fact(value: object) -> str | int | float:
    """What is known of a record besides its fields, as a column can hold it: numbers and texts; all else as JSON.

    Raises:
        UnicodeEncodeError: A text is not Unicode.
    """
    if isinstance(value, str):
        value.encode()
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value if abs(value) < _LARGEST else str(value)
    written = msgspec.json.encode(value, enc_hook=str)
    return msgspec.json.decode(written, type=str) if written.startswith(b'"') else written.decode()  # a day
