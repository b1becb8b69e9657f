"""What is to be imported, and how it is read."""

from pathlib import Path
from typing import Literal

import msgspec

from core.records import tables

Preset = Literal["article", "table", "all"]
PRESETS: tuple[Preset, ...] = ("article", "table", "all")


class Input(msgspec.Struct, frozen=True):
    """One file to import.

    Attributes:
        path: Where it lies now.
        name: What records say they come from: its name, or its address in S3.
    """

    path: Path
    name: str = ""

    @property
    def called(self) -> str:
        """The name that records carry."""
        return self.name or self.path.name


class ImportPlan(msgspec.Struct, frozen=True):
    """How files are read.

    Attributes:
        kind: What they are: one of `kinds.KINDS`.
        mapping: Field by column, such as `question` from `q`; `id`, `group` and `scale` have a meaning of their own.
            Empty to go by the names of the columns. For kinds that have columns.
        preset: Which questions of TAT-QA.
        paragraphs: Whether TAT-QA's text around a table is kept.
        table_formats: In which tables will be written: none leaves it to the project, several give a record for each.
        delimiter: Between the columns of a CSV file; empty to find it out.
    """

    kind: str
    mapping: dict[str, str] = {}
    preset: Preset = "all"
    paragraphs: bool = True
    table_formats: tuple[tables.TableFormat, ...] = ()
    delimiter: str = ""


Option = Literal["mapping", "preset", "paragraphs", "table_formats", "delimiter"]
"""A member of `ImportPlan` that only some kinds of files have a use for."""
