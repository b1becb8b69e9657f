"""The rows of the Jobs tab: jobs, endpoints, custom models without a job, and jobs that Bedrock does not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from core.catalog import Catalog
from core.deployment.meter import base_of
from core.text import count, duration, money, number, when
from core.tuning import forecast
from tui.present import glyphs
from tui.present.line import Span
from tui.widgets.table import Column, Row

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.aws.endpoints import Endpoint
    from core.aws.models import CustomModel
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.jobs import JobsSnapshot
    from core.tuning.ledger import SubmittedJob

ItemKind = Literal["job", "endpoint", "model", "gone"]
MARKED = "+"  # stands before the name of a job whose curve is laid over
_RATES = ("learningRateMultiplier", "learningRate")

COLUMNS = (
    Column("", 1),
    Column("job"),
    Column("model", 14, least=60),
    Column("n", 6, right=True, least=50),
    Column("LR", 5, right=True, least=100),
    Column("ep", 3, right=True, least=60),
    Column("status", 16),
    Column("loss", 6, right=True, least=60),
    Column("valid", 6, right=True, least=90),
    Column("$", 8, right=True, least=110),
)


class Item(msgspec.Struct, frozen=True):
    """One row.

    Attributes:
        kind: What it is.
        arn: Its ARN.
        name: Its name.
        created: When it was made.
        source: The job, endpoint, model or ledger entry itself.
        ours: What is known of a job submitted from here.
        dollars: What a job is forecast to cost; None while that is unknown.
    """

    kind: ItemKind
    arn: str
    name: str
    created: datetime
    source: "Job | Endpoint | CustomModel | SubmittedJob"
    ours: "SubmittedJob | None" = None
    dollars: float | None = None

    @property
    def job(self) -> "Job | None":
        """The job, where it is one."""
        from core.aws.customization import Job

        return self.source if isinstance(self.source, Job) else None


def items(jobs: "JobsSnapshot | None", endpoints: "EndpointsSnapshot | None", catalog: Catalog) -> list[Item]:
    """All there is, newest first."""
    found: list[Item] = []
    if jobs is not None:
        for job in jobs.jobs:
            ours = jobs.ours.get(job.arn)
            found.append(Item("job", job.arn, job.name, job.created, job, ours, _dollars(job, ours, catalog)))
        found += [Item("gone", each.arn, each.name, each.created, each, each) for each in jobs.gone]
        made = {job.model_arn for job in jobs.jobs}
        coming = {job.model_name for job in jobs.jobs if not job.model_arn}  # listed before their job has ended
        found += [
            Item("model", each.arn, each.name, each.created, each)
            for each in jobs.models or ()
            if each.arn not in made and each.name not in coming
        ]
    if endpoints is not None:
        found += [Item("endpoint", each.arn, each.name, each.created, each) for each in endpoints.endpoints]
    return sorted(found, key=lambda item: item.created, reverse=True)


def cells(item: Item, catalog: Catalog, now: datetime, marked: Mapping[str, str]) -> Row:
    """One row's cells."""
    name = f"{marked[item.arn]} {item.name}" if item.arn in marked else item.name
    job = item.job
    if job is None:
        glyph, status = _other(item, now)
        return (glyph, name, _model(item, catalog), "", "", "", (status, glyph[1]), "", "", "")
    glyph = glyphs.JOBS.get(job.status, glyphs.UNKNOWN)
    rate = next((job.hyperparameters[each] for each in _RATES if each in job.hyperparameters), "")
    return (
        glyph,
        name,
        _model(item, catalog),
        count(item.ours.export.records("train")) if item.ours else "?",
        _short(rate),
        job.hyperparameters.get("epochCount", ""),
        (status_of(job), glyph[1]),
        _loss(job.training_loss),
        _loss(job.validation_loss),
        money(item.dollars) if item.dollars is not None else "?",
    )


def status_of(job: "Job") -> str:
    """A job's phase and when it began, or how it ended and how long it took."""
    if job.running:
        phase = next((each for each in job.phases if each.status == job.status), None)
        started = f" {phase.started.astimezone():%H:%M}" if phase and phase.started else ""
        return f"{phase.name}{started}" if phase and job.status == "InProgress" else job.status.lower()
    took = duration(max(0.0, (job.ended - job.created).total_seconds())) if job.ended else ""
    return f"{job.status.lower()} {took}".strip()


def _other(item: Item, now: datetime) -> tuple[Span, str]:
    from core.aws.endpoints import Endpoint

    if item.kind == "gone":
        return glyphs.UNKNOWN, "not known"
    if isinstance(item.source, Endpoint):
        state = item.source.state
        glyph = glyphs.ENDPOINTS.get(state, glyphs.UNKNOWN)
        return glyph, f"coming up {when(item.created, now)}" if state == "creating" else f"endpoint {state}"
    return ("✓", "good"), "custom model"


def _model(item: Item, catalog: Catalog) -> str:
    from core.aws.endpoints import Endpoint

    source = item.source
    if isinstance(source, Endpoint):
        name = base_of(source.model)
    else:
        name = getattr(source, "base_model", "") or getattr(source, "model", "")
    base = catalog.find(name)
    return base.key if base else str(name).rpartition("/")[2]


def searched(item: Item, catalog: Catalog) -> str:
    """What a filter looks for words in: name, kind, model, status, values and ARN."""
    job = item.job
    status = [job.status, status_of(job)] if job else [getattr(item.source, "state", "")]
    values = [f"{name}={value}" for name, value in job.hyperparameters.items()] if job else []
    where = ["ours" if item.ours else "elsewhere"] if job else []
    parts = (item.kind, item.name, item.arn, _model(item, catalog), *status, *values, *where)
    return " ".join(parts)


def _dollars(job: "Job", ours: "SubmittedJob | None", catalog: Catalog) -> float | None:
    model = catalog.find(job.base_model)
    epochs = job.hyperparameters.get("epochCount", "")
    if ours is None or model is None or not epochs.isdecimal():
        return None

    return forecast(model, ours.export, {"epochCount": float(epochs)}).dollars


def _short(rate: str) -> str:
    try:
        return number(float(rate))
    except ValueError:
        return rate


def _loss(loss: float | None) -> str:
    return "–" if loss is None else f"{loss:.2f}"
