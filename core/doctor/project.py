"""Lines about the catalogue and the project: its file, folder, model, records, database and rehearsal."""

from datetime import date

import msgspec

from core.checklist import CheckLine, failed, of_error, passed, unknown
from core.config import FILE
from core.doctor.context import DoctorContext
from core.doctor.machine import writable
from core.errors import InputError
from core.store import refuse_lost
from core.store.backup import RESTORE, newest
from core.store.health import health
from core.text import count
from core.workspace import HIDDEN, below, rehearsal_folder, rehearsal_options


def catalogue(context: DoctorContext) -> CheckLine:
    """Whether the user's own models and prices can be read, and how many there are."""
    models = count(len(context.catalog.models), "model")
    own = len(list(context.own_catalog.glob("*.yaml")))
    return passed(f"{models}; {count(own, 'file')} of your own in {context.own_catalog}" if own else models)


def project(context: DoctorContext) -> CheckLine:
    """Whether `outcrop.yaml` can be read."""
    if context.folder is None:
        return unknown("There is no project here", "`outcrop init` makes one, `outcrop demo` shows one")
    return passed(f"{context.config.name}, {context.folder / FILE}")


def folder(context: DoctorContext) -> CheckLine:
    """Whether exports and decisions can be written."""
    assert context.folder is not None
    return writable(context.folder, only_read=context.read_only)


def model(context: DoctorContext) -> CheckLine:
    """Whether the model can be tuned on the day that the project lives on."""
    found, _ = context.catalog.tuning_of(context.config.model)
    day = _day(context)
    context.catalog.refuse_if_ended(found, day)
    return passed(f"{found.key}, {found.lifecycle.stage(day)} on {day}")


def _day(context: DoctorContext) -> date:
    as_of = context.config.rehearsal.as_of
    rehearsed = context.config.target == "rehearsal" and as_of != "today"
    return date.fromisoformat(as_of) if rehearsed else context.clock.now().date()


def records(context: DoctorContext) -> CheckLine:
    """Whether the records are where the project says."""
    assert context.folder is not None
    source = context.config.data.source
    if not source:
        return unknown("The project has no records yet", "Bring some in with `outcrop import FILE -o data`")
    path = below(context.folder, source)
    if not path.is_file():
        return failed(f"{path} is not there", "Mend `data.source` in outcrop.yaml")
    return passed(f"{source}, {path.stat().st_size / 1e6:,.1f} MB")


def database(context: DoctorContext) -> CheckLine:
    """Whether decisions and the ledger are sound, and this Outcrop knows how they are kept."""
    assert context.folder is not None
    path = context.folder / HIDDEN / "outcrop.db"
    try:
        refuse_lost(path)
        if not path.exists():
            return passed("not there yet: it is made when it is needed")
        found = health(path, only_read=context.read_only)
    except InputError as error:
        line = of_error(error)
        return msgspec.structs.replace(line, command=RESTORE if newest(path) else "")
    if found.version > found.newest:
        known = f"this Outcrop knows {found.newest}"
        return failed(f"It is of a newer Outcrop: version {found.version}, {known}", "Update Outcrop")
    older = f" (this Outcrop makes it {found.newest})" if found.version < found.newest else ""
    busy = "; another Outcrop is writing" if found.busy else ""
    kept = newest(path)
    copy = f"; backup of {kept}" if kept else "; no backup yet"
    return passed(f"sound, version {found.version}{older}, {found.mode}{busy}{copy}")


def rehearsal(context: DoctorContext) -> CheckLine:
    """Whether the rehearsal runs, and as `outcrop.yaml` says."""
    from core.rehearsal import process  # and with it boto3, which only this line wants

    assert context.folder is not None
    wanted = rehearsal_options(context.folder, context.config)
    faults = f", with the faults of {wanted.faults}" if wanted.faults else ""
    running = process.running(rehearsal_folder(context.folder))
    if running is None:
        process.refuse_damaged(rehearsal_folder(context.folder))
        return passed(f"not running, it starts when it is needed{faults}")
    lives_on, day = running.endpoints.as_of, str(_day(context))
    if lives_on != day:
        return failed(
            f"It lives on {lives_on}, outcrop.yaml says {day}",
            "End it: it starts anew when it is needed",
            command="outcrop rehearse --stop",
        )
    return passed(f"running at {running.endpoints.bedrock}, on {lives_on}{faults}")
