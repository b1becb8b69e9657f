"""One line of a list of checks, preflight's or the doctor's: what was looked at, what was found, what helps."""

from typing import Any, Literal

import msgspec

from core.errors import OutcropError

State = Literal["pass", "fail", "unknown"]


class Line(msgspec.Struct, frozen=True):
    """What was looked at, what was found, and what helps.

    Attributes:
        name: A word or two; whoever runs the check puts it there.
        state: `unknown` only where nobody tells, such as AWS of its organisations' policies, or a terminal of itself.
        found: One sentence.
        todo: The remedy, where it is not passed.
        command: The command that does it, where one can.
        policy: The policy document that does it, where one can.
    """

    name: str
    state: State
    found: str
    todo: str = ""
    command: str = ""
    policy: dict[str, Any] | None = None


def passed(found: str) -> Line:
    """✓"""
    return Line("", "pass", found)


def failed(found: str, todo: str = "", *, command: str = "", policy: dict[str, Any] | None = None) -> Line:
    """✗"""
    return Line("", "fail", found, todo, command, policy)


def unknown(found: str, todo: str = "", *, command: str = "", policy: dict[str, Any] | None = None) -> Line:
    """?"""
    return Line("", "unknown", found, todo, command, policy)


def of_error(error: OutcropError) -> Line:
    """✗, of a check that could not be made."""
    place = f"{error.where}: " if error.where and str(error.where) else ""
    return failed(f"{place}{error.what}{f': {error.why}' if error.why else ''}", error.todo)
