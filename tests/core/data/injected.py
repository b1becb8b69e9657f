"""Records with defects put into some of them by seed, and look-alikes into others."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from core.records.record import Source

SHARE = 0.12  # of the records that are changed, half of them into defects


@dataclass
class Injected:
    """Records with defects.

    Attributes:
        records: What to check.
        broken: Rows that hold a defect.
        alike: Rows that look like it and are good.
    """

    records: list[Source]
    broken: set[int] = field(default_factory=set)
    alike: set[int] = field(default_factory=set)


def with_fields(record: Source, **fields: object) -> Source:
    """A record with some fields changed."""
    return msgspec.structs.replace(record, fields=record.fields | fields)


def with_facts(record: Source, **facts: str | int | float) -> Source:
    """A record with some facts changed."""
    return msgspec.structs.replace(record, facts=record.facts | facts)


def changed(
    records: Sequence[Source],
    seed: int,
    defect: Callable[[Source, random.Random], Source | None],
    lookalike: Callable[[Source, random.Random], Source | None],
) -> Injected:
    """Changes some records in place: a defect, then a look-alike, in turns."""
    draw = random.Random(seed)
    found = Injected(list(records))
    for number, row in enumerate(draw.sample(range(len(records)), int(len(records) * SHARE))):
        change, rows = (lookalike, found.alike) if number % 2 else (defect, found.broken)
        changed = change(records[row], draw)
        if changed is not None:
            found.records[row] = changed
            rows.add(row)
    return found


def added(
    records: Sequence[Source],
    seed: int,
    defect: Callable[[Source, random.Random], Source | None],
    lookalike: Callable[[Source, random.Random], Source | None],
) -> Injected:
    """Adds changed copies of some records behind all others: a defect, then a look-alike, in turns."""
    draw = random.Random(seed)
    found = Injected(list(records))
    for number, row in enumerate(draw.sample(range(len(records)), int(len(records) * SHARE))):
        change, rows = (lookalike, found.alike) if number % 2 else (defect, found.broken)
        changed = change(records[row], draw)
        if changed is not None:
            rows.add(len(found.records))
            found.records.append(changed)
    return found


def told(record: Source, text: str, draw: random.Random) -> Source:
    """A record that says one thing more: in its question, a paragraph or a cell."""
    place = draw.choice(["question", "paragraph", "cell"])
    if place == "question":
        return with_fields(record, question=f"{record.fields['question']} ({text})")
    if place == "paragraph":
        return with_fields(record, paragraphs=[*listed(record, "paragraphs"), f"Contact: {text}."])
    return with_fields(record, table=[*listed(record, "table"), ["Contact", text]])


def listed(record: Source, name: str) -> list[Any]:
    """A field that is a list, such as the table."""
    value = record.fields[name]
    assert isinstance(value, list)
    return value
