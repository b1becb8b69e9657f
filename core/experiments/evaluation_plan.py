"""Who is to be asked what, and what that will take: nobody is asked yet, and no endpoint is made."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from core.aws.customization import Job
from core.aws.s3 import S3Uri
from core.catalog import Catalog
from core.config import FILE, Config
from core.data import calibration
from core.data.calibration import Basis, basis, characters
from core.deployment import endpoints
from core.deployment.meter import base_of, rate_in_words
from core.errors import RefusedError, UsageError
from core.evaluation import runs
from core.evaluation.questions import Questions, read_questions
from core.evaluation.runs import Route, RunLineage, RunSpec, asks
from core.experiments.evaluation_cost import EndpointCost, dollars, standing, usual
from core.formatting import Export, Part
from core.formatting.export import EXPORTS, latest_export, read_export
from core.inference import Usage, kept
from core.inference.batch import LEAST_RECORDS, Place
from core.records.tokens import estimate, estimate_characters
from core.training.named import job_named
from core.tuning import ledger
from core.tuning.submission import word
from core.workspace import Workspace

BASE, TUNED = "base", "tuned"


class AskVariant(msgspec.Struct, frozen=True):
    """How the questions are put.

    Attributes:
        template: Another template than the export's, or empty.
        table_format: Another table format than the export's, or empty.
        shots: Examples of the training part before each question.
        temperature: 0 for the likeliest answer.
        repeats: How often each question is asked.
        max_tokens: The longest answer wanted.
    """

    template: str = ""
    table_format: str = ""
    shots: int = 0
    temperature: float = 0.0
    repeats: int = 1
    max_tokens: int = 512

    def __str__(self) -> str:
        """What sets it apart, in a few words; nothing where it is the usual one."""
        parts = [
            self.template,
            self.table_format,
            f"{self.shots} examples" if self.shots else "",
            f"temperature {self.temperature:g}" if self.temperature else "",
            f"asked {self.repeats} times" if self.repeats > 1 else "",
        ]
        return ", ".join(part for part in parts if part)


class Wanted(msgspec.Struct, frozen=True):
    """What a person asks for.

    Attributes:
        jobs: Names, ids or ARNs of completed jobs, whose models are asked through an endpoint.
        models: Keys of the catalogue, model ids, inference profiles, or ARNs of endpoints that stand.
        base: Whether the model below the first job is asked as well.
        variants: How; each model is asked in every one.
        part: Of the export.
        file: Another test file in its place, relative to the project.
        route: Batch where the model can, or Converse.
    """

    jobs: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    base: bool = True
    variants: tuple[AskVariant, ...] = (AskVariant(),)
    part: Part = "test"
    file: str = ""
    route: Route = "converse"


class Entrant(msgspec.Struct, frozen=True):
    """A model that takes part.

    Attributes:
        label: How a person calls it.
        key: The catalogue's key of it, or of the model below it; what was given where the catalogue has none.
        asked: What the run's spec names: an identifier or ARN.
        job: The job that tuned it; None for any other.
    """

    label: str
    key: str
    asked: str
    job: Job | None = None


class EvaluationForecast(msgspec.Struct, frozen=True):
    """What a run will take.

    Attributes:
        asks: Questions, repeats counted.
        to_ask: Those without an answer yet.
        input_tokens: About how many will be sent.
        output_tokens: About how many will come back.
        dollars: What those cost by the run's route, or the endpoint by the hour; None while a price is unknown.
        basis: What the tokens to send rest on.
        endpoint: What the endpoint costs, in words; empty without one.
        standing: What an endpoint that bills by the hour comes to.
    """

    asks: int
    to_ask: int
    input_tokens: int
    output_tokens: int
    dollars: float | None
    basis: Basis
    endpoint: str = ""
    standing: EndpointCost | None = None


class PlannedRun(msgspec.Struct, frozen=True):
    """A run as it would be begun, and what it will take."""

    entrant: Entrant
    spec: RunSpec
    label: str
    lineage: RunLineage
    forecast: EvaluationForecast


class EvaluationPlan(msgspec.Struct, frozen=True):
    """All runs of an evaluation.

    Attributes:
        export: What the first job was trained on, or the project's newest.
        runs: In order.
        place: Where batch jobs read and write; None where all goes by Converse.
    """

    export: Export
    runs: tuple[PlannedRun, ...]
    place: Place | None = None


def plan(workspace: Workspace, wanted: Wanted) -> EvaluationPlan:
    """Plans an evaluation.

    Args:
        workspace: The project.
        wanted: Who, and how.

    Raises:
        RefusedError: A job is not done, or was not submitted from here; jobs were trained on different exports.
        UsageError: There is no such model, template or part, too few examples, or no bucket and role for batch.
        InputError: A file cannot be read.
    """
    jobs = [job_named(workspace.connection, name) for name in wanted.jobs]
    export = _export(workspace, jobs)
    entrants = _entrants(workspace.catalog, wanted, jobs, export)
    planned: list[PlannedRun] = []
    for variant in wanted.variants:
        questions = _questions(workspace, export, wanted, variant)
        for entrant in entrants:
            stands = any(each.entrant.job == entrant.job and each.forecast.standing for each in planned)
            planned.append(_planned(workspace, export, questions, entrant, variant, wanted, stands=stands))
    by_batch = any(each.spec.route == "batch" for each in planned)
    return EvaluationPlan(export, tuple(planned), _place(workspace.config) if by_batch else None)


def trained_on(workspace: Workspace, job: Job) -> Export:
    """The export that a job was trained on.

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
    return read_export(workspace.folder / EXPORTS / entry.export.name)


