"""The article's views beside the comparison of two models: several bases, training sizes, few-shot examples."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from core.aws.customization import Job
from core.catalog import Catalog
from core.evaluation.bootstrap import Score, score
from core.evaluation.comparison import Comparison, Example, compare
from core.evaluation.difference import Difference, difference
from core.evaluation.metric import Metric
from core.evaluation.model_scores import figure_name
from core.evaluation.questions import Questions
from core.evaluation.runs import Run, listing, results
from core.evaluation.squad import squad
from core.formatting.answer import take
from core.store import Store
from core.text import number
from core.tuning import ledger

_KNOBS = {"learningRateMultiplier": "LRM", "learningRate": "LR", "batchSize": "BS", "epochCount": "ep"}


class SizePoint(msgspec.Struct, frozen=True):
    """The best job of one training size.

    Attributes:
        records: Training records.
        job: The job's name.
        jobs: How many completed jobs of that size it was chosen from.
        hyperparameters: The job's own, as Bedrock knows them.
        validation_loss: What it was chosen by; None where the job has none.
        run: The id of its evaluation; empty where it is not evaluated.
        score: By the use case's metric; None where it is not evaluated.
    """

    records: int
    job: str
    jobs: int
    hyperparameters: dict[str, str]
    validation_loss: float | None
    run: str
    score: Score | None


class SizeCurve(msgspec.Struct, frozen=True):
    """Scores by training size on one test set.

    Attributes:
        figure: What decides by the use case's metric, such as `squad F1`.
        points: Ascending by size.
        base: The base model's score without examples, the dashed line.
        base_run: The run that it comes from.
    """

    figure: str
    points: tuple[SizePoint, ...]
    base: Score
    base_run: str


class ShotPoint(msgspec.Struct, frozen=True):
    """One model's score with so many examples before each question, and the run that it comes from."""

    shots: int
    run: str
    score: Score


class ShotSeries(msgspec.Struct, frozen=True):
    """One model with several numbers of examples.

    Attributes:
        name: `base`, or the tuned model's job.
        records: It was trained on; 0 for the base.
        points: Ascending by examples.
    """

    name: str
    records: int
    points: tuple[ShotPoint, ...]


class FewShot(msgspec.Struct, frozen=True):
    """Scores by few-shot examples, the base first, then tuned models ascending by training size."""

    figure: str
    series: tuple[ShotSeries, ...]

    @property
    def shots(self) -> tuple[int, ...]:
        """All numbers of examples that anything was asked with."""
        return tuple(sorted({point.shots for each in self.series for point in each.points}))


def knobs(values: Mapping[str, str]) -> str:
    """A job's own parameters as the article annotates its points: `LRM 1  BS 16  ep 5`."""
    found = [(short, values[name]) for name, short in _KNOBS.items() if name in values]
    return "  ".join(f"{short} {_short(value)}" for short, value in found) or "the model's defaults"


def _short(value: str) -> str:
    try:
        return number(float(value))
    except ValueError:
        return value


def model_name(catalog: Catalog, store: Store, run: Run) -> str:
    """What a person calls the model that a run asked: `Claude 3 Haiku tuned by <job>, 5 examples`."""
    model = catalog.find(run.model)
    name = model.name if model else run.model
    if run.job:
        entry = ledger.entries(store, run.location).get(run.job)
        name = f"{name} tuned by {entry.name if entry else run.job.rpartition('/')[2]}"
    way = run.way
    return f"{name}, {way}" if way else name


def recall_gain(examples: Sequence[Example], rule: str) -> Difference:
    """The gain when only recall counts: whether the words of the truth are there, however many stand around them.

    By SQuAD's rule. A model that recites a whole table row has its recall already: brevity alone cannot raise it.

    Args:
        examples: With both answers.
        rule: How the answer is taken out of a completion.
    """
    base, tuned = (
        [squad(take(rule, text), example.truth).recall for text, example in zip(texts, examples, strict=True)]
        for texts in ([each.base for each in examples], [each.tuned for each in examples])
    )
    return difference(base, tuned, [example.group for example in examples])


