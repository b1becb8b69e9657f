"""A project with a finished job of two sizes, and what its models answered: written down, so that nobody is asked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import msgspec
from screens import make_project, records

from core import catalog, config
from core.aws.customization import Job
from core.aws.location import Location
from core.clock import ManualClock, iso
from core.config import Format, Split, UseCase
from core.data.training_set import prepare
from core.evaluation import runs
from core.evaluation.runs import RunSpec, ask_id
from core.formatting import ExportLine
from core.formatting import export as exports
from core.inference import Answer
from core.inference.answers import keep_all
from core.records.tokens import estimate
from core.store import Store
from core.training.jobs import JobsSnapshot
from core.tuning import ledger
from core.workspace import Workspace

RECORDS = 96
SIZES = (16, 48)
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
ACCOUNT = "arn:aws:bedrock:us-west-2:123456789012"


def make(folder: Path) -> Path:
    """Makes the project: the base asked plainly and with two examples, the tuned models plainly."""
    make_project(
        folder,
        records(RECORDS),
        use_case=UseCase(task="Answer", target=90.0),
        format=Format(table_format="markdown"),
        split=Split(train=0.5, validation=0.1, test=0.4),
    )
    workspace = _opened(folder)
    for size in SIZES:
        export, home = prepare(workspace, sample=size)
        job = job_of(size)
        ledger.add(
            workspace.store,
            arn=job.arn,
            location=workspace.location.key,
            name=job.name,
            model="claude-3-haiku",
            export=export,
            now=NOW,
        )
        lines = exports.export_lines(home, export, "test")
        if size == SIZES[0]:
            _answered(workspace, runs.spec_for(export, HAIKU), "base", lines, _wordy)
        else:
            shown = msgspec.structs.replace(runs.spec_for(export, HAIKU), shots=2)
            _answered(workspace, shown, "base, 2 examples", lines, _short)
            _answered(workspace, runs.spec_for(export, job.model_arn), "tuned", lines, _short, job)
    workspace.close()
    return folder


def job_of(size: int) -> Job:
    """The finished job of one size."""
    name = f"shops-n{size}"
    return Job(
        f"{ACCOUNT}:model-customization-job/{HAIKU}:200k/n{size}",
        name,
        "Completed",
        HAIKU,
        NOW,
        model_name=name,
        model_arn=f"{ACCOUNT}:custom-model/{HAIKU}:200k/n{size}",
        hyperparameters={"epochCount": "5", "batchSize": "16", "learningRateMultiplier": "1.0"},
        validation_loss=2.0 - size / 100,
    )


def jobs_of(workspace: Workspace) -> JobsSnapshot:
    """Both jobs, as a poll brings them."""
    ours = ledger.entries(workspace.store, workspace.location.key)
    return JobsSnapshot(workspace.location, tuple(map(job_of, reversed(SIZES))), ours, NOW)


def _opened(folder: Path) -> Workspace:
    """The project on a connection that knows where it leads, and goes no further."""
    read, store = config.read(folder / config.FILE), Store(folder / ".outcrop" / "outcrop.db")
    here = Location("rehearsal", read.region, as_of=read.rehearsal.as_of)
    return Workspace(folder, read, store, catalog.load(), ManualClock(), lambda _: SimpleNamespace(location=here))


def _answered(
    workspace: Workspace,
    spec: RunSpec,
    label: str,
    lines: Sequence[ExportLine],
    said: Callable[[int, str], str],
    job: Job | None = None,
) -> None:
    """A run that has ended, with an answer to every line."""
    run = runs.begin(workspace, spec, label=label, model="claude-3-haiku", job=job.arn if job else "")
    answers = []
    for number, line in enumerate(lines):
        text = said(number, line.chat.completion)
        answers.append(Answer(ask_id(line.id, 1), text, "end_turn", 200, estimate(text), 400 + 10 * (number % 9)))
    keep_all(workspace.store, run.id, answers, NOW)
    workspace.store.write("UPDATE runs SET ended = ? WHERE id = ?", (iso(NOW), run.id))


def _wordy(number: int, truth: str) -> str:
    """A sentence around the truth; every fifth one of something else."""
    return f"According to the table above it was {truth if number % 5 else 'about fifty'} in the year 2020."


def _short(number: int, truth: str) -> str:
    """The truth alone; every eighth one of something else."""
    return truth if number % 8 else "12"
