"""The bytes of a file, held to the model's limits."""

from collections.abc import Iterator

from core.records.finding import Finding
from core.records.requirements import Requirements
from core.records.rule import PREPARE, TotalRule


def _find(records: int, size: int, requirements: Requirements) -> Iterator[Finding]:  # noqa: ARG001
    limits = requirements.limits
    largest = limits.training_bytes if requirements.part == "training" else limits.validation_bytes
    if largest is not None and size > largest:
        yield Finding("file-size", "error", f"{size:,} bytes, more than the {largest:,} that the model takes")


RULE = TotalRule(
    name="file-size",
    severities=("error",),
    finds="The file is larger than the model takes.",
    todo="Keep fewer records, or shorter ones.",
    source=PREPARE,
    find=_find,
)
