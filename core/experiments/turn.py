"""One whole turn of the lifecycle: seven stages on a scratch project, every figure computed on the way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec

from core import catalog
from core.aws.customization import Job, get_job
from core.aws.endpoints import get_endpoint
from core.aws.session import Connection
from core.clock import Clock
from core.config import Config, Rehearsal
from core.data.training_set import prepare
from core.deployment import endpoints
from core.deployment.endpoints import ask_model
from core.errors import RefusedError
from core.evaluation.comparison import Comparison
from core.evaluation.model_scores import ModelScores
from core.experiments.evaluation_round import evaluate
from core.formatting import Export, export, importing
from core.progress import Cancel, Report, silent
from core.training import loss_curves
from core.training.loss_curves import Curves
from core.tuning import submission
from core.usecase import project
from core.workspace import Workspace, open_project

RECORDS = "data/records.jsonl"
_LOOK = 0.3  # seconds between looks at a rehearsed job
_PATIENCE = timedelta(minutes=10)


class DeployedAnswer(msgspec.Struct, frozen=True):
    """What the deployed model said to a test question."""

    endpoint: str
    question: str
    answer: str
    truth: str
    latency_ms: int


class Turn(msgspec.Struct, frozen=True):
    """All that one turn brought."""

    folder: Path
    export: Export
    job: Job
    curves: Curves
    comparison: Comparison
    answered: DeployedAnswer


TellStage = Callable[[int, str], None]


def scratch_project(folder: Path, sample: Path, *, pace: float, preset: importing.Preset = "article") -> Workspace:
    """Makes a project with the sample data in it, or opens the one that is there.

    Args:
        folder: Where.
        sample: A file in TAT-QA's raw format.
        pace: Seconds a rehearsed job takes.
        preset: Which questions to take.
    """
    if not (folder / "outcrop.yaml").exists():
        wanted = msgspec.structs.replace(
            project.table_questions("table-questions"), rehearsal=Rehearsal(pace=pace), hyperparameters=_CHOSEN
        )
        wanted = _with_source(wanted)
        importing.run(
            [importing.Input(sample)], importing.ImportPlan("tatqa", preset=preset), (folder / RECORDS).parent
        )
        project.create(folder, wanted, catalog.load())
    return open_project(folder)


def take(
    workspace: Workspace,
    say: TellStage | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Turn:
    """Goes through the stages that act: export, submit, wait, evaluate, deploy, ask, delete.

    Args:
        workspace: A project with records.
        say: Told the stage's number and what it did.
        report: Told how far the present one is.
        cancel: Stops between steps; nothing that bills is left behind.

    Raises:
        OutcropError: A stage failed; says which and why.
    """
    say = say or (lambda *_: None)
    exported, folder = prepare(workspace, report, cancel)
    say(3, f"wrote {exported.name}")
    planned = submission.prepare(workspace, exported, folder)
    submitted = submission.submit(workspace, planned, report)
    say(4, f"submitted {submitted.name}")
    job = wait_for(workspace.connection, workspace.clock, submitted.arn, cancel or Cancel())
    read = loss_curves.read(workspace.connection, job)
    say(5, f"{job.name} is {job.status.lower()}")
    comparison = evaluate(workspace, job.arn, report, cancel)
    say(6, f"asked both models {comparison.n} questions")
    answered = _deploy(workspace, job, exported, folder, cancel or Cancel())
    say(7, "asked the endpoint and deleted it")
    return Turn(workspace.folder, exported, job, read, comparison, answered)


def wait_for(connection: Connection, clock: Clock, arn: str, cancel: Cancel) -> Job:
    """Waits until a job has completed.

    Raises:
        RefusedError: It failed or was stopped, or takes longer than ten minutes.
        CancelledError: Waiting was cancelled; the job goes on.
    """
    until = clock.now() + _PATIENCE
    while True:
        job = get_job(connection, arn)
        if job.status == "Completed":
            return job
        if not job.running:
            raise RefusedError(f"The job {job.name} is {job.status.lower()}", why=job.failure)
        if clock.now() > until:
            raise RefusedError(f"The job {job.name} is still running", todo="Watch it with `outcrop watch`")
        clock.wait(_LOOK, cancel.event)
        cancel.check()


def summary(turn: Turn) -> dict[str, object]:
    """The turn as `outcrop demo --json` prints it; scores in 0..100."""
    found = turn.comparison
    return {
        "rehearsal": True,
        "records": {part: turn.export.records(part) for part in ("train", "validation", "test")},
        "job": {"status": turn.job.status, "arn": turn.job.arn},
        "loss": {"first": turn.curves.training[0].loss, "last": turn.curves.training[-1].loss},
        "scores": {"base": _scores(found.base), "tuned": _scores(found.tuned)},
        "tokens": {"base": _tokens(found.base), "tuned": _tokens(found.tuned)},
        "gain": {
            "total": found.gain.total.value,
            "brevity": found.gain.brevity.value,
            "skill": found.gain.skill.value,
        },
    }


def _deploy(workspace: Workspace, job: Job, exported: Export, folder: Path, cancel: Cancel) -> DeployedAnswer:
    request = endpoints.request_for(workspace.catalog, job)
    arn = endpoints.create(workspace, request)
    try:
        endpoints.wait_ready(workspace.connection, workspace.clock, arn, cancel=cancel)
        line = export.export_lines(folder, exported, "test")[0]
        reply = ask_model(workspace.connection, arn, line.chat.prompt, line.chat.system or "")
    finally:
        endpoints.delete(workspace, get_endpoint(workspace.connection, arn))
    return DeployedAnswer(request.name, line.chat.question, reply.text, line.chat.completion, reply.latency_ms)


def _with_source(wanted: Config) -> Config:
    data = msgspec.structs.replace(wanted.data, source=RECORDS)
    return msgspec.structs.replace(wanted, data=data)


def _scores(model: ModelScores) -> dict[str, object]:
    return {
        "squad": {"em": model.squad_em.value, "f1": model.squad_f1.value},
        "article": {
            "precision": model.article_precision.value,
            "recall": model.article_recall.value,
            "f1": model.article_f1.value,
        },
    }


def _tokens(model: ModelScores) -> dict[str, float]:
    tokens = model.tokens
    return {
        "mean": tokens.mean,
        "median": tokens.median,
        "sd": tokens.sd,
        "min": tokens.min,
        "max": tokens.max,
    }


_CHOSEN = {"epochCount": 5.0, "batchSize": 16.0}  # the article: between 500 and 1,000 examples, a batch of 16 to 32
