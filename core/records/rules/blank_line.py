"""Empty lines, which AWS's service refuses."""

from core.records.finding import Finding
from core.records.rule import Fix, Rule


def finding(number: int) -> Finding:
    """The finding of an empty line."""
    return Finding("blank-line", "error", "an empty line", number)


def _dropped(line: bytes, format_name: str) -> bytes | None:  # noqa: ARG001
    return line if line.strip() else None


RULE = Rule(
    name="blank-line",
    severities=("error",),
    finds="The line is empty, and AWS's service refuses files with additional or empty lines.",
    todo="Remove it.",
    source="AWS, fine-tuning-troubleshooting",
    fix=Fix("removes empty lines between records", _dropped),
)
