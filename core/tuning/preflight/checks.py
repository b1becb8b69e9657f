"""The checks of a submit in their order."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from core import checklist
from core.aws.errors import AwsError
from core.aws.location import Location
from core.checklist import Check, CheckLine, failed
from core.errors import OutcropError
from core.formatting import Export
from core.tuning.preflight import account, data, guarded, rights
from core.tuning.preflight.context import PreflightContext
from core.workspace import Workspace

_WAY = "credentials"  # without them, nothing can be asked
CHECKS: tuple[Check[PreflightContext], ...] = (
    Check("credentials", account.credentials),
    Check("region", account.region, _WAY),
    Check("lifecycle", account.lifecycle, _WAY),
    Check("access", account.model_access, _WAY),
    Check("organisation", rights.organisation, _WAY),
    Check("start jobs", rights.start, _WAY),
    Check("pass role", rights.pass_role, _WAY),
    Check("role", rights.role, _WAY),
    Check("trust", rights.trust, _WAY),
    Check("read", rights.read, _WAY),
    Check("write", rights.write, _WAY),
    Check("bucket", data.bucket, _WAY),
    Check("files", data.files, _WAY),
    Check("records", data.records),
    Check("tokens", data.tokens),
    Check("check", data.check),
    Check("values", data.values),
    Check("names", data.names),
    Check("free", data.free, _WAY),
    Check("quota", account.quota, _WAY),
    Check("key", guarded.key, _WAY, wanted=lambda context: bool(context.config.kms_key)),
    Check(
        "network",
        guarded.vpc,
        _WAY,
        wanted=lambda context: bool(context.config.vpc.subnets or context.config.vpc.security_groups),
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
    lines: tuple[CheckLine, ...]

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


def lines(workspace: Workspace, export: Export, folder: Path) -> Iterator[CheckLine]:
    """The same, a line at a time."""
    context = PreflightContext(workspace, export, folder)
    yield from checklist.run(CHECKS, context, skipped=failed("not asked: there is no way to AWS"), on_error=_of_error)


def _of_error(error: OutcropError | OSError) -> CheckLine:
    if isinstance(error, OSError):
        return failed(f"A file cannot be read: {error}", "Run `outcrop export` again")
    if isinstance(error, AwsError):
        return failed(f"{error.what} ({error.why})" if error.why else error.what, error.todo)
    return failed(f"{error.what}: {error.why}" if error.why else error.what, error.todo)