def against_others(store: Store, main: Comparison, questions: Questions) -> list[Comparison]:
    """The tuned model of a comparison against every other base model that was asked the same in the same way.

    Args:
        store: The project's database.
        main: The tuned model against its own base.
        questions: That both were asked.
    """
    tuned = main.tuned.run
    others = {
        run.spec.model: run
        for run in listing(store, tuned.location)
        if run.ended and not run.job and run.model != main.base.run.model and run.spec.same_but_model(tuned.spec)
    }
    answered = results(store, tuned, questions.lines, questions.rule, questions.facts)
    return [
        compare(
            (run, results(store, run, questions.lines, questions.rule, questions.facts)),
            (tuned, answered),
            leakage=main.leakage,
            openings=main.openings,
        )
        for run in reversed(others.values())
    ]


def by_size(store: Store, main: Comparison, jobs: Sequence[Job], questions: Questions, metric: Metric) -> SizeCurve:
    """Scores by training size: of each size the job with the lowest validation loss, never the one that tests best.

    Args:
        store: The project's database; nobody is asked.
        main: Names the base and the test set.
        jobs: Of the account; those submitted from here that hold out the same test set count.
        questions: That the models were asked.
        metric: What scores their answers.
    """
    tuned = main.tuned.run
    ours = ledger.entries(store, tuned.location)
    plain = [run for run in _alike(store, tuned) if not run.spec.shots]
    evaluated = {run.job: run for run in plain if run.job}
    base = next((run for run in plain if not run.job and run.model == tuned.model), main.base.run)
    sizes: dict[int, list[Job]] = {}
    for job in jobs:
        entry = ours.get(job.arn)
        if entry is None or job.status != "Completed":
            continue
        held_out = entry.export.files.get(tuned.spec.part)
        if job.arn in evaluated or (held_out is not None and held_out.sha256 == tuned.spec.test_sha256):
            sizes.setdefault(entry.export.records("train"), []).append(job)
    points = []
    for size, candidates in sorted(sizes.items()):
        best = min(candidates, key=lambda job: (job.validation_loss is None, job.validation_loss or 0.0, job.name))
        run = evaluated.get(best.arn)
        points.append(
            SizePoint(
                records=size,
                job=best.name,
                jobs=len(candidates),
                hyperparameters=best.hyperparameters,
                validation_loss=best.validation_loss,
                run=run.id if run else "",
                score=_score(store, run, questions, metric) if run else None,
            )
        )
    return SizeCurve(
        figure_name(metric.name, metric.headline),
        tuple(points),
        _score(store, base, questions, metric),
        base.id,
    )


def few_shot(store: Store, main: Comparison, questions: Questions, metric: Metric) -> FewShot:
    """Scores by the number of examples before each question, on the base and on every tuned model that was asked so.

    Args:
        store: The project's database; nobody is asked.
        main: Names the base and the test set.
        questions: That the models were asked.
        metric: What scores their answers.
    """
    tuned = main.tuned.run
    ours = ledger.entries(store, tuned.location)
    models: dict[str, dict[int, Run]] = {}
    for run in _alike(store, tuned):
        if run.model == tuned.model:
            models.setdefault(run.job, {})[run.spec.shots] = run
    series = []
    for job, by_shots in models.items():
        entry = ours.get(job)
        points = [
            ShotPoint(shots, run.id, _score(store, run, questions, metric)) for shots, run in sorted(by_shots.items())
        ]
        name = entry.name if entry else job.rpartition("/")[2] or "base"
        series.append(ShotSeries(name, entry.export.records("train") if entry else 0, tuple(points)))
    shown = [each for each in series if len(each.points) > 1 or not each.records] if _several(series) else series
    return FewShot(
        figure_name(metric.name, metric.headline), tuple(sorted(shown, key=lambda each: (each.records, each.name)))
    )


def _several(series: Sequence[ShotSeries]) -> bool:
    """Whether a tuned model was asked with several numbers of examples: those asked in one way then only crowd it."""
    return any(each.records and len(each.points) > 1 for each in series)


def _alike(store: Store, tuned: Run) -> list[Run]:
    """Runs that have ended and differ from another in the model and the number of examples alone, oldest first."""
    return [
        run
        for run in reversed(listing(store, tuned.location))
        if run.ended and replace(run.spec, shots=tuned.spec.shots).same_but_model(tuned.spec)
    ]


def _score(store: Store, run: Run, questions: Questions, metric: Metric) -> Score:
    answers = results(store, run, questions.lines, questions.rule, questions.facts)
    rated = metric.columns([each.case() for each in answers])[metric.headline]
    return score(rated, [each.line.group for each in answers])
