"""Evaluate with a temporary endpoint: make it, wait, ask, delete it, as one action that leaves nothing that bills.

What a crash leaves behind is in the ledger with its purpose, and the next round, or `outcrop deploy`, deletes it.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from core.aws.customization import Job
from core.aws.endpoints import Endpoint, get_endpoint
from core.deployment import endpoints
from core.errors import UsageError
from core.evaluation import runs
from core.evaluation.comparison import Comparison, compare
from core.evaluation.metric import Metric
from core.evaluation.metrics import of_project
from core.evaluation.overview import Overview, overview
from core.evaluation.questions import Questions, read_questions
from core.evaluation.runs import AT_ONCE, Run, RunSpec
from core.experiments.evaluation_cost import Bill
from core.experiments.evaluation_plan import (
    BASE,
    TUNED,
    EvaluationPlan,
    PlannedRun,
    Wanted,
    plan,
)
from core.files import alone, is_held
from core.inference.asking_progress import Watch, listening
from core.inference.batch import Place
from core.progress import Cancel, Progress, Report, silent
from core.store import Store
from core.tuning import ledger
from core.workspace import Workspace

_WAYS = ("template", "template_fingerprint", "table_format", "shots", "temperature", "repeats", "max_tokens")
PURPOSE = "eval"  # of an endpoint that lives for one evaluation


class AskingMethod(msgspec.Struct, frozen=True):
    """How a round goes about asking.

    Attributes:
        place: Where batch jobs read and write; None where all goes by Converse.
        at_once: Asks under way at the same time, by Converse.
    """

    place: Place | None = None
    at_once: int = AT_ONCE


class RoundRun(msgspec.Struct, frozen=True):
    """A run as it was planned and as it is kept."""

    planned: PlannedRun
    run: Run


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
    base, tuned = carry_out(workspace, plan(workspace, Wanted(jobs=(job_name,))), report, cancel)
    return compared(workspace, base, tuned)


def carry_out(
    workspace: Workspace,
    planned: EvaluationPlan,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> list[Run]:
    """Asks whatever a plan's runs have no answer to yet.

    Args:
        workspace: The project.
        planned: The runs.
        report: Told how far it is, what it has cost, and that the service asks for patience.
        cancel: Stops between answers; temporary endpoints are deleted all the same.
        at_once: Asks under way at the same time, by Converse.

    Returns:
        The runs in the order of the plan, ended.

    Raises:
        OutcropError: A model does not answer, or an endpoint cannot be made.
        CancelledError: It was cancelled; the next round goes on where this one stopped.
    """
    workspace.refuse_if_read_only()
    begun = [RoundRun(each, _begun(workspace, each)) for each in planned.runs]
    way = AskingMethod(planned.place, at_once)
    sweep_leftovers(workspace)
    for group in _by_job(begun):
        job = group[0].planned.entrant.job
        if job is not None:
            _ask_tuned(workspace, job, group, way, report, cancel)
            continue
        for each in group:
            _carry_out(workspace, each, way, report, cancel)
    return [runs.get(workspace.store, each.run.id) for each in begun]


def _begun(workspace: Workspace, planned: PlannedRun) -> Run:
    return runs.begin(
        workspace,
        planned.spec,
        label=planned.label,
        model=planned.entrant.key,
        job=planned.entrant.job.arn if planned.entrant.job else "",
        lineage=planned.lineage,
    )


def find_comparison(workspace: Workspace, job: str = "") -> tuple[Run, Comparison] | None:
    """The comparison of a job that was evaluated, or of the one evaluated last, from the answers that are there.

    Args:
        workspace: The project; nobody is asked.
        job: The job's ARN, or empty for the newest evaluation.

    Returns:
        The tuned model's run and the comparison, or None where nothing is evaluated.
    """
    known = [run for run in runs.listing(workspace.store, workspace.location.key) if run.ended]
    tuned = next((run for run in known if run.job and job in ("", run.job)), None)
    base = tuned and base_run(known, tuned)
    return (tuned, compared(workspace, base, tuned)) if tuned and base else None


def base_run(known: Sequence[Run], tuned: Run) -> Run | None:
    """The run of the model below a tuned one on the same questions, put the same way or as nearly as there is one."""
    bases = [run for run in known if not run.job and run.model == tuned.model]
    alike = [run for run in bases if run.spec.same_questions(tuned.spec)]
    return min(alike, key=lambda run: _ways_apart(run.spec, tuned.spec), default=None)


def _ways_apart(one: RunSpec, other: RunSpec) -> list[bool]:
    """In what two specs put their questions differently, what matters most first."""
    return [getattr(one, name) != getattr(other, name) for name in _WAYS]


def job_name(store: Store, run: Run) -> str:
    """The name of the job that tuned a run's model, as far as this project knows it."""
    entry = ledger.entries(store, run.location).get(run.job)
    return entry.name if entry else run.job.rpartition("/")[2]


