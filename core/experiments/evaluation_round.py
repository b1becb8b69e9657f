"""Evaluate with a temporary endpoint: make it, wait, ask, delete it, as one action that leaves nothing that bills.

What a crash leaves behind is in the ledger with its purpose, and the next round, or `outcrop deploy`, deletes it.
"""

from pathlib import Path

from core.aws.customization import Job, get_job
from core.aws.endpoints import Endpoint
from core.data.training_set import EXPORTS
from core.deployment import endpoints
from core.deployment.meter import rate_in_words
from core.errors import RefusedError
from core.evaluation import runs
from core.evaluation.comparison import Comparison, compare
from core.evaluation.runs import Run
from core.files import alone, is_held
from core.formatting import Export, Line
from core.formatting import export as exports
from core.progress import Cancel, Progress, Report, silent
from core.text import count
from core.tuning import ledger
from core.workspace import Workspace

PURPOSE = "eval"  # of an endpoint that lives for one evaluation


def evaluate(
    workspace: Workspace, job_name: str, report: Report = silent, cancel: Cancel | None = None
) -> Comparison:
    """Asks the base model and a job's model the test part of the export that the job was trained on.

    Args:
        workspace: The project.
        job_name: Name, id or ARN of a completed job that was submitted from here.
        report: Told how far it is.
        cancel: Stops between answers; the temporary endpoint is deleted all the same.

    Raises:
        RefusedError: The job is not done, or was not submitted from here.
        OutcropError: A model does not answer, or an endpoint cannot be made.
        CancelledError: It was cancelled; the next round goes on where this one stopped.
    """
    job = get_job(workspace.connection, job_name)
    export, folder = trained_on(workspace, job)
    lines = exports.lines(folder, export, "test")
    base, tuned = begin_runs(workspace, job, export)
    if base.ended is None:
        runs.ask(workspace, base, lines, report=_named(report, "base model"), cancel=cancel)
    if tuned.ended is None:
        _ask_tuned(workspace, job, tuned, lines, report, cancel)
    else:
        sweep_leftovers(workspace)
    base, tuned = (runs.get(workspace.store, run.id) for run in (base, tuned))  # which have ended by now
    return compared(workspace, base, tuned, export, lines)


def facts(workspace: Workspace, job: Job) -> list[tuple[str, str]]:
    """What a person confirms before an evaluation: how many questions, through which endpoint, at which price.

    Raises:
        OutcropError: The job cannot be evaluated.
    """
    export, _ = trained_on(workspace, job)
    kind = endpoints.kind_for(workspace, job.model_arn)
    rate = rate_in_words(workspace.catalog, job.model_arn, kind)
    return [
        ("where", f"{workspace.location} {workspace.location.as_of}".strip()),
        ("job", job.name),
        ("questions", f"{count(export.records('test'))}, asked of the base and of the tuned model"),
        ("endpoint", f"{kind}, made for this and deleted after it: {rate}"),
    ]


def find_comparison(workspace: Workspace, job: str = "") -> tuple[Run, Comparison] | None:
    """The comparison of a job that was evaluated, or of the one evaluated last, from the answers that are there.

    Args:
        workspace: The project; nobody is asked.
        job: The job's ARN, or empty for the newest evaluation.

    Returns:
        The tuned model's run and the comparison, or None where nothing is evaluated.
    """
    known = runs.listing(workspace.store, workspace.location.key)
    tuned = next((run for run in known if run.job and run.ended and job in ("", run.job)), None)
    if tuned is None:
        return None
    base = next((run for run in known if run.ended and _is_base_of(run, tuned)), None)
    if base is None:
        return None
    folder = workspace.folder / EXPORTS / tuned.spec.export
    export = exports.read(folder)
    return tuned, compared(workspace, base, tuned, export, exports.lines(folder, export, "test"))


def _is_base_of(run: Run, tuned: Run) -> bool:
    """Whether a run asked the model below a tuned one the same test set; other models may have answered it, too."""
    return not run.job and run.model == tuned.model and run.spec.test_sha256 == tuned.spec.test_sha256


def job_name(workspace: Workspace, run: Run) -> str:
    """The name of the job that tuned a run's model, as far as this project knows it."""
    entry = ledger.entries(workspace.store, run.location).get(run.job)
    return entry.name if entry else run.job.rpartition("/")[2]


