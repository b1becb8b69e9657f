"""Finds in a project what a report says. Asks no model; asks Bedrock and S3 for the job and its losses alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import metadata

import msgspec

from core.aws.customization import Job, get_job
from core.catalog import Catalog, Model
from core.data import decisions
from core.data.annotation.verdicts import Verdicts
from core.data.project_records import open_dataset, read_facts
from core.data.sharing import by_reviewer
from core.data.statistics import statistics
from core.data.view import View
from core.errors import OutcropError
from core.evaluation.comparison import Comparison
from core.evaluation.examples import OUTCOMES, select
from core.evaluation.metric import Metric
from core.evaluation.metrics import of_project
from core.evaluation.model_scores import ModelScores, decisive, imperfect, straddles
from core.evaluation.questions import Questions
from core.evaluation.report.figures import (
    REHEARSAL,
    AnswerCost,
    Cleaning,
    ExampleFigures,
    Improvement,
    LineageFigures,
    ModelFigures,
    Parts,
    ReportFigures,
    TargetFigures,
    Training,
)
from core.evaluation.runs import Run
from core.evaluation.views import SizeCurve, by_size, few_shot, model_name, recall_gain
from core.formatting import Export
from core.formatting.export import EXPORTS, read_export
from core.inference import kept
from core.store import Store
from core.text import count
from core.training import loss_curves
from core.training.jobs import poll
from core.training.loss_curves import Curves
from core.tuning import ledger
from core.tuning.forecast import forecast
from core.workspace import Workspace

SHOWN = 5  # examples of each outcome
FEW_GROUPS = 20  # below which a bootstrap interval is known to be too narrow
MANY_OPENINGS = 5  # runs after which a choice by this test set begins to fit it


def gather(workspace: Workspace, comparisons: Sequence[Comparison], questions: Questions) -> ReportFigures:
    """All figures of a report.

    Args:
        workspace: The project.
        comparisons: One tuned model against its base first, then against others on the same test set.
        questions: That all of them were asked.

    Raises:
        InputError: The export that was trained on is gone.
    """
    main = comparisons[0]
    tuned = main.tuned.run
    export = read_export(workspace.folder / EXPORTS / tuned.spec.export)
    models = [main.base, main.tuned, *(other.base for other in comparisons[1:])]
    config, metric = workspace.config, of_project(workspace.config, workspace.folder)[0]
    figure, reached = decisive(main.tuned, config.use_case.metric)
    target = config.use_case.target
    figures = ReportFigures(
        notice=REHEARSAL if tuned.location.startswith("rehearsal/") else "",
        project=config.name,
        location=str(workspace.location),
        made=workspace.clock.now(),
        outcrop=metadata.version("outcrop"),
        target=TargetFigures(config.use_case, figure, reached, None if target is None else reached.value >= target),
        cleaning=_cleaning(workspace, export),
        parts=Parts(
            export.recipe.split,
            {part: file.records for part, file in export.files.items()},
            main.leakage,
            main.openings,
            len({example.group for example in main.examples}),
        ),
        training=_training(workspace, tuned, export),
        models=tuple(_model(workspace.catalog, workspace.store, each) for each in models),
        improvements=tuple(
            _improvement(workspace.catalog, workspace.store, each, questions.rule) for each in comparisons
        ),
        token_bins=main.token_bins,
        f1_bins=main.f1_bins,
        cuts=main.cuts,
        perfect=main.perfect,
        sizes=_sizes(workspace, main, questions, metric),
        few_shot=few_shot(workspace.store, main, questions, metric),
        examples=_examples(main),
        lineage=_lineage(workspace.catalog, workspace.store, export, models),
        limits=(),
    )
    return msgspec.structs.replace(figures, limits=limits_of(figures))


def _cleaning(workspace: Workspace, export: Export) -> Cleaning:
    held = decisions.current(workspace.store)
    records, issues = _checked(workspace)
    verdicts = Verdicts(workspace.store, workspace.location.target).newest().values()
    return Cleaning(
        source=export.recipe.source,
        sha256=export.recipe.source_sha256,
        records=records,
        issues=issues,
        flags=dict(Counter(each.flag for each in held.values() if each.flag)),
        edits=sum(bool(each.edit) for each in held.values()),
        reviewers={who: len(flags) for who, flags in by_reviewer(workspace.store).items()},
        verdicts=dict(Counter(str(each.verdict.judgement) for each in verdicts)),
        include=export.recipe.include,
        excluded=export.excluded,
        decided=export.decisions,
    )


def _checked(workspace: Workspace) -> tuple[int | None, dict[str, int]]:
    """How many records the source has, and those that the checks found something about; None where it is gone."""
    try:
        dataset = open_dataset(workspace.config, workspace.folder)
    except OutcropError:
        return None, {}
    try:
        facts = read_facts(workspace, dataset)
        found = statistics(View(dataset, facts, workspace.store), "issue")
        return facts.count, dict(found.top)
    finally:
        dataset.close()


def _training(workspace: Workspace, run: Run, export: Export) -> Training:
    model = workspace.catalog.get(run.model)
    entry = ledger.entries(workspace.store, run.location).get(run.job)
    job: Job | None = None
    curves, why_not = Curves(), ""
    try:
        job = get_job(workspace.connection, run.job)
        curves = loss_curves.read(workspace.connection, job)
    except OutcropError as error:
        why_not = f"Parameters and losses are not all here: {error.what}"
    sent = job.hyperparameters if job else {}
    bill = forecast(model, export, {name: float(value) for name, value in sent.items()})
    return Training(
        name=entry.name if entry else run.job.rpartition("/")[2],
        arn=run.job,
        base=model.name,
        hyperparameters=sent,
        submitted=entry.created if entry else None,
        seconds=(job.ended - job.created).total_seconds() if job and job.ended else None,
        dollars=bill.dollars if job else None,
        tokens=bill.billed_tokens,
        training=curves.training,
        validation=curves.validation,
        why_not=why_not,
    )


def _sizes(workspace: Workspace, main: Comparison, questions: Questions, metric: Metric) -> SizeCurve | None:
    try:
        return by_size(workspace.store, main, poll(workspace).jobs, questions, metric)
    except OutcropError:
        return None


def _model(catalog: Catalog, store: Store, scores: ModelScores) -> ModelFigures:
    run = scores.run
    answers = kept(store, run.id).values()
    asked = sum(each.input_tokens for each in answers) / max(1, len(answers))
    said = sum(each.output_tokens for each in answers) / max(1, len(answers))
    model = catalog.find(run.model)
    return ModelFigures(model_name(catalog, store, run), scores, _cost(model, asked, said, tuned=bool(run.job)))


def _cost(model: Model | None, asked: float, said: float, *, tuned: bool) -> AnswerCost:
    """A tuned model that is not offered on demand bills its endpoint by the hour, however much it answers."""
    if tuned and model and model.tuning and "on-demand" not in model.tuning.endpoints:
        unit = model.prices.model_unit
        return AnswerCost(asked, said, None, unit.dollars if unit else None, "hour", _source(unit))
    price_in, price_out = (model.prices.input, model.prices.output) if model else (None, None)
    thousand = None
    if price_in and price_out:
        thousand = 1000 * (asked * price_in.dollars + said * price_out.dollars) / 1_000_000
    return AnswerCost(asked, said, thousand, None, "token", _source(price_in))


def _source(price: object) -> str:
    as_of, source = getattr(price, "as_of", None), getattr(price, "source", "")
    return f"{source}, {as_of}" if as_of else "no price in the catalogue"


def _improvement(catalog: Catalog, store: Store, found: Comparison, rule: str) -> Improvement:
    return Improvement(
        over=model_name(catalog, store, found.base.run),
        run=found.base.run.id,
        n=found.n,
        gain=found.gain,
        recall=recall_gain(found.examples, rule),
        relative=found.improvement,
        reduction=found.reduction,
    )


def _examples(found: Comparison) -> ExampleFigures:
    """What changed most of each kind; of wins the largest first, as of losses."""
    chosen = {name: select(found.examples, text).examples for name, text in OUTCOMES.items() if text}
    return ExampleFigures(
        losses=len(chosen["losses"]),
        wins=len(chosen["wins"]),
        both_wrong=len(chosen["both wrong"]),
        shown={name: each[:SHOWN] for name, each in chosen.items()},
    )


def _lineage(catalog: Catalog, store: Store, export: Export, models: Sequence[ModelScores]) -> LineageFigures:
    recipe = export.recipe
    return LineageFigures(
        export=export.name,
        exported=export.created,
        files={part: file.sha256 for part, file in export.files.items()},
        template=f"{recipe.template} {recipe.template_fingerprint}",
        table_format=recipe.table_format,
        asked={model_name(catalog, store, each.run): _asked(each.run) for each in models},
    )


def _asked(run: Run) -> str:
    spec = run.spec
    return (
        f"run {run.id}: {spec.model}, temperature {spec.temperature:g}, at most {spec.max_tokens} tokens,"
        f" Outcrop {run.outcrop}, {run.started:%Y-%m-%d %H:%M} UTC"
    )


def limits_of(figures: ReportFigures) -> tuple[str, ...]:
    """The sentences of the last section."""
    return tuple(_always(figures)) + tuple(_here(figures))


def _always(figures: ReportFigures) -> Iterator[str]:
    if figures.notice:
        yield "These models are rehearsed: a small extractive learner stands in for each and predicts no score."
    yield (
        "Intervals resample whole tables or documents. They say how far a score would move on other tables of the"
        " same kind, not on data of another kind."
    )
    yield (
        "Skill is an upper bound: both models' answers are cut to the span that scores best, which takes knowing the"
        " truth."
    )
    yield "Scores count words. Two answers with the same words in another sense score the same."


def _here(figures: ReportFigures) -> Iterator[str]:
    parts, leak = figures.parts, figures.parts.leakage
    if parts.groups < FEW_GROUPS:
        yield f"The test set has {count(parts.groups, 'group')} only; with so few, intervals come out too narrow."
    if max(leak.record, leak.question, leak.table) > 0:
        yield (
            f"Training has seen {leak.table:.0%} of the test questions' tables, {leak.question:.0%} of the questions"
            f" and {leak.record:.0%} of the records: the scores are partly memory."
        )
    if parts.openings > MANY_OPENINGS:
        yield (
            f"This test set was opened {count(parts.openings, 'time')}. Whoever chooses among models by it makes its"
            " next score less honest."
        )
    for metric, score in imperfect(figures.perfect).items():
        yield f"By the metric {metric} the truth itself scores {score:.1f} here: no model can do better."
    if not figures.improvements[0].gain.total.beyond_noise:
        yield "The gain over the base is within noise: its interval reaches zero."
    target = figures.target
    if target.use_case.target is not None and straddles(target.reached, target.use_case.target):
        yield "The score's interval reaches to both sides of the target: another test set could decide otherwise."
    unknown = [each.name for each in figures.models if each.cost.thousand is None and each.cost.hourly is None]
    if unknown:
        yield f"The price of {', '.join(unknown)} is unknown; add it to the catalogue and report again."
    if figures.training.why_not:
        yield f"{figures.training.why_not}."
