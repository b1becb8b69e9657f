"""What a check found: a rule, how bad it is, and where."""

from typing import Literal

import msgspec

Severity = Literal["error", "warning", "advice"]


class Finding(msgspec.Struct, frozen=True):
    """One finding in one line of a file.

    Attributes:
        rule: The rule's name, the same on every screen: `reserved-keyword`.
        severity: Errors make Bedrock refuse the file; warnings make a worse model; advice may be left.
        message: What is wrong with this line.
        line: Its number, from 1; 0 where the whole file is meant.
        field: The path inside the record, such as `messages[1].content`.
    """

    rule: str
    severity: Severity
    message: str
    line: int = 0
    field: str = ""
