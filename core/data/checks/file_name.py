"""File names that may not stand in an address in S3."""

import re
from collections.abc import Iterator

from core.records.finding import Finding
from core.records.requirements import Requirements
from core.records.rule import Rule

_S3_NAME = r"[-!_*'().A-Za-z0-9]+"  # what the pattern of `s3Uri` in Bedrock's service model allows


def find(name: str, requirements: Requirements) -> Iterator[Finding]:
    """What is wrong with the name of a file, once the file is handed to Bedrock."""
    pattern = requirements.limits.file_name or _S3_NAME
    if not re.fullmatch(pattern, name):
        wrong = "".join(dict.fromkeys(each for each in name if not re.fullmatch(pattern, each)))
        yield Finding("file-name", "warning", f"{name!r} has characters that Bedrock refuses: {wrong!r}")


RULE = Rule(
    name="file-name",
    severities=("warning",),
    finds="The file's name has characters that its address in S3 may not have, once it is handed to Bedrock.",
    todo="Rename it, with letters, digits, `_`, `-` and `.` only.",
    source="AWS, the pattern of s3Uri and the preparation of data for Nova",
)
