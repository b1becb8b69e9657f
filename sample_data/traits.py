"""Questions about the text columns of a table.

A `Trait` says how to ask: forwards ("Where is the brewery?") and backwards ("Which site is leased?").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sample_data.tables import Line, Lookup, Sheet


@dataclass(frozen=True)
class Trait:
    """How to ask about a text column.

    Attributes:
        column: Its number, from 0.
        asks: What it says about one row, with `{row}`.
        which: Which row it says `{value}` about, for a value that stands once.
        all_of: The same for a value that stands several times.
        many: How many rows it says `{value}` about.
    """

    column: int
    asks: tuple[str, ...]
    which: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    many: tuple[str, ...] = ()


def ask(sheet: Sheet, lines: Sequence[Line], traits: Sequence[Trait]) -> None:
    """Adds the questions about text columns to a sheet."""
    for trait in traits:
        rows: dict[str, list[Line]] = {}
        for line in lines:
            text = sheet.rows[line.index][trait.column + 1].strip()
            if text:
                rows.setdefault(text, []).append(line)
                sheet.lookups.append(Lookup(_filled(trait.asks, row=line.said[0]), (text,)))
        for text, found in rows.items():
            labels = tuple(line.label.strip() for line in found)
            if len(found) == 1 and trait.which:
                sheet.lookups.append(Lookup(_filled(trait.which, value=text), labels))
            if 1 < len(found) < len(lines):
                if trait.all_of:
                    sheet.lookups.append(Lookup(_filled(trait.all_of, value=text), labels, "multi-span"))
                if trait.many:
                    sheet.lookups.append(Lookup(_filled(trait.many, value=text), labels, "count"))


def _filled(patterns: Sequence[str], *, row: str = "", value: str = "") -> tuple[str, ...]:
    return tuple(pattern.format(row=row, value=value, lower=value[:1].lower() + value[1:]) for pattern in patterns)