def compared(
    workspace: Workspace,
    base: Run,
    tuned: Run,
    metrics: Sequence[Metric] | None = None,
    questions: Questions | None = None,
) -> Comparison:
    """The comparison of two runs, computed from their answers.

    Args:
        workspace: The project.
        base: A run.
        tuned: Another on the same test set.
        metrics: Besides the usual ones; None for the use case's.
        questions: That the tuned model was asked, where they have been read before.

    Raises:
        InputError: The test set is gone, or no record was answered by both.
    """
    questions = questions or read_questions(workspace, tuned.spec)
    return compare(
        (base, _results(workspace, base, questions)),
        (tuned, _results(workspace, tuned, questions)),
        leakage=questions.leakage,
        openings=runs.openings(workspace.store, tuned.spec.test_sha256),
        metrics=of_project(workspace.config, workspace.folder) if metrics is None else metrics,
        facts=questions.facts,
    )


def overseen(workspace: Workspace, chosen: Sequence[Run], metrics: Sequence[Metric] | None = None) -> Overview:
    """Runs on one test set side by side, computed from their answers.

    Args:
        workspace: The project.
        chosen: Two or more, the base first.
        metrics: Besides the usual ones; None for the use case's.

    Raises:
        UsageError: They are of different test sets.
        InputError: The test set is gone, or no record was answered by all.
    """
    first = chosen[0].spec
    other = next((run for run in chosen if not run.spec.same_questions(first)), None)
    if other is not None:
        raise UsageError(
            f"The runs {chosen[0].id} and {other.id} are of different test sets",
            why="scores can be compared only on the same questions",
        )
    questions = read_questions(workspace, first)
    use_case = workspace.config.use_case
    return overview(
        [(run, _results(workspace, run, questions)) for run in chosen],
        leakage=questions.leakage,
        openings=runs.openings(workspace.store, first.test_sha256),
        metrics=of_project(workspace.config, workspace.folder) if metrics is None else metrics,
        target={} if use_case.target is None else {use_case.metric: use_case.target},
    )


def results_of(workspace: Workspace, run: Run) -> list[runs.Result]:
    """A run's answers beside their truths.

    Raises:
        InputError: The test set is gone.
    """
    questions = read_questions(workspace, run.spec)
    return runs.results(workspace.store, run, questions.lines, questions.rule, questions.facts)


def _results(workspace: Workspace, run: Run, like: Questions) -> list[runs.Result]:
    """A run's results; questions put as those at hand are not read again."""
    usual = not run.spec.template and not run.spec.table_format
    if usual and like.fingerprint == run.spec.template_fingerprint and like.sha256 == run.spec.test_sha256:
        return runs.results(workspace.store, run, like.lines, like.rule, like.facts)
    return results_of(workspace, run)


def sweep_leftovers(workspace: Workspace) -> list[str]:
    """Deletes temporary endpoints that an earlier round was not able to; returns their names."""
    snapshot = endpoints.poll(workspace)
    left = [each for each in snapshot.endpoints if _is_left_over(workspace.hidden, snapshot, each)]
    for endpoint in left:
        endpoints.delete(workspace, endpoint)
    return [endpoint.name for endpoint in left]


