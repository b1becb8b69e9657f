"""`outcrop diff`: what differs between two files of records."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.text import clip, count
from tui.commands.context import Context
from tui.commands.printing import emit, out, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.data import Dataset
    from core.data.dataset_difference import ChangedRecord, DatasetDifference

_SHOWN = 20  # of each kind; --json has all
_TEXT = 34  # characters of a text


@click.command("diff")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One object: same, removed, added, changed, moved, facts.")
@click.pass_obj
def command(context: Context, first: Path, second: Path, as_json: bool) -> None:
    """Compares two datasets or exports by the identity of their records, then by what they ask.

    Exit 1 where they differ.
    """
    from core.config import Config
    from core.data import Dataset
    from core.data.dataset_difference import difference
    from core.formatting.template import Renderer, load

    inside = context.folder()
    settings = context.config() or Config(name="")
    renderer = Renderer(load(settings.format.template, inside / "templates" if inside else None))
    one, other = Dataset(first, renderer), Dataset(second, renderer)
    try:
        with context.work() as (report, cancel):
            found = difference(one, other, report, cancel)
        if as_json:
            emit(found)
        else:
            _print(one, other, found)
    finally:
        one.close()
        other.close()
    if not found.is_none:
        sys.exit(1)


def _print(one: "Dataset", other: "Dataset", found: "DatasetDifference") -> None:
    out(f"{count(found.records, 'record')} and {count(found.other_records)}: {count(found.same)} the same")
    _rows("removed", one, found.removed)
    _rows("added", other, found.added)
    if found.changed:
        out(f"\n{count(len(found.changed))} changed")
        rows = [
            [f"{each.row:,}", f"{each.other_row:,}", what, *(clip(text, _TEXT) for text in (each.question, was, now))]
            for each in found.changed[:_SHOWN]
            for what, was, now in _differences(each)
        ]
        table(["row", "row", "what", "question", "was", "is"], rows, right=(0, 1))
        _more(len(found.changed))
    if found.moved:
        out(f"\n{count(found.moved, 'record stands', 'records stand')} in another order")
    if found.facts:
        out("\nfacts that differ")
        facts = [
            [each.name, count(each.records), f"{each.row:,}", _value(each.value), _value(each.other_value)]
            for each in found.facts
        ]
        table(["fact", "records", "first in row", "was", "is"], facts, right=(1, 2))


def _differences(changed: "ChangedRecord") -> "Iterator[tuple[str, str, str]]":
    """What differs, as it was and as it is."""
    if "answer" in changed.what:
        yield "answer", changed.answer, changed.other_answer
    if "prompt" in changed.what:
        yield "prompt", changed.prompt, changed.other_prompt


def _rows(name: str, dataset: "Dataset", rows: tuple[int, ...]) -> None:
    if rows:
        out(f"\n{count(len(rows))} {name}")
        shown = [
            [f"{row:,}", clip(dataset.question(row - 1), 2 * _TEXT), clip(dataset.answer(row - 1), _TEXT)]
            for row in rows[:_SHOWN]
        ]
        table(["row", "question", "answer"], shown, right=(0,))
        _more(len(rows))


def _more(many: int) -> None:
    if many > _SHOWN:
        out(f"and {count(many - _SHOWN)} more; --json has all")


def _value(value: str | float | None) -> str:
    return "none" if value is None else clip(f"{value:g}" if isinstance(value, float) else str(value), _TEXT)
