"""The number of records in a file, held to the model's limits."""

from collections.abc import Iterator

from core.records.finding import Finding
from core.records.requirements import Requirements
from core.records.rule import PREPARE, TotalRule
from core.text import count


def _find(records: int, size: int, requirements: Requirements) -> Iterator[Finding]:  # noqa: ARG001
    limits = requirements.limits
    most = limits.training_records if requirements.part == "training" else limits.validation_records
    most = most if most is not None else limits.total_records
    if limits.minimum_records is not None and records < limits.minimum_records:
        said = f"{count(records, 'record')}, fewer than the {limits.minimum_records:,} that the model needs"
        yield Finding("record-count", "error", said)
    if most is not None and records > most:
        said = f"{count(records, 'record')}, more than the {most:,} that the model takes"
        yield Finding("record-count", "error", said)


RULE = TotalRule(
    name="record-count",
    severities=("error",),
    finds="The file holds fewer or more records than the model takes.",
    todo="Add records, or keep fewer of them.",
    source=PREPARE,
    find=_find,
)
