"""The lines in their order, each asked for by itself: what goes wrong with one is that line's."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from core.aws.errors import AwsError
from core.aws.location import Location
from core.errors import OutcropError
from core.formatting import Export
from core.line import Line, failed
from core.tuning.preflight import account, data, guarded, rights
from core.tuning.preflight.flight import Flight
from core.workspace import Workspace


class Check(msgspec.Struct, frozen=True):
    """One thing to look at.

    Attributes:
        name: Of its line.
        look: Looks.
        asks: Whether it asks AWS.
        wanted: Whether it is there to be looked at.
    """

    name: str
    look: Callable[[Flight], Line]
    asks: bool = True
    wanted: Callable[[Flight], bool] = lambda _: True


CHECKS = (
    Check("credentials", account.credentials),
    Check("region", account.region),
    Check("lifecycle", account.lifecycle),
    Check("access", account.model_access),
    Check("organisation", rights.organisation),
    Check("start jobs", rights.start),
    Check("pass role", rights.pass_role),
    Check("role", rights.role),
    Check("trust", rights.trust),
    Check("read", rights.read),
    Check("write", rights.write),
    Check("bucket", data.bucket),
    Check("files", data.files),
    Check("records", data.records, asks=False),
    Check("tokens", data.tokens, asks=False),
    Check("check", data.check, asks=False),
    Check("values", data.values, asks=False),
    Check("names", data.names, asks=False),
    Check("free", data.free),
    Check("quota", account.quota),
    Check("key", guarded.key, wanted=lambda flight: bool(flight.config.kms_key)),
    Check(
        "network",
        guarded.vpc,
        wanted=lambda flight: bool(flight.config.vpc.subnets or flight.config.vpc.security_groups),
    ),
)
MAY_BE_UNKNOWN = frozenset({"access", "organisation", "start jobs", "pass role", "read", "write", "key", "network"})


class Preflight(msgspec.Struct, frozen=True):
    """All lines, as of a moment.

    Attributes:
        location: Where the job would run.
        at: When they were asked.
        lines: In the order of a submit.
    """

    location: Location
    at: datetime
    lines: tuple[Line, ...]

    @property
    def failed(self) -> int:
        """How many lines fail."""
        return sum(line.state == "fail" for line in self.lines)

    @property
    def unknown(self) -> int:
        """How many lines nobody can tell."""
        return sum(line.state == "unknown" for line in self.lines)


def run(workspace: Workspace, export: Export, folder: Path) -> Preflight:
    """Looks at everything.

    Args:
        workspace: The project.
        export: What would be trained on.
        folder: Where it lies.

    Raises:
        OutcropError: The project names no model that can be tuned.
    """
    found = tuple(lines(workspace, export, folder))
    return Preflight(workspace.location, workspace.clock.now(), found)


def lines(workspace: Workspace, export: Export, folder: Path) -> Iterator[Line]:
    """The same, a line at a time."""
    flight = Flight(workspace, export, folder)
    unreached = ""
    for check in CHECKS:
        if not check.wanted(flight):
            continue
        line = failed(f"not asked: {unreached}") if check.asks and unreached else _line(check, flight)
        if check.look is account.credentials and line.state == "fail":
            unreached = "there is no way to AWS"
        yield msgspec.structs.replace(line, name=check.name)


def _line(check: Check, flight: Flight) -> Line:
    try:
        return check.look(flight)
    except AwsError as error:
        return failed(f"{error.what} ({error.why})" if error.why else error.what, error.todo)
    except OutcropError as error:
        return failed(f"{error.what}: {error.why}" if error.why else error.what, error.todo)
    except OSError as error:
        return failed(f"A file cannot be read: {error}", "Run `outcrop export` again")
