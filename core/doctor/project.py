"""Lines about the catalogue and the project: its file, folder, model, records, database and rehearsal."""

from datetime import date

from core.config import FILE
from core.doctor.machine import writable
from core.doctor.patient import Patient
from core.line import Line, failed, passed, unknown
from core.store.health import health
from core.text import count
from core.workspace import HIDDEN, below, rehearsal_folder, rehearsal_options


def catalogue(patient: Patient) -> Line:
    """Whether the user's own models and prices can be read, and how many there are."""
    models = count(len(patient.catalog.models), "model")
    own = len(list(patient.own_catalog.glob("*.yaml")))
    return passed(f"{models}; {count(own, 'file')} of your own in {patient.own_catalog}" if own else models)


def project(patient: Patient) -> Line:
    """Whether `outcrop.yaml` can be read."""
    if patient.folder is None:
        return unknown("There is no project here", "`outcrop init` makes one, `outcrop demo` shows one")
    return passed(f"{patient.config.name}, {patient.folder / FILE}")


def folder(patient: Patient) -> Line:
    """Whether exports and decisions can be written."""
    assert patient.folder is not None
    return writable(patient.folder)


def model(patient: Patient) -> Line:
    """Whether the model can be tuned on the day that the project lives on."""
    found, _ = patient.catalog.tuning_of(patient.config.model)
    day = _day(patient)
    patient.catalog.refuse_if_ended(found, day)
    return passed(f"{found.key}, {found.lifecycle.stage(day)} on {day}")


def _day(patient: Patient) -> date:
    as_of = patient.config.rehearsal.as_of
    rehearsed = patient.config.target == "rehearsal" and as_of != "today"
    return date.fromisoformat(as_of) if rehearsed else patient.clock.now().date()


def records(patient: Patient) -> Line:
    """Whether the records are where the project says."""
    assert patient.folder is not None
    source = patient.config.data.source
    if not source:
        return unknown("The project has no records yet", "Bring some in with `outcrop import FILE -o data`")
    path = below(patient.folder, source)
    if not path.is_file():
        return failed(f"{path} is not there", "Mend `data.source` in outcrop.yaml")
    return passed(f"{source}, {path.stat().st_size / 1e6:,.1f} MB")


def database(patient: Patient) -> Line:
    """Whether decisions and the ledger are sound, and this Outcrop knows how they are kept."""
    assert patient.folder is not None
    path = patient.folder / HIDDEN / "outcrop.db"
    if not path.exists():
        return passed("not there yet: it is made when it is needed")
    found = health(path)
    if found.version > found.newest:
        known = f"this Outcrop knows {found.newest}"
        return failed(f"It is of a newer Outcrop: version {found.version}, {known}", "Update Outcrop")
    older = f" (this Outcrop makes it {found.newest})" if found.version < found.newest else ""
    busy = "; another Outcrop is writing" if found.busy else ""
    return passed(f"sound, version {found.version}{older}, {found.mode}{busy}")


def rehearsal(patient: Patient) -> Line:
    """Whether the rehearsal runs, and as `outcrop.yaml` says."""
    from core.rehearsal import process  # and with it boto3, which only this line wants

    assert patient.folder is not None
    wanted = rehearsal_options(patient.folder, patient.config)
    faults = f", with the faults of {wanted.faults}" if wanted.faults else ""
    running = process.running(rehearsal_folder(patient.folder))
    if running is None:
        return passed(f"not running, it starts when it is needed{faults}")
    lives_on, day = running.endpoints.as_of, str(_day(patient))
    if lives_on != day:
        return failed(
            f"It lives on {lives_on}, outcrop.yaml says {day}",
            "End it: it starts anew when it is needed",
            command="outcrop rehearse --stop",
        )
    return passed(f"running at {running.endpoints.bedrock}, on {lives_on}{faults}")
