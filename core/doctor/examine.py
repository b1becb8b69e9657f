"""The doctor's lines in their order, each looked at by itself: what goes wrong with one is that line's."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from core.doctor import aws, machine, project
from core.doctor.patient import Patient
from core.errors import OutcropError
from core.line import Line, of_error, unknown


class Check(msgspec.Struct, frozen=True):
    """One thing to look at.

    Attributes:
        name: Of its line.
        look: Looks.
        wanted: Whether it is there to be looked at.
    """

    name: str
    look: Callable[[Patient], Line]
    wanted: Callable[[Patient], bool] = lambda _: True


def _readable(patient: Patient) -> bool:
    return patient.readable


def _rehearses(patient: Patient) -> bool:
    return patient.readable and not patient.on_aws


def _on_aws(patient: Patient) -> bool:
    return patient.on_aws


CHECKS = (
    Check("python", machine.python),
    Check("libraries", machine.libraries),
    Check("loopback", machine.loopback),
    Check("state folder", machine.state_folder),
    Check("catalogue", project.catalogue),
    Check("project", project.project),
    Check("folder", project.folder, lambda patient: patient.folder is not None),
    Check("database", project.database, lambda patient: patient.folder is not None),
    Check("model", project.model, _readable),
    Check("records", project.records, _readable),
    Check("rehearsal", project.rehearsal, _rehearses),
    Check("credentials", aws.credentials, _on_aws),
    Check("region", aws.region, _on_aws),
    Check("bedrock", aws.bedrock, _on_aws),
    Check("clock", aws.clock, _on_aws),
)
_NEED_A_WAY = (aws.region, aws.bedrock, aws.clock)


class Examination(msgspec.Struct, frozen=True):
    """All lines, as of a moment.

    Attributes:
        at: When they were looked at.
        lines: The machine, the project, the way to AWS, then whatever a front end has to add.
    """

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


def examine(patient: Patient, also: tuple[Line, ...] = ()) -> Examination:
    """Looks at everything; changes nothing.

    Args:
        patient: What is looked at.
        also: Lines of the front end's own, about its terminal.
    """
    return Examination(patient.clock.now(), (*_lines(patient), *also))


def _lines(patient: Patient) -> Iterator[Line]:
    reached = True
    for check in CHECKS:
        if not check.wanted(patient):
            continue
        if check.look in _NEED_A_WAY and not reached:
            line = unknown("not asked: there is no way to AWS")
        else:
            line = _line(check, patient)
        if check.look is aws.credentials:
            reached = line.state == "pass"
        yield msgspec.structs.replace(line, name=check.name)


def _line(check: Check, patient: Patient) -> Line:
    try:
        return check.look(patient)
    except OutcropError as error:
        return of_error(error)
