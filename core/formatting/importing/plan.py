"""What is to be imported, and what is said of a row that cannot be."""

from typing import Literal

import msgspec

from core.formatting.tatqa import Preset
from core.records import tables

Kind = Literal[
    "tatqa",
    "csv",
    "parquet",
    "jsonl",
    "chat",
    "anthropic",
    "conversation",
    "prompt-completion",
    "invocation-log",
]


class Plan(msgspec.Struct, frozen=True):
    """How files are read.

    Attributes:
        kind: What they are.
        mapping: Field by column, such as `question` from `q`; `id`, `group` and `scale` have a meaning of their own.
            Empty to go by the names of the columns. For CSV, Parquet and JSONL.
        preset: Which questions of TAT-QA.
        paragraphs: Whether TAT-QA's text around a table is kept.
        table_formats: In which tables will be written: none leaves it to the project, several give a record for each.
        delimiter: Between the columns of a CSV file; empty to find it out.
    """

    kind: Kind
    mapping: dict[str, str] = {}
    preset: Preset = "all"
    paragraphs: bool = True
    table_formats: tuple[tables.Format, ...] = ()
    delimiter: str = ""


class Unmapped(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row that cannot become a record.

    Attributes:
        file: Where it stands.
        line: Its line from 1; in Parquet its row.
        field: Which part of it is at fault; empty for all of it.
        reason: Why.
        todo: What to do about it.
    """

    file: str
    line: int
    field: str
    reason: str
    todo: str


Facts = dict[str, str | int | float]
_LARGEST = 1 << 63  # what a fact may be as a number, so that it fits a column


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
    return msgspec.json.encode(value, enc_hook=str).decode()


class Misfit(Exception):  # noqa: N818 - it never leaves this package
    """Raised where a row cannot be taken; becomes an `Unmapped` once file and line are known."""

    def __init__(self, field: str, reason: str, todo: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
        self.todo = todo

    def at(self, file: str, line: int) -> Unmapped:
        """The same with its place."""
        return Unmapped(file, line, self.field, self.reason, self.todo)
