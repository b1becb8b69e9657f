"""What is to be imported, and what is known of a record besides."""

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
    written = msgspec.json.encode(value, enc_hook=str)
    return msgspec.json.decode(written, type=str) if written.startswith(b'"') else written.decode()  # a day