def _is_left_over(hidden: Path, snapshot: endpoints.EndpointsSnapshot, endpoint: Endpoint) -> bool:
    """Whether the evaluation that an endpoint was made for is over: nobody holds its lock."""
    entry = snapshot.ours.get(endpoint.arn)
    return entry is not None and bool(entry.purpose) and not is_held(_lock(hidden, entry.purpose))


def _lock(hidden: Path, run: str) -> Path:
    return hidden / "locks" / f"evaluate-{run}"


def _is_temporary(snapshot: endpoints.EndpointsSnapshot, endpoint: Endpoint) -> bool:
    entry = snapshot.ours.get(endpoint.arn)
    return entry is not None and bool(entry.purpose)


def _by_job(begun: Sequence[RoundRun]) -> list[list[RoundRun]]:
    """Runs that still want answers, those of one tuned model together: they share its endpoint."""
    found: dict[str, list[RoundRun]] = {}
    for each in begun:
        if each.run.ended is None:
            found.setdefault(each.run.job, []).append(each)
    return list(found.values())


def _carry_out(
    workspace: Workspace,
    asked: RoundRun,
    way: AskingMethod,
    report: Report,
    cancel: Cancel | None,
    endpoint: str = "",
    made: Endpoint | None = None,
) -> None:
    """Asks for one run what it has no answer to.

    Args:
        workspace: The project.
        asked: The run.
        way: How to go about it.
        report: Told how far it is.
        cancel: Stops between answers.
        endpoint: Of the tuned model; empty for a model of the catalogue.
        made: The same, where it was made for this.
    """
    run = asked.run
    questions = read_questions(workspace, run.spec)
    watch = Watch(_named(report, asked.planned.label), Bill(workspace, run, made).words)
    with listening(workspace.connection, watch):
        runs.ask(
            workspace,
            run,
            questions.lines,
            endpoint=endpoint,
            examples=questions.examples,
            place=way.place,
            at_once=way.at_once,
            report=watch.reporting(),
            cancel=cancel,
        )


def _ask_tuned(
    workspace: Workspace,
    job: Job,
    group: Sequence[RoundRun],
    way: AskingMethod,
    report: Report,
    cancel: Cancel | None,
) -> None:
    """Asks a tuned model for all its runs, through an endpoint that is there or one made for them."""
    ready = _standing(workspace, job)
    if ready is not None:
        for each in group:
            _carry_out(workspace, each, way, report, cancel, ready.arn)
        return
    try:
        with ExitStack() as held:
            for each in group:
                held.enter_context(alone(_lock(workspace.hidden, each.run.id)))
            made = _made(workspace, job, group[0], report, cancel)
            for each in group:
                _carry_out(workspace, each, way, report, cancel, made.arn, made)
    finally:
        report(Progress(1, 1, "endpoint", "deleting the temporary endpoint"))
        sweep_leftovers(workspace)


def _made(workspace: Workspace, job: Job, first: RoundRun, report: Report, cancel: Cancel | None) -> Endpoint:
    """A temporary endpoint, ready; its purpose is the first run that wants it."""
    bill = Bill(workspace, first.run)
    watch = Watch(_named(report, first.planned.label), bill.words)
    with listening(workspace.connection, watch):
        wanted = endpoints.request_for(workspace.catalog, job, purpose=PURPOSE)
        arn = endpoints.create(workspace, wanted, purpose=first.run.id)
        bill.endpoint = get_endpoint(workspace.connection, arn)
        return endpoints.wait_ready(workspace.connection, workspace.clock, arn, watch.reporting(), cancel)


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


def _named(report: Report, label: str) -> Report:
    """Says who is asked, unless there is something else to say than what it has cost."""
    who = f"the {label} model" if label in (BASE, TUNED) else label

    def told(progress: Progress) -> None:
        note = progress.note
        if not note or note.startswith(("$", "endpoint:")):
            note = "; ".join(part for part in (f"asking {who}", note) if part)
        report(Progress(progress.done, progress.total, progress.unit, note))

    return told
