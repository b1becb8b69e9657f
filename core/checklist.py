"""A list of checks, preflight's or the doctor's: looks at each in its order and gives a line with what helps."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, Literal, TypeVar

import msgspec

from core.errors import OutcropError

CheckState = Literal["pass", "fail", "unknown"]
LookedAt = TypeVar("LookedAt")


class CheckLine(msgspec.Struct, frozen=True):
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
    state: CheckState
    found: str
    todo: str = ""
    command: str = ""
    policy: Mapping[str, object] | None = None


class Check(msgspec.Struct, Generic[LookedAt], frozen=True):
    """One thing to look at.

    Attributes:
        name: Of its line.
        look: Looks at the context. An error that it raises becomes its line.
        needs: The name of an earlier check that has to pass before this one is worth a look.
        wanted: Whether the context has it at all; without it there is no line.
    """

    name: str
    look: Callable[[LookedAt], CheckLine]
    needs: str = ""
    wanted: Callable[[LookedAt], bool] = lambda _: True


def passed(found: str) -> CheckLine:
    """✓"""
    return CheckLine("", "pass", found)


def failed(found: str, todo: str = "", *, command: str = "", policy: Mapping[str, object] | None = None) -> CheckLine:
    """✗"""
    return CheckLine("", "fail", found, todo, command, policy)


def unknown(
    found: str, todo: str = "", *, command: str = "", policy: Mapping[str, object] | None = None
) -> CheckLine:
    """?"""
    return CheckLine("", "unknown", found, todo, command, policy)


def of_error(error: OutcropError | OSError) -> CheckLine:
    """✗, of a check that could not be made."""
    if isinstance(error, OSError):
        return failed(str(error))
    place = f"{error.where}: " if error.where and str(error.where) else ""
    return failed(f"{place}{error.what}{f': {error.why}' if error.why else ''}", error.todo)


def run(
    checks: Iterable[Check[LookedAt]],
    context: LookedAt,
    *,
    skipped: CheckLine,
    on_error: Callable[[OutcropError | OSError], CheckLine] = of_error,
) -> Iterator[CheckLine]:
    """Looks at everything in order, each check by itself: an error of one spoils no other.

    Args:
        checks: What to look at.
        context: What the checks look at.
        skipped: The line of a check whose need did not pass.
        on_error: Makes the line of a check that raises an error.
    """
    states: dict[str, CheckState] = {}
    for check in checks:
        if not check.wanted(context):
            continue
        if states.get(check.needs, "pass") != "pass":
            line = skipped
        else:
            try:
                line = check.look(context)
            except (OutcropError, OSError) as error:
                line = on_error(error)
        states[check.name] = line.state
        yield msgspec.structs.replace(line, name=check.name)