def _export(workspace: Workspace, jobs: Sequence[Job]) -> Export:
    found = {each.name: each for each in (trained_on(workspace, job) for job in jobs)}
    if len({each.files["test"].sha256 for each in found.values() if "test" in each.files}) > 1:
        raise RefusedError(
            "These jobs were trained on exports with different test parts",
            why="their scores would not be of the same questions",
            todo="Evaluate them one by one, or ask all of them a file of their own",
        )
    if found:
        return next(iter(found.values()))
    newest = latest_export(workspace.folder / EXPORTS)
    if newest is None:
        raise UsageError(
            "This project has no export yet",
            why="a test set is one by what training does not see",
            todo="Write one with `outcrop export`",
        )
    return newest[0]


def _entrants(catalog: Catalog, wanted: Wanted, jobs: Sequence[Job], export: Export) -> list[Entrant]:
    found = []
    if wanted.base and (jobs or not wanted.models):
        model = catalog.get(base_of(jobs[0].base_model) if jobs else export.recipe.model)
        found.append(Entrant(BASE, model.key, model.inference_id))
    found += [_other(catalog, name) for name in wanted.models]
    for job in jobs:
        base, _ = catalog.tuning_of(base_of(job.model_arn))
        found.append(Entrant(TUNED, base.key, job.model_arn, job))
    return list({each.asked: each for each in found}.values())


def _other(catalog: Catalog, name: str) -> Entrant:
    """A model by key, id or profile, or an endpoint that stands, by its ARN."""
    if not any(sign in name for sign in ".:/"):  # which every id, profile and ARN has
        model = catalog.get(name)
        return Entrant(model.key, model.key, model.inference_id)
    known = catalog.find(name)
    return Entrant(known.key if known else name, known.key if known else name, name)


def _questions(workspace: Workspace, export: Export, wanted: Wanted, variant: AskVariant) -> Questions:
    return read_questions(workspace, _spec(export, "", "", variant, wanted, "", "converse"))


def _spec(
    export: Export, asked: str, sha256: str, variant: AskVariant, wanted: Wanted, fingerprint: str, route: Route
) -> RunSpec:
    return RunSpec(
        asked,
        sha256,
        export.name,
        fingerprint,
        variant.max_tokens,
        variant.temperature,
        part=wanted.part,
        file=wanted.file,
        template=variant.template,
        table_format=variant.table_format,
        shots=variant.shots,
        repeats=variant.repeats,
        route=route,
    )


