"""One line of a preflight."""

from typing import Any, Literal

import msgspec

State = Literal["pass", "fail", "unknown"]


class Line(msgspec.Struct, frozen=True):
    """What was looked at, what was found, and what helps.

    Attributes:
        name: A word or two; whoever runs the check puts it there.
        state: `unknown` only where AWS does not tell: policy simulation, service control policies, model access.
        found: One sentence.
        todo: The remedy, where it is not passed.
        command: The AWS CLI command that does it, where one can.
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
