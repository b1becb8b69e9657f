"""The doctor's checks in their order."""

from datetime import datetime

import msgspec

from core.checklist import Check, CheckLine, run, unknown
from core.doctor import aws, machine, project
from core.doctor.context import DoctorContext


def _readable(context: DoctorContext) -> bool:
    return context.readable


def _rehearses(context: DoctorContext) -> bool:
    return context.readable and not context.on_aws


def _on_aws(context: DoctorContext) -> bool:
    return context.on_aws


CHECKS: tuple[Check[DoctorContext], ...] = (
    Check("python", machine.python),
    Check("libraries", machine.libraries),
    Check("loopback", machine.loopback),
    Check("state folder", machine.state_folder),
    Check("catalogue", project.catalogue),
    Check("project", project.project),
    Check("folder", project.folder, wanted=lambda context: context.folder is not None),
    Check("database", project.database, wanted=lambda context: context.folder is not None),
    Check("model", project.model, wanted=_readable),
    Check("records", project.records, wanted=_readable),
    Check("rehearsal", project.rehearsal, wanted=_rehearses),
    Check("credentials", aws.credentials, wanted=_on_aws),
    Check("region", aws.region, "credentials", _on_aws),
    Check("bedrock", aws.bedrock, "credentials", _on_aws),
    Check("clock", aws.clock, "credentials", _on_aws),
)
_NOT_ASKED = unknown("not asked: there is no way to AWS")


class Examination(msgspec.Struct, frozen=True):
    """All lines, as of a moment.

    Attributes:
        at: When they were looked at.
        lines: The machine, the project, the way to AWS, then whatever a front end has to add.
    """

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


def examine(context: DoctorContext, also: tuple[CheckLine, ...] = ()) -> Examination:
    """Looks at everything; changes nothing.

    Args:
        context: What is looked at.
        also: Lines of the front end's own, about its terminal.
    """
    return Examination(context.clock.now(), (*run(CHECKS, context, skipped=_NOT_ASKED), *also))
