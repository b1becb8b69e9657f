"""Fields that a template asks for and that none of some records has: mostly a slip of the pen."""

from collections.abc import Iterator, Mapping

import msgspec

from core.data.dataset import SOURCE, Dataset
from core.data.decisions import Decided
from core.data.edits import as_it_stands
from core.errors import Where
from core.formatting.template import Template, fields_named
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.record import Source
from core.text import nearest


class Unknown(msgspec.Struct, frozen=True):
    """A field that no record has.

    Attributes:
        name: As the template writes it.
        where: The place that asks for it.
        records: How many records do not have it.
        todo: Which one may be meant.
    """

    name: str
    where: Where
    records: int
    todo: str


def unknown(
    template: Template,
    dataset: Dataset,
    decided: Mapping[str, Decided],
    report: Report = silent,
    cancel: Cancel | None = None,
) -> tuple[Unknown, ...]:
    """What a template cannot render any record for; records are read until one has been seen with each field.

    Args:
        template: A valid one.
        dataset: The records; in a file of chats no template asks for anything.
        decided: What holds for them: an edit may bring a field.
        report: Told how far it is.
        cancel: Stops it.

    Raises:
        CancelledError: It was cancelled.
    """
    missing = fields_named(template) if dataset.format == SOURCE else {}
    known: dict[str, None] = {}
    records, tell, stop = 0, throttled(report), cancel or Cancel()
    for source in _sources(dataset, decided) if missing else ():
        records += 1
        known |= dict.fromkeys(source.fields)
        missing = {name: where for name, where in missing.items() if name not in source.fields}
        if not missing:
            break
        stop.check()
        tell(Progress(records, None, "records", "looking for fields"))
    if not missing or not records:
        return ()
    return tuple(
        Unknown(name, where, records, nearest(name, [*known], otherwise="Their fields are"))
        for name, where in missing.items()
    )


def _sources(dataset: Dataset, decided: Mapping[str, Decided]) -> Iterator[Source]:
    """The records that can be read, as edits make them."""
    row, more = 0, True
    while more:
        more = dataset.index.grow()
        for number in range(row, dataset.count):
            source = as_it_stands(dataset, dataset.row(number), decided).source
            if source is not None:
                yield source
        row = dataset.count