def begin_runs(workspace: Workspace, job: Job, export: Export) -> tuple[Run, Run]:
    """The runs of the base model and of a job's model on an export's test part, found or begun."""
    model, _ = workspace.catalog.tuning_of(export.recipe.model)
    base = runs.begin(workspace, runs.spec_for(export, model.inference_id), label="base", model=model.key)
    tuned = runs.begin(workspace, runs.spec_for(export, job.model_arn), label="tuned", model=model.key, job=job.arn)
    return base, tuned


def compared(workspace: Workspace, base: Run, tuned: Run, export: Export, lines: list[Line]) -> Comparison:
    """The comparison of two runs, computed from their answers."""
    rule, store = export.recipe.answer, workspace.store
    return compare(
        (base, runs.results(store, base, lines, rule)),
        (tuned, runs.results(store, tuned, lines, rule)),
        leakage=export.leakage,
        openings=runs.openings(store, export.files["test"].sha256),
    )


def trained_on(workspace: Workspace, job: Job) -> tuple[Export, Path]:
    """The export that a job was trained on, and where it lies.

    Raises:
        RefusedError: The job is not done, or was not submitted from this project.
        InputError: The export's folder is gone.
    """
    if job.status != "Completed":
        raise RefusedError(f"The job {job.name} cannot be evaluated", why=f"its status is {job.status}")
    entry = ledger.entries(workspace.store, workspace.connection.location.key).get(job.arn)
    if entry is None:
        raise RefusedError(
            f"The job {job.name} was not submitted from this project",
            why="so Outcrop does not know which records it has not seen",
        )
    folder = workspace.folder / EXPORTS / entry.export.name
    return exports.read(folder), folder


def sweep_leftovers(workspace: Workspace) -> list[str]:
    """Deletes temporary endpoints that an earlier round was not able to; returns their names."""
    snapshot = endpoints.poll(workspace)
    left = [each for each in snapshot.endpoints if _is_left_over(workspace, snapshot, each)]
    for endpoint in left:
        endpoints.delete(workspace, endpoint)
    return [endpoint.name for endpoint in left]


def _is_left_over(workspace: Workspace, snapshot: endpoints.EndpointsSnapshot, endpoint: Endpoint) -> bool:
    """Whether the evaluation that an endpoint was made for is over: nobody holds its lock."""
    entry = snapshot.ours.get(endpoint.arn)
    return entry is not None and bool(entry.purpose) and not is_held(_lock(workspace, entry.purpose))


def _lock(workspace: Workspace, run: str) -> Path:
    return workspace.hidden / "locks" / f"evaluate-{run}"


def _is_temporary(snapshot: endpoints.EndpointsSnapshot, endpoint: Endpoint) -> bool:
    entry = snapshot.ours.get(endpoint.arn)
    return entry is not None and bool(entry.purpose)


def _ask_tuned(
    workspace: Workspace, job: Job, run: Run, lines: list[Line], report: Report, cancel: Cancel | None
) -> None:
    ready = _standing(workspace, job)
    if ready is not None:
        runs.ask(workspace, run, lines, endpoint=ready.arn, report=_named(report, "tuned model"), cancel=cancel)
        return
    sweep_leftovers(workspace)
    try:
        with alone(_lock(workspace, run.id)):
            arn = endpoints.create(workspace, endpoints.request_for(workspace, job, purpose=PURPOSE), purpose=run.id)
            endpoint = endpoints.wait_ready(workspace, arn, report, cancel)
            asked = _named(report, "tuned model")
            runs.ask(workspace, run, lines, endpoint=endpoint.arn, report=asked, cancel=cancel)
    finally:
        report(Progress(len(lines), len(lines), "answers", "deleting the temporary endpoint"))
        sweep_leftovers(workspace)


def _standing(workspace: Workspace, job: Job) -> Endpoint | None:
    """An endpoint of the job's model that is there for good and answers."""
    snapshot = endpoints.poll(workspace)
    return next(
        (
            each
            for each in snapshot.endpoints
            if each.model == job.model_arn and each.state == "ready" and not _is_temporary(snapshot, each)
        ),
        None,
    )


def _named(report: Report, who: str) -> Report:
    def told(progress: Progress) -> None:
        report(Progress(progress.done, progress.total, progress.unit, progress.note or f"asking the {who}"))

    return told