def _planned(
    workspace: Workspace,
    export: Export,
    questions: Questions,
    entrant: Entrant,
    variant: AskVariant,
    wanted: Wanted,
    *,
    stands: bool,
) -> PlannedRun:
    own = trained_on(workspace, entrant.job) if entrant.job else export
    route = _route(workspace.catalog, entrant, wanted, len(questions.lines) * variant.repeats)
    spec = _spec(own, entrant.asked, questions.sha256, variant, wanted, questions.fingerprint, route)
    if entrant.job is None:
        spec = _asked_before(workspace, spec)
    lineage = RunLineage(
        source=own.recipe.source,
        source_sha256=own.recipe.source_sha256,
        test=questions.name,
        template=questions.template,
        table_format=variant.table_format or own.recipe.table_format,
        hyperparameters=entrant.job.hyperparameters if entrant.job else {},
    )
    label = ", ".join(part for part in (entrant.label, str(variant)) if part)
    return PlannedRun(entrant, spec, label, lineage, _forecast(workspace, entrant, spec, questions, stands=stands))


def _asked_before(workspace: Workspace, spec: RunSpec) -> RunSpec:
    """The spec of an earlier run that asked a model the same: exports of several training sizes share a test part.

    Examples are of an export's own training part, so that a run with examples is known by its export.
    """
    if spec.shots:
        return spec
    known = [run.spec for run in runs.listing(workspace.store, workspace.connection.location.key) if not run.job]
    alike = (each for each in known if msgspec.structs.replace(each, export=spec.export) == spec)
    return next((each for each in alike if (workspace.folder / EXPORTS / each.export).is_dir()), spec)


def _route(catalog: Catalog, entrant: Entrant, wanted: Wanted, count: int) -> Route:
    """Batch only where the catalogue says that the model can; what it does not know goes by Converse."""
    model = catalog.find(entrant.key)
    able = entrant.job is None and model is not None and model.batch is True and ":provisioned" not in entrant.asked
    return "batch" if wanted.route == "batch" and able and count >= LEAST_RECORDS else "converse"


def _place(config: Config) -> Place:
    for name, value in (("bucket", config.bucket), ("role", config.role)):
        if not value:
            raise UsageError(f"Batch inference needs a {name}", todo=f"Set `{name}:` in {FILE}")
    prefix = S3Uri(config.bucket, f"outcrop/{word(config.name)}/batch")
    return Place(prefix, config.role, {"outcrop": word(config.name), **config.tags})


def _forecast(
    workspace: Workspace, entrant: Entrant, spec: RunSpec, questions: Questions, *, stands: bool
) -> EvaluationForecast:
    wanted = list(asks(questions.lines, questions.examples, shots=spec.shots, repeats=spec.repeats))
    run = runs.run_id(workspace.connection.location.key, spec)
    answered = kept(workspace.store, run)
    todo = [ask for ask in wanted if ask.id not in answered]
    lengths = [characters(ask.chat) for ask in todo]
    counted = calibration.kept(workspace)
    sent = sum(map(counted.prompt if counted else estimate_characters, lengths))
    known = usual(workspace.connection, workspace.store, entrant.asked)
    length = known.tokens if known else _length_of_truths(questions)
    expected = Usage(sent, round(length * len(todo)))
    forecast = EvaluationForecast(
        len(wanted),
        len(todo),
        expected.input_tokens,
        expected.output_tokens,
        dollars(workspace.catalog, entrant.key, expected, spec.route),
        basis(counted, entrant.key) if counted else Basis(),
    )
    if entrant.job is None or not todo:
        return forecast
    model = entrant.job.model_arn
    kind = endpoints.kind_for(workspace.catalog, model)
    forecast = replace(forecast, endpoint=f"{kind}: {rate_in_words(workspace.catalog, model, kind)}")
    if kind == "on-demand":
        return forecast
    known = known or usual(workspace.connection, workspace.store, _below(workspace.catalog, entrant))
    bills = standing(workspace.catalog, workspace.clock, model, kind, len(todo), known, stands=stands)
    return replace(forecast, dollars=bills.dollars, standing=bills)


def _below(catalog: Catalog, entrant: Entrant) -> str:
    """What is asked to ask the model below a tuned one."""
    model = catalog.find(entrant.key)
    return model.inference_id if model else entrant.asked


def _length_of_truths(questions: Questions) -> float:
    """Tokens of an answer that is as long as the truth."""
    truths = [estimate(line.chat.completion) for line in questions.lines]
    return sum(truths) / len(truths) if truths else 0.0
