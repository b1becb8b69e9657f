"""Whether an export is of a size that the model takes: what Bedrock would only say once a job has started."""

from collections.abc import Iterator
from typing import Literal

from core.catalog import Tuning
from core.formatting import Export, Part
from core.records.check import check_totals
from core.text import count

PARTS: tuple[tuple[Part, Literal["training", "validation"]], ...] = (
    ("train", "training"),
    ("validation", "validation"),
)


def misfits(export: Export, tuning: Tuning) -> Iterator[str]:
    """What is wrong with the numbers of records and bytes: of each part, and of both together."""
    for part, what in PARTS:
        file = export.files.get(part)
        if file is not None and (part == "train" or file.records):
            for finding in check_totals(file.records, file.bytes, tuning.requirements(what)):
                yield f"{what}: {finding.message}"
    total, most = sum(export.records(part) for part, _ in PARTS), tuning.limits.total_records
    if most is not None and total > most and export.records("train") <= most:
        yield f"training and validation: {count(total, 'record')}, more than the {most:,} that the model takes"
